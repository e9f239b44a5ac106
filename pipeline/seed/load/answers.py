"""Openings, who was put before which, what came of it step by step, and what the ledger says of all that."""

# ruff: noqa: S608 (set-based SQL from words of ours)

from accounts.models import Consent, Organization, TraineeProfile, User
from matching.models import Match
from openings.models import Opening, Requirement
from placements.models import CheckIn, LocalRule, Placement, Referral
from programs.models import Certification, Program

from .bodies import COUNTIES, EMPLOYERS, PROVIDERS, SPONSORS, UNIONS
from .world import World

PLACES_OF_WORK = 80  # ZIP codes; what lies around each is measured once, which takes a moment
# When the employer or hall first answered.
FIRST = "s.yes_at + pg_temp.dice(54, s.n) ^ 2 * interval '20 days'"
# What becomes of an answer, in a thousand, of who was never hired and of who was: there the first became the hire.
STATES_OF_OTHERS = (
    *(("no", 150), ("not_now", 130), ("withdrawn", 50), ("queued", 20), ("yes", 75), ("seen", 45), ("interview", 60)),
    *(("trial", 10), ("offer", 20), ("put_off", 45), ("declined", 295), ("closed", 100)),
)
STATES_OF_HIRED = (("no", 150), ("not_now", 100), ("withdrawn", 50), ("declined", 300), ("closed", 400))


def _openings(world: World) -> None:
    """Openings of every trade, seven in ten of them open; most ask for the paper of the trade."""
    hires = EMPLOYERS + UNIONS + SPONSORS
    world.run(
        """
        CREATE TEMP TABLE offer ON COMMIT DROP AS
        SELECT o.n, (SELECT coalesce(max(id), 0) FROM openings_opening) + o.n AS id, b.id AS body_id, b.user_id, b.kind,
               ((o.n - 1) %% (SELECT count(*) FROM trade))::int AS trade,
               ((o.n - 1) / (SELECT count(*) FROM trade))::int AS nth,
               floor(pg_temp.dice(30, o.n) * %(places)s)::int AS home, pg_temp.dice(31, o.n) < 0.7 AS open
          FROM generate_series(1, %(many)s) AS o (n)
          JOIN body b ON b.n = %(first)s + floor(pg_temp.dice(32, o.n) * %(hires)s)::int
        """,
        many=world.openings,
        places=PLACES_OF_WORK,
        first=PROVIDERS + 1,
        hires=hires,
    )
    kind = "CASE s.kind WHEN 'union' THEN 'dispatch' WHEN 'sponsor' THEN 'intake' ELSE 'job' END"
    world.write(
        Opening,
        "offer s JOIN home h ON h.nth = s.home JOIN trade t ON t.nth = s.trade",
        id="s.id",
        organization_id="s.body_id",
        kind=kind,
        title="'Load opening ' || s.n",
        occupation_id="t.code",
        zip="h.code",
        latitude="h.latitude",
        longitude="h.longitude",
        seats="200",
        wage_min_cents="1800 + floor(pg_temp.dice(33, s.n) * 2000)::int",
        state="CASE WHEN s.open THEN 'published' ELSE 'closed' END",
        published_at="%(at)s::timestamptz - interval '1 day' * (%(days)s + 1)",
        closed_at="CASE WHEN NOT s.open THEN %(at)s::timestamptz - interval '1 day' END",
        is_example="true",
    )
    world.write(
        Requirement,
        "offer s JOIN paper w ON w.nth = s.trade %% w.many WHERE pg_temp.dice(34, s.n) < 0.8",
        opening_id="s.id",
        credential_id="w.key",
    )


