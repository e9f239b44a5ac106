"""The second wall: whose contacts, letters, notes and papers PostgreSQL shows to a page (docs/adr/0012).

The first wall is the site's own: policies, `visible_to`, consent. This one stands behind it for the day somebody
forgets them. It is coarser on purpose: it asks who is asking, what they act for, and of whom the row is, and knows
nothing of openings or agreements. Without a scope (ledger/scopes.py) it shows nothing to anybody.

`manage.py roles` puts it up, after every migration.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from pipeline.roles import WEB, WORKER, there

MATCHING = "throughline_matching"

# What the rules below ask, each answered once for a statement. Dates are the site's to judge, which knows its time
# zone; here a membership counts until somebody ended it.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION throughline_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT substring(current_setting('application_name')
                     FROM '^throughline person ([0-9]{1,18})(?: for [a-z-]+)?$')::bigint
$$;
CREATE OR REPLACE FUNCTION throughline_task() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT substring(current_setting('application_name')
                     FROM '^throughline (?:person [0-9]{1,18}|visitor) for ([a-z-]+)$')
$$;
CREATE OR REPLACE FUNCTION throughline_reads() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT current_setting('application_name') ~ '^throughline (person [0-9]{1,18}|visitor)( for [a-z-]+)?$'
$$;
CREATE OR REPLACE FUNCTION throughline_works() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT starts_with(current_setting('application_name'), 'throughline job ')
$$;
CREATE OR REPLACE FUNCTION throughline_organizations() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(organization_id), '{}') FROM accounts_membership
     WHERE user_id = throughline_person() AND ended_at IS NULL
$$;
CREATE OR REPLACE FUNCTION throughline_acts() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (SELECT FROM accounts_membership WHERE user_id = throughline_person() AND ended_at IS NULL)
        OR EXISTS (SELECT FROM councils_term WHERE user_id = throughline_person())
        OR EXISTS (SELECT FROM councils_office WHERE user_id = throughline_person())
$$;
CREATE OR REPLACE FUNCTION throughline_coordinates() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (SELECT FROM accounts_membership m JOIN accounts_organization o ON o.id = m.organization_id
                    WHERE m.user_id = throughline_person() AND m.ended_at IS NULL
                      AND o.kind = 'coalition' AND m.role <> 'facilitator')
$$;
"""

ME = "(SELECT throughline_person())"
ACTS = "(SELECT throughline_acts())"
COORDINATES = "(SELECT throughline_coordinates())"
MINE = "ANY ((SELECT throughline_organizations())::bigint[])"


@dataclass(frozen=True)
class Wall:
    """Who sees the rows of a table, and who may change them.

    `tasks` are what pages do beyond their reader; `looks` are those that see the rows and change none.
    """

    sees: str
    changes: str
    tasks: tuple[str, ...] = ()
    looks: tuple[str, ...] = ()
    matching: bool = False  # matching reads some columns of it, as its own role


LEADS = f"""EXISTS (SELECT FROM councils_office o WHERE o.user_id = {ME} AND o.ended_at IS NULL
    AND o.council_id = councils_voice.council_id AND o.role IN ('chair', 'facilitator'))"""
SITS = f"""EXISTS (SELECT FROM councils_term t JOIN councils_seat s ON s.id = t.seat_id
    WHERE t.user_id = {ME} AND t.ended_at IS NULL AND s.council_id = councils_voice.council_id)"""
# Through the wall of the requests, which shows them to those who were asked.
ASKED_FOR_A_PLACE = f"""agreed_at IS NOT NULL AND withdrawn_at IS NULL AND EXISTS (SELECT FROM programs_placerequest r
    JOIN accounts_traineeprofile t ON t.id = r.trainee_id WHERE t.user_id = accounts_guardian.user_id
    AND r.to_id = {MINE} AND r.state <> 'withdrawn')"""
# And a certificate that waits for their word: a parent has to agree to words that name schools (the pages ask which).
ASKED_TO_CONFIRM = f"""agreed_at IS NOT NULL AND withdrawn_at IS NULL AND EXISTS (SELECT FROM programs_confirmation c
    JOIN programs_certification h ON h.id = c.certification_id JOIN accounts_traineeprofile t ON t.id = h.trainee_id
    WHERE t.user_id = accounts_guardian.user_id AND c.organization_id = {MINE} AND h.state = 'recorded')"""
OWN = f"user_id = {ME}"
THEIRS = f"{OWN} OR {ACTS}"

