"""Organizations with their staff, training with its classes, and the people who came out of it."""

from accounts.models import Membership, Organization, TraineeProfile, User
from programs.models import Certification, Cohort, Enrollment, Program, TradeWish

from .world import TRADES, World

PROVIDERS, EMPLOYERS, UNIONS, SPONSORS, COORDINATORS = 40, 160, 20, 20, 12
HIRED_IN_A_THOUSAND = 400
COUNTIES = ["Riverside", "San Bernardino", "Fresno", "Kern", "Kings", "Madera", "Merced", "San Joaquin", "Stanislaus"]


def _organizations(world: World) -> None:
    """Providers, employers, halls and sponsors with one person each, and the coalition with its coordinators."""
    world.run(
        """
        CREATE TEMP TABLE body ON COMMIT DROP AS
        SELECT n, kind, row_number() OVER (PARTITION BY kind ORDER BY n) - 1 AS nth,
               (SELECT coalesce(max(id), 0) FROM accounts_organization) + n AS id,
               (SELECT coalesce(max(id), 0) FROM accounts_user) + n AS user_id
          FROM (SELECT n, CASE WHEN n <= %(p)s THEN 'provider' WHEN n <= %(p)s + %(e)s THEN 'employer'
                               WHEN n <= %(p)s + %(e)s + %(u)s THEN 'union'
                               WHEN n <= %(p)s + %(e)s + %(u)s + %(s)s THEN 'sponsor' ELSE 'coalition' END AS kind
                  FROM generate_series(1, %(p)s + %(e)s + %(u)s + %(s)s + 1) AS n) k
        """,
        p=PROVIDERS,
        e=EMPLOYERS,
        u=UNIONS,
        s=SPONSORS,
    )
    world.run(
        """
        CREATE TEMP TABLE home ON COMMIT DROP AS
        SELECT code, county, latitude, longitude, row_number() OVER (ORDER BY code) - 1 AS nth
          FROM accounts_zip WHERE state = 'CA' AND county = ANY (%(counties)s)
        """,
        counties=COUNTIES,
    )
    zip_ = "(SELECT code FROM home WHERE nth = floor(pg_temp.dice(1, s.n) * (SELECT count(*) FROM home)))"
    named = "'Load ' || s.kind || ' ' || to_char(s.nth + 1, 'FM000')"
    world.write(
        Organization,
        "body s",
        id="s.id",
        kind="s.kind",
        name=named,
        zip=zip_,
        verified_at="%(at)s",
        is_example="true",
    )
    world.run(
        """
        CREATE TEMP TABLE staff ON COMMIT DROP AS
        SELECT n, user_id AS id, id AS body_id, 'of ' || kind || ' ' || to_char(nth + 1, 'FM000') AS name FROM body
         WHERE kind <> 'coalition'
        UNION ALL
        SELECT b.n + c - 1, b.user_id + c - 1, b.id, 'coordinator ' || to_char(c, 'FM00')
          FROM body b, generate_series(1, %(c)s) AS c WHERE b.kind = 'coalition'
        """,
        c=COORDINATORS,
    )
    users(world, "staff s", "'Load ' || s.name", "'load.' || s.id || '@throughline.example'")
    world.write(
        Membership,
        "staff s",
        user_id="s.id",
        organization_id="s.body_id",
        starts_on="(%(at)s::timestamptz)::date - %(days)s",
    )


def users(world: World, source: str, name: str, email: str) -> None:
    world.write(
        User,
        source,
        id="s.id",
        public_id="pg_temp.number('user', s.id)",
        password="'!'",  # noqa: S106 (nobody has one)
        full_name=name,
        email=email,
        is_example="true",
    )


def _training(world: World) -> None:
    """Thirty trades with their credentials, four programs a provider, six classes a program."""
    world.run(
        """
        CREATE TEMP TABLE trade ON COMMIT DROP AS
        SELECT code, row_number() OVER (ORDER BY code) - 1 AS nth FROM programs_occupation ORDER BY code LIMIT %(n)s;
        CREATE TEMP TABLE paper ON COMMIT DROP AS
        SELECT key, row_number() OVER (ORDER BY key) - 1 AS nth, count(*) OVER () AS many FROM programs_credential;
        CREATE TEMP TABLE course ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY b.n, c) AS n, b.id AS body_id, b.nth * 4 + c AS nth,
               (SELECT coalesce(max(id), 0) FROM programs_program) + row_number() OVER (ORDER BY b.n, c) AS id
          FROM body b, generate_series(0, 3) AS c WHERE b.kind = 'provider'
        """,
        n=TRADES,
    )
    world.write(
        Program,
        "course s",
        id="s.id",
        provider_id="s.body_id",
        external_id="'load-' || s.n",
        kind="'certificate'",
        name="'Load program ' || to_char(s.n, 'FM000')",
    )
    begins = "(%(at)s::timestamptz)::date - %(days)s + 90 * k"
    world.write(
        Cohort,
        "(SELECT (n - 1) * 6 + k + 1 AS n, id, k FROM course, generate_series(0, 5) AS k) s",
        program_id="s.id",
        starts_on=begins,
        ends_on=f"{begins} + 60",
        seats="20",
        state="'full'",
    )