def _pairs(world: World) -> None:
    """Who was put before which opening: as many as there will be referrals, and half as many that stay unanswered."""
    world.run(
        """
        CREATE TEMP TABLE pair ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY p.n, k) AS n, p.n AS person, k, p.trainee_id, p.id AS user_id, p.hired,
               p.certified + pg_temp.dice(40, p.n * 16 + k) * (%(at)s::timestamptz - p.certified) * 0.6 AS since,
               p.certified, o.id AS opening_id, o.user_id AS owner_id, o.body_id
          FROM person p
          CROSS JOIN generate_series(0, %(each)s + %(each)s / 2 - 1) AS k
          JOIN (SELECT *, count(*) OVER (PARTITION BY trade) AS many FROM offer) o
            ON o.trade = p.trade AND o.nth = (floor(pg_temp.dice(41, p.n) * o.many)::int + k) %% o.many
        """,
        each=world.each,
    )
    world.write(
        Match,
        "pair s",
        trainee_id="s.trainee_id",
        opening_id="s.opening_id",
        since="s.since",
        gates="'[]'",
        state="CASE WHEN pg_temp.dice(42, s.n) < 0.05 THEN 'ask' WHEN s.k > 0 AND pg_temp.dice(43, s.n) < 0.2 "
        "THEN 'ended' ELSE 'fits' END",
        ended_at="%(at)s::timestamptz",
        trainee_told_at="s.since + interval '1 hour'",
    )


def weighted(salt: int, states) -> str:
    """One of these words, by a throw of the pair's dice."""
    cases, sum_ = [], 0
    for state, share in states:
        sum_ += share
        cases.append(f"WHEN pg_temp.dice({salt}, n) * 1000 < {sum_} THEN '{state}'")
    return f"CASE {' '.join(cases)} ELSE '{states[-1][0]}' END"


def _referrals(world: World) -> None:
    """The answers: the first pair of who is hired is the hire; what is open began in the last weeks."""
    shown = list(Referral.SHOWN)
    world.run(
        f"""
        CREATE TEMP TABLE answer ON COMMIT DROP AS
        SELECT d.*, CASE WHEN state = ANY (%(open)s)
                         THEN greatest(since, %(at)s::timestamptz - pg_temp.dice(50, n) * interval '25 days')
                         ELSE since + pg_temp.dice(51, n) * (%(at)s::timestamptz - since) * 0.4 END AS yes_at,
               state = ANY (%(shown)s) AS shown
          FROM (SELECT *, CASE WHEN hired AND k = 0 THEN 'hired' WHEN hired THEN {weighted(52, STATES_OF_HIRED)}
                               ELSE {weighted(53, STATES_OF_OTHERS)} END AS state FROM pair WHERE k < %(each)s) d
        """,
        each=world.each,
        open=list(Referral.OPEN),
        shown=shown,
    )
    # One in eight of those still waiting is past its day.
    due = "(%(at)s::timestamptz)::date + floor(pg_temp.dice(55, s.n) * 8)::int - 1"
    world.write(
        Referral,
        "answer s",
        trainee_id="s.trainee_id",
        opening_id="s.opening_id",
        state="s.state",
        owner_id="CASE WHEN s.shown OR s.state = 'queued' THEN s.owner_id END",
        due_on=f"CASE WHEN s.state = ANY (%(open_states)s) THEN {due} END",
        reason="CASE s.state WHEN 'no' THEN 'far' WHEN 'declined' THEN 'skill' WHEN 'closed' THEN 'elsewhere' "
        "ELSE '' END",
        answered_at="s.yes_at",
        clock_at="s.yes_at",
        sent_at="CASE WHEN s.shown THEN s.yes_at END",
        hirer_answered_at=f"CASE WHEN s.state = ANY (%(answered)s) THEN least({FIRST}, %(at)s) END",
    )