WALLS = {
    # People with their addresses and numbers. Who acts for an organization or sits on a council is known to everybody:
    # pages name them. Of the others a person sees themselves; for those who act or sit the site's own rules hold.
    "accounts_user": Wall(
        f"id = {ME} OR {ACTS} OR EXISTS (SELECT FROM accounts_membership m WHERE m.user_id = accounts_user.id)"  # noqa: S608
        " OR EXISTS (SELECT FROM councils_term t WHERE t.user_id = accounts_user.id)"
        " OR EXISTS (SELECT FROM councils_office o WHERE o.user_id = accounts_user.id)",
        f"id = {ME} OR {ACTS}",
        ("sign-in", "guardian", "telling", "invitation", "receipt", "answer", "joining"),
        looks=("walk",),
        matching=True,
    ),
    "account_emailaddress": Wall(THEIRS, THEIRS, ("sign-in", "guardian", "telling", "invitation")),
    # Whom somebody under 18 asks for a place in a class, or to confirm a certificate, sees that a parent agreed, or
    # they could not be shown who asks.
    "accounts_guardian": Wall(
        f"{OWN} OR {COORDINATES} OR {ASKED_FOR_A_PLACE} OR {ASKED_TO_CONFIRM}", OWN, ("guardian", "undo")
    ),
    # As a provider's sheet wrote them: name, address, number.
    "programs_enrollment": Wall(
        f"provider_id = {MINE} OR {COORDINATES}"
        f" OR EXISTS (SELECT FROM accounts_traineeprofile t WHERE t.id = trainee_id AND t.user_id = {ME})",
        f"provider_id = {MINE} OR {COORDINATES}"
        f" OR EXISTS (SELECT FROM accounts_traineeprofile t WHERE t.id = trainee_id AND t.user_id = {ME})",
        looks=("walk",),
        matching=True,
    ),
    # Who asks for a place in a class, and what they were told: those who were asked, and coordinators.
    "programs_placerequest": Wall(
        *[
            f"to_id = {MINE} OR {COORDINATES}"
            f" OR EXISTS (SELECT FROM accounts_traineeprofile t WHERE t.id = trainee_id AND t.user_id = {ME})"
        ]
        * 2
    ),
    # Letters with their addresses, and codes and links in them.
    "notifications_notice": Wall(
        *[f"{OWN} OR {COORDINATES}"] * 2, ("telling", "receipt", "sign-in", "guardian", "undo"), looks=("walk",)
    ),
    "notifications_delivery": Wall(
        f"{OWN} OR {COORDINATES} OR user_id IS NULL AND address ="  # noqa: S608 - our own words
        f" (SELECT u.email FROM accounts_user u WHERE u.id = {ME})",
        f"{OWN} OR {COORDINATES}",
        ("telling", "receipt", "sign-in", "guardian", "health", "undo"),
        looks=("walk",),
    ),
    # Papers: sheets as they came in, row by row.
    "imports_batch": Wall(*[f"organization_id = {MINE} OR by_id = {ME} OR {COORDINATES}"] * 2, looks=("walk",)),
    "imports_row": Wall(*["EXISTS (SELECT FROM imports_batch b WHERE b.id = batch_id)"] * 2, looks=("walk",)),
    # Notes on a case: for those they were written for.
    "placements_comment": Wall(
        f"organization_id = {MINE} OR author_id = {ME} OR audience <> 'ours' AND ({COORDINATES} OR EXISTS ("
        " SELECT FROM placements_referral r JOIN openings_opening o ON o.id = r.opening_id"
        f" JOIN accounts_traineeprofile t ON t.id = r.trainee_id WHERE r.id = referral_id"
        f" AND (o.organization_id = {MINE} OR audience = 'all' AND t.user_id = {ME})))",
        f"author_id = {ME}",
        ("merging", "undo"),
    ),
    # Notes: whom somebody called back, and what was said.
    "accounts_verification": Wall(f"organization_id = {MINE} OR {COORDINATES}", COORDINATES),
    "accounts_factorrestore": Wall(*[f"{OWN} OR {COORDINATES}"] * 2, ("sign-in",)),
    "accounts_recordview": Wall(
        f"person_id = {ME} OR viewer_id = {ME} OR {COORDINATES}", f"viewer_id = {ME}", ("merging", "undo")
    ),
    # Ways in.
    "mfa_authenticator": Wall(OWN, OWN, ("sign-in", "undo")),
    "usersessions_usersession": Wall(OWN, OWN, ("sign-in", "undo")),
    "accounts_entrylink": Wall(OWN, OWN, ("sign-in", "undo")),
    "accounts_invitation": Wall(*[f"organization_id = {MINE} OR {COORDINATES}"] * 2, ("sign-in", "invitation")),
    # Who asks to act for an organization, with the number they wrote down. Where there is no coordinator, the page on
    # which an operator answers says so by name.
    "accounts_joinrequest": Wall(*[f"{OWN} OR {COORDINATES}"] * 2, ("telling", "joining")),
    # Testimony (docs/adr/0014): its author's and the council's, coordinators apart. The pages on which nobody is seen,
    # and those of themes, which count and quote, say so by name. The sealed box is nobody else's at all.
    "councils_voice": Wall(
        f"author_id = {ME} OR {LEADS} OR visibility <> 'facilitators' AND {SITS}",
        f"author_id = {ME} OR {LEADS}",
        ("voices",),
    ),
    "councils_box": Wall("false", "false", ("voices",)),
}