def _people(world: World) -> None:
    """Who was certified when and where, whether they agreed, who looks after them, and whether they are hired."""
    world.run(
        """
        CREATE TEMP TABLE person ON COMMIT DROP AS
        SELECT n, (SELECT max(id) FROM accounts_user) + n AS id,
               (SELECT coalesce(max(id), 0) FROM accounts_traineeprofile) + n AS trainee_id,
               floor(pg_temp.dice(10, n) * (SELECT count(*) FROM trade))::int AS trade,
               floor(pg_temp.dice(11, n) * (SELECT count(*) FROM course))::int AS course,
               floor(pg_temp.dice(12, n) * (SELECT count(*) FROM home))::int AS home,
               %(at)s::timestamptz - pg_temp.dice(13, n) * interval '1 day' * %(days)s - interval '1 day' AS certified,
               pg_temp.dice(14, n) < 0.93 AS agreed, pg_temp.dice(15, n) < 0.01 AS nowhere,
               CASE WHEN pg_temp.dice(16, n) < 0.6 THEN floor(pg_temp.dice(17, n) * %(c)s)::int END AS coordinator,
               pg_temp.dice(18, n) * 1000 < %(hired)s AS hired
          FROM generate_series(1, %(many)s) AS n
        """,
        many=world.people,
        c=COORDINATORS,
        hired=HIRED_IN_A_THOUSAND,
    )
    world.run("CREATE INDEX ON person (trainee_id); ANALYZE person")
    users(world, "person s", "'Load Person ' || to_char(s.n, 'FM000000')", "'load.' || s.id || '@throughline.example'")
    source = "person s JOIN home h ON h.nth = s.home LEFT JOIN body b ON b.kind = 'coalition'"
    world.write(
        TraineeProfile,
        source,
        id="s.trainee_id",
        user_id="s.id",
        coordinator_id="b.user_id + s.coordinator",
        zip="CASE WHEN s.nowhere THEN '' ELSE h.code END",
        county="CASE WHEN s.nowhere THEN '' ELSE h.county END",
        looking="NOT s.hired",
        miles="15 + 5 * floor(pg_temp.dice(20, s.n) * 6)::int",
    )
    world.write(
        TradeWish,
        "person s JOIN trade t ON t.nth = s.trade",
        trainee_id="s.trainee_id",
        occupation_id="t.code",
    )
    world.write(
        Enrollment,
        "person s JOIN course c ON c.n = s.course + 1",
        trainee_id="s.trainee_id",
        program_id="c.id",
        provider_id="c.body_id",
        given_name="'Load Person ' || to_char(s.n, 'FM000000')",
        completed_on="s.certified::date",
    )
    # The paper of the trade, and up to two more; a few are only claimed, a few are over.
    world.run(
        """
        CREATE TEMP TABLE held ON COMMIT DROP AS
        SELECT (p.n - 1) * 3 + k + 1 AS n, (SELECT coalesce(max(id), 0) FROM programs_certification) + (p.n - 1) * 3 + k
               + 1 AS id, p.trainee_id, c.body_id, c.id AS program_id, w.key, p.certified + k * interval '1 hour' AS at,
               CASE WHEN k > 0 AND pg_temp.dice(21, p.n * 3 + k) < 0.07 THEN 'recorded'
                    WHEN pg_temp.dice(22, p.n * 3 + k) < 0.03 THEN 'expired' ELSE 'verified' END AS state
          FROM person p CROSS JOIN generate_series(0, 2) AS k JOIN course c ON c.n = p.course + 1
          JOIN paper w ON w.nth = (p.trade + k * 7) %% w.many WHERE k = 0 OR pg_temp.dice(23, p.n * 3 + k) < 0.45
        """
    )
    word = "CASE WHEN s.state = 'recorded' THEN 'self' ELSE 'provider' END"
    world.write(
        Certification,
        "held s",
        id="s.id",
        trainee_id="s.trainee_id",
        credential_id="s.key",
        program_id="s.program_id",
        provider_id="s.body_id",
        level=word,
        state="s.state",
        issued_on="s.at::date",
        expires_on="CASE WHEN s.state = 'expired' THEN s.at::date END",
        verified_at="CASE WHEN s.state <> 'recorded' THEN s.at END",
    )


BODIES = (_organizations, _training, _people)