def _jobs(world: World) -> None:
    """The hires as records of their own: local by a rule or not, and as many still there as time and dice let."""
    world.write(
        LocalRule,
        "(SELECT 1 AS n) s",
        name="'Load rule'",
        counties="%(counties)s",
        version="1",
        starts_on="(%(at)s::timestamptz)::date - %(days)s",
        tiers='\'[{"tier": 1, "same_county": true}]\'',
        source="'Invented for the load.'",
        params={"counties": COUNTIES},
    )
    world.run(
        f"""
        CREATE TEMP TABLE job ON COMMIT DROP AS
        SELECT a.n, a.trainee_id, a.opening_id, a.owner_id, a.body_id, r.id AS referral_id,
               (SELECT coalesce(max(id), 0) FROM placements_placement) + a.n AS id,
               (SELECT max(id) FROM placements_localrule) AS rule_id,
               least({FIRST.replace("s.", "a.")} + interval '10 days', %(at)s - interval '1 minute') AS hired_at,
               -- Days until the job ended; for seven in ten it goes on.
               CASE WHEN pg_temp.dice(70, a.n) < 0.3 THEN 5 + floor(pg_temp.dice(71, a.n) * 300)::int END AS lasted
          FROM answer a JOIN placements_referral r ON r.trainee_id = a.trainee_id AND r.opening_id = a.opening_id
         WHERE a.state = 'hired'
        """
    )
    world.run(
        """
        ALTER TABLE job ADD ended boolean;
        UPDATE job SET ended = coalesce(hired_at::date + lasted < (%(at)s::timestamptz)::date, false);
        CREATE TEMP TABLE stay ON COMMIT DROP AS
        SELECT (j.n - 1) * 4 + d.nth AS n, j.id, j.trainee_id, d.days, j.hired_at + d.days * interval '1 day' AS at
          FROM job j, (VALUES (1, 30), (2, 90), (3, 180), (4, 365)) AS d (nth, days)
         WHERE j.hired_at + d.days * interval '1 day' < %(at)s AND (NOT j.ended OR j.lasted >= d.days)
           AND pg_temp.dice(72, j.n * 4 + d.nth) < 0.9
        """
    )
    last = "(SELECT 'retained_' || max(y.days) FROM stay y WHERE y.id = s.id)"
    world.write(
        Placement,
        "job s",
        id="s.id",
        trainee_id="s.trainee_id",
        referral_id="s.referral_id",
        opening_id="s.opening_id",
        employer_id="s.body_id",
        starts_on="s.hired_at::date",
        state=f"CASE WHEN s.ended THEN 'ended' ELSE coalesce({last}, 'hired') END",
        ended_on="CASE WHEN s.ended THEN s.hired_at::date + s.lasted END",
        end_reason="CASE WHEN s.ended THEN 'over' ELSE '' END",
        source="'portal'",
        declared_by="'employer'",
        employer_knows="true",
        local_rule_id="s.rule_id",
        local_tier="CASE WHEN pg_temp.dice(73, s.n) < 0.6 THEN 1 WHEN pg_temp.dice(73, s.n) < 0.95 THEN 0 END",
    )
    world.write(
        CheckIn,
        "stay s",
        placement_id="s.id",
        days="s.days",
        asked_at="s.at",
        asks_employer="true",
        state="'retained'",
        source="'worker'",
        worker="'yes'",
        settled_at="s.at",
    )
    world.run("UPDATE accounts_traineeprofile p SET looking = true FROM job j WHERE j.trainee_id = p.id AND j.ended")


def _consents(world: World) -> None:
    """Who agreed to be matched and seen; and for each yes that stands, the two agreements that came with it."""
    words = {
        "wording": "'I agree (load).'",
        "language": "'en'",
        "version": "'load-1'",
        "organization_id": "NULL",
        "source": "'web'",
    }
    agreed = "(SELECT n * 2 + k AS n, id, certified, k FROM person, generate_series(0, 1) AS k WHERE agreed) s"
    purpose = "CASE s.k WHEN 0 THEN 'match' ELSE 'record' END"
    world.write(Consent, agreed, user_id="s.id", purpose=purpose, given_at="s.certified", **words)
    answered = (
        "(SELECT n * 2 + j + 10000000 AS n, user_id, opening_id, yes_at, j FROM answer, generate_series(0, 1) AS j"
    )
    purpose = "CASE s.j WHEN 0 THEN 'contact' ELSE 'certificates' END"
    world.write(
        Consent,
        f"{answered} WHERE shown OR state = 'queued') s",
        **{"user_id": "s.user_id", "opening_id": "s.opening_id", "purpose": purpose, "given_at": "s.yes_at", **words},
    )