# Pages that must see more than their reader may, by the beginning of their name: whoever comes in is not known before.
PAGES = {
    "account_": "sign-in",
    "mfa_": "sign-in",
    "usersessions_": "sign-in",
    "phone_signup": "sign-in",
    "entry_link": "sign-in",
    "second_step": "sign-in",
    "stepup_code": "sign-in",
    "restore_": "sign-in",
    # There while DEMO is on: who comes in, and the walk, which shows whoever reads it what came of the sheet.
    "demo_sign_in": "sign-in",
    "demo_phone": "sign-in",
    "demo": "walk",
    "guardian": "guardian",
    "invitation": "invitation",
    "answer_link": "answer",
    "stay": "answer",
    "calendar_feed": "answer",
    "voice_unnamed": "voices",
    "voice_code": "voices",
    "theme": "voices",
    "mail_webhook": "receipt",
    "carrier_": "receipt",
}


def task_of(name: str) -> str:
    """What the page of this URL name does beyond its reader; nothing for nearly all."""
    return next((task for begin, task in PAGES.items() if name.startswith(begin)), "")


def _or_for(tasks: tuple[str, ...]) -> str:
    named = ", ".join(f"'{task}'" for task in tasks)
    return f" OR (SELECT throughline_task()) IN ({named})" if named else ""


OF_PAGES = ("web_sees", "web_adds", "web_mends", "web_removes")


def statements() -> Iterator[str]:
    """What puts the walls up, anew."""
    yield FUNCTIONS
    for table, wall in WALLS.items():
        sees, changes = (
            f"(SELECT throughline_reads()) AND ({rule}{_or_for(tasks)})"
            for rule, tasks in ((wall.sees, wall.tasks + wall.looks), (wall.changes, wall.tasks))
        )
        for name in (*OF_PAGES, "web_changes", "worker", "matching"):  # web_changes: until 2026-11
            yield f"DROP POLICY IF EXISTS {name} ON {table}"
        # One by one: what is FOR ALL would let read, too, whatever may be changed.
        yield f"CREATE POLICY web_sees ON {table} FOR SELECT TO {WEB} USING ({sees})"
        yield f"CREATE POLICY web_adds ON {table} FOR INSERT TO {WEB} WITH CHECK ({changes})"
        yield f"CREATE POLICY web_mends ON {table} FOR UPDATE TO {WEB} USING ({changes}) WITH CHECK ({changes})"
        yield f"CREATE POLICY web_removes ON {table} FOR DELETE TO {WEB} USING ({changes})"
        works = "(SELECT throughline_works())"
        yield f"CREATE POLICY worker ON {table} FOR ALL TO {WORKER} USING ({works}) WITH CHECK ({works})"
        if wall.matching:
            yield f"CREATE POLICY matching ON {table} FOR SELECT TO {MATCHING} USING (true)"
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"


def _print() -> str:
    return hashlib.sha256(";".join(statements()).encode()).hexdigest()[:32]


def down() -> list[str]:
    """Tables whose wall does not stand as it is written here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity, (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid),"
            " obj_description(to_regprocedure('throughline_person()'))"
            " FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (%s)",
            [list(WALLS)],
        )
        wanted = _print()
        return sorted(
            table
            for table, on, policies, noted in cursor.fetchall()
            if not on or policies != len(OF_PAGES) + 1 + WALLS[table].matching or noted != wanted
        )


@transaction.atomic
def put_up() -> bool:
    """Put the walls up where they do not stand as written; whether there was anything to do."""
    if not there() or not down():
        return False
    with connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)
        cursor.execute(f"COMMENT ON FUNCTION throughline_person() IS '{_print()}'")
    return True