# The steps that lead to each state, each with the share of what it takes from the yes to now, or days after the answer.
_STEPS = """
    SELECT r.id, a.n, step.kind, a.owner_id, a.body_id, a.user_id, step.theirs,
           least(step.at, %(at)s - interval '1 minute') AS at, step.nth, a.trainee_id
      FROM (SELECT *, yes_at + pg_temp.dice(54, n) ^ 2 * interval '20 days' AS first FROM answer) a
      JOIN placements_referral r ON r.trainee_id = a.trainee_id AND r.opening_id = a.opening_id
      CROSS JOIN LATERAL (VALUES
        (1, CASE WHEN a.state IN ('no', 'not_now') THEN a.state WHEN a.state = 'queued' THEN 'queue' ELSE 'yes' END,
         a.yes_at, true, true),
        (2, 'withdraw', a.first, true, a.state = 'withdrawn'),
        (3, 'see', a.yes_at + (a.first - a.yes_at) / 2, false,
         a.state = 'seen' OR a.state = ANY (%(answered)s) AND pg_temp.dice(60, a.n) < 0.7),
        (4, 'interview', a.first, false, a.state IN ('interview', 'trial', 'offer', 'hired')
         OR a.state = 'declined' AND pg_temp.dice(61, a.n) < 0.5),
        (5, 'trial', a.first + interval '4 days', false, a.state = 'trial'),
        (6, 'offer', a.first + interval '7 days', false,
         a.state = 'offer' OR a.state = 'hired' AND pg_temp.dice(62, a.n) < 0.8),
        (7, 'hire', a.first + interval '10 days', false, a.state = 'hired'),
        (8, 'put_off', a.first, false, a.state = 'put_off'),
        (9, 'decline', a.first + CASE WHEN pg_temp.dice(61, a.n) < 0.5 THEN interval '6 days' ELSE interval '0' END,
         false, a.state = 'declined'),
        (10, 'close', a.first + interval '3 days', false, a.state = 'closed')
      ) AS step (nth, kind, at, theirs, is_so)
     WHERE step.is_so
"""


def _events(world: World) -> None:
    """What happened, in the order in which it happened."""
    world.run(
        f"""
        INSERT INTO ledger_event (kind, at, actor_id, organization_id, subject_type, subject_id, facts)
        SELECT kind, at, actor_id, organization_id, subject_type, subject_id, facts FROM (
            SELECT 'referral.' || kind AS kind, at, CASE WHEN theirs THEN user_id ELSE owner_id END AS actor_id,
                   CASE WHEN NOT theirs THEN body_id END AS organization_id, 'referral' AS subject_type,
                   id AS subject_id, '{{"reason": ""}}'::jsonb AS facts, nth FROM ({_STEPS}) steps
            UNION ALL
            SELECT 'certification.' || state, at, NULL, body_id, 'certification', id, jsonb_build_object(
                   'trainee', trainee_id, 'credential', key, 'level', 'provider', 'issued_on', at::date), 0 FROM held
            UNION ALL
            SELECT 'placement.hire', hired_at, owner_id, body_id, 'placement', id, jsonb_build_object(
                   'trainee', trainee_id, 'referral', referral_id, 'opening', opening_id), 8 FROM job
            UNION ALL
            SELECT 'placement.retained_' || days, at, NULL, NULL, 'placement', id, jsonb_build_object(
                   'trainee', trainee_id), 9 FROM stay
            UNION ALL
            SELECT 'consent.given', c.given_at, c.user_id, NULL, 'user', c.user_id, jsonb_build_object(
                   'purpose', c.purpose, 'opening', c.opening_id, 'source', 'web'), 0
              FROM accounts_consent c JOIN person p ON p.id = c.user_id
        ) every ORDER BY at, nth, subject_id
        """
    )
    world.filled.append("ledger_event")
    for model in (User, Organization, TraineeProfile, Certification, Program, Opening, Placement):
        table = model._meta.db_table
        world.run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


ANSWERS = (_openings, _pairs, _referrals, _jobs, _consents, _events)
