"""Writing a generated world into the product's own tables, by COPY, as the product itself would have left them.

Only the domain tables are written: what matching derives from them is matching's to build, and to be measured.
Foreign keys are not checked while loading (the generator cannot miss), every index and constraint stays. Sequences are
moved on, so that the product can add rows afterwards.
"""

import time
from itertools import repeat

import numpy as np
from django.db import connection

from bench import worlds
from bench.worlds import World
from programs.models import Occupation

NULL = "\\N"
CHUNK = 20_000
AGREED = "I agree to be matched with openings."


class Loader:
    """Copies columns into tables, and knows which row number each person, opening and organization got."""

    def __init__(self, world: World, cursor):
        self.world, self.cursor = world, cursor
        self.codes, self.counties, self.points = zips()
        self.trades = list(Occupation.objects.order_by("code").values_list("code", flat=True)[: worlds.TRADES])
        self.keys = [f"bench-{number:03}" for number in range(1, worlds.CREDENTIALS + 1)]
        many, few = len(world.people["zip"]), len(world.openings["zip"])
        self.organizations = self._after("accounts_organization", worlds.EMPLOYERS + worlds.PROVIDERS + 60)
        self.users = self._after("accounts_user", many)
        self.staff = range(self.users.stop, self.users.stop + worlds.EMPLOYERS + worlds.UNIONS + worlds.SPONSORS)
        self.trainees = self._after("accounts_traineeprofile", many)
        self.openings = self._after("openings_opening", few)
        self.programs = self._after("programs_program", worlds.PROGRAMS)
        self.now = f"{world.day} 08:00:00+00"

    def _after(self, table: str, count: int) -> range:
        self.cursor.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")
        first = self.cursor.fetchone()[0]
        return range(first, first + count)

    def copy(self, table: str, **columns) -> None:
        """Each keyword is a column: a list of texts, or one text for all rows."""
        lists = [repeat(value) if isinstance(value, str) else value for value in columns.values()]
        rows = zip(*lists, strict=False)
        names = ", ".join(f'"{name}"' for name in columns)
        with self.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            while chunk := "\n".join(["\t".join(row) for _, row in zip(range(CHUNK), rows, strict=False)]):
                copy.write(chunk + "\n")

    def hirer(self, number: int) -> int:
        """The organization behind an opening's number: employers, then, after the providers, unions and sponsors."""
        return self.organizations[number if number < worlds.EMPLOYERS else number + worlds.PROVIDERS]


def zips() -> tuple[list[str], list[str], np.ndarray]:
    """California's ZIP codes, their counties and their middles, by code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, county, latitude, longitude FROM accounts_zip WHERE state = 'CA' ORDER BY code")
        rows = cursor.fetchall()
    return [row[0] for row in rows], [row[1] for row in rows], np.array([row[2:] for row in rows])


# --- Columns of numbers as columns of text ----------------------------------------------------------------------------
def numbers(values, none: int | None = -1) -> list[str]:
    return [NULL if value == none else str(value) for value in np.asarray(values).tolist()]


def dates(values: np.ndarray) -> list[str]:
    return [NULL if text == "NaT" else text for text in np.datetime_as_string(values).tolist()]


def chosen(values: np.ndarray, texts) -> list[str]:
    texts = [NULL if text is None else text for text in texts]
    return [texts[value] for value in values.tolist()]


def sets(values: np.ndarray, names) -> list[str]:
    """Bit masks as PostgreSQL arrays."""
    texts = [
        "{" + ",".join(n for bit, n in enumerate(names) if mask >> bit & 1) + "}" for mask in range(1 << len(names))
    ]
    return chosen(values, texts)


def uuids(raw: bytes) -> list[str]:
    """Sixteen random bytes each; every fourth digit-group is as random as the rest, which PostgreSQL accepts."""
    text = raw.hex()
    return [text[start : start + 32] for start in range(0, len(text), 32)]


def of_row(rows: range, index: np.ndarray) -> list[str]:
    return numbers(rows.start + index, none=None)


# --- The tables, in the order of the rooms ----------------------------------------------------------------------------
def load(size: str, day: np.datetime64) -> dict[str, float]:
    """Generate the world and write it; returns how long each took. PostgreSQL's statistics are the caller's."""
    began = time.perf_counter()
    world = worlds.generate(size, zips()[2], day)
    generated = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        loader = Loader(world, cursor)
        for step in (_organizations, _people, _catalogue, _certifications, _wishes, _openings):
            step(loader)
        cursor.execute("SET session_replication_role = DEFAULT")
        _move_sequences(cursor)
    return {"generate_s": generated - began, "load_s": time.perf_counter() - generated}


def _organizations(to: Loader):
    kinds = ["employer"] * worlds.EMPLOYERS + ["provider"] * worlds.PROVIDERS
    kinds += ["union"] * worlds.UNIONS + ["sponsor"] * worlds.SPONSORS
    rng = np.random.default_rng(worlds.SEED)
    to.copy(
        "accounts_organization",
        id=map(str, to.organizations),
        public_id=uuids(rng.bytes(16 * len(kinds))),
        kind=kinds,
        name=[f"Bench {kind} {number:03}" for number, kind in enumerate(kinds)],
        **dict.fromkeys(("city", "county", "website", "license_number"), ""),
        zip=chosen(rng.integers(0, len(to.codes), len(kinds)), to.codes),
        is_example="f",
        created_at=to.now,
    )
    users(to, to.staff, uuids(rng.bytes(16 * len(to.staff))), "hirer", repeat("t"))
    to.copy(
        "accounts_membership",
        user_id=map(str, to.staff),
        organization_id=[str(to.hirer(number)) for number in range(len(to.staff))],
        role="staff",
        starts_on="2020-01-01",
    )


def users(to: Loader, ids: range, public, who: str, active):
    to.copy(
        "accounts_user",
        id=map(str, ids),
        public_id=public,
        password="!",
        is_superuser="f",
        full_name=(f"Bench {who} {number:07}" for number in range(len(ids))),
        email=(f"{who}{number:07}@bench.example" for number in range(len(ids))),
        phone="",
        language=(("en", "es")[number % 3 == 0] for number in range(len(ids))),
        time_zone="America/Los_Angeles",
        is_example="f",
        is_active=active,
        is_staff="f",
        date_joined=to.now,
    )


def _people(to: Loader):
    people = to.world.people
    users(to, to.users, uuids(people["user_uuid"]), "person", chosen(people["consent"], "tttf"))
    to.copy(
        "accounts_traineeprofile",
        id=map(str, to.trainees),
        user_id=map(str, to.users),
        public_id=uuids(people["uuid"]),
        zip=chosen(people["zip"], to.codes),
        county=chosen(people["zip"], to.counties),
        miles=numbers(people["miles"]),
        shifts=sets(people["shifts"], worlds.SHIFTS),
        wage_wish_cents=numbers(people["wage"]),
        license=chosen(people["license"], worlds.LICENSES),
        languages=sets(people["languages"], worlds.LANGUAGES),
        available_from=dates(people["free"]),
        created_at=to.now,
    )
    asked = np.flatnonzero(people["consent"] != 2)
    for purpose in ("match", "record"):
        to.copy(
            "accounts_consent",
            user_id=of_row(to.users, asked),
            purpose=purpose,
            wording=AGREED,
            language="en",
            source="import 1",
            given_at=to.now,
            withdrawn_at=chosen(people["consent"][asked], (None, to.now, None, None)),
        )


def _catalogue(to: Loader):
    credentials, programs = to.world.credentials, to.world.programs
    names = [f"Bench credential {number:03}" for number in range(1, len(to.keys) + 1)]
    to.copy(
        "programs_credential",
        key=to.keys,
        name_en=names,
        short_en=names,
        issuer="Bench",
        validity=chosen(credentials["validity"], worlds.VALIDITY),
        term_months=numbers(credentials["term"], none=0),
        **dict.fromkeys(("name_es", "short_es", "rule_en", "rule_es", "source", "confidence"), ""),
        names="{}",
    )
    to.copy(
        "programs_credential_occupations",
        credential_id=chosen(to.world.leads_to[:, 0], to.keys),
        occupation_id=chosen(to.world.leads_to[:, 1], to.trades),
    )
    texts = ("name_es", "summary_en", "summary_es", "partner", "sector", "city", "county", "region", "length")
    texts += ("hours_classroom", "hours_job", "cost", "pay", "certificates", "eligibility", "notes", "website")
    to.copy(
        "programs_program",
        id=map(str, to.programs),
        public_id=uuids(np.random.default_rng(worlds.SEED + 1).bytes(16 * len(to.programs))),
        external_id=[f"bench-{number}" for number in range(len(to.programs))],
        provider_id=of_row(to.organizations, worlds.EMPLOYERS + programs["provider"]),
        kind="certificate",
        name=[f"Bench program {number:03}" for number in range(len(to.programs))],
        **dict.fromkeys((*texts, "as_of", "source"), ""),
        state="CA",
        zip=chosen(programs["zip"], to.codes),
        latitude=map(str, to.points[programs["zip"], 0].tolist()),
        longitude=map(str, to.points[programs["zip"], 1].tolist()),
        zip_is_city="f",
        is_open="t",
        created_at=to.now,
    )
    teaches = {(row, int(programs[name][row])) for name in ("credential", "general") for row in range(worlds.PROGRAMS)}
    to.copy(
        "programs_program_credentials",
        program_id=[str(to.programs[row]) for row, _ in sorted(teaches)],
        credential_id=[to.keys[credential] for _, credential in sorted(teaches)],
    )
    to.copy(
        "programs_program_occupations",
        program_id=map(str, to.programs),
        occupation_id=chosen(programs["trade"], to.trades),
    )
    cohorts = to.world.cohorts
    to.copy(
        "programs_cohort",
        public_id=uuids(np.random.default_rng(worlds.SEED + 4).bytes(16 * len(cohorts["program"]))),
        program_id=of_row(to.programs, cohorts["program"]),
        starts_on=dates(cohorts["starts"]),
        ends_on=dates(cohorts["starts"] + 60),
        **dict.fromkeys(("zip", "city", "schedule"), ""),
        languages="{}",
        state=chosen(cohorts["state"], worlds.COHORT_STATES),
        is_example="f",
        created_at=to.now,
    )


def _certifications(to: Loader):
    held = to.world.certifications
    state, attested = held["state"], held["provider"] >= 0
    to.copy(
        "programs_certification",
        public_id=uuids(np.random.default_rng(worlds.SEED + 2).bytes(16 * len(state))),
        trainee_id=of_row(to.trainees, held["person"]),
        credential_id=chosen(held["credential"], to.keys),
        provider_id=[
            str(to.organizations.start + number) if number >= 0 else NULL for number in held["provider"].tolist()
        ],
        level=chosen(attested.astype(int), ("self", "provider")),
        state=chosen(state, worlds.STATES),
        issued_on=dates(held["issued"]),
        expires_on=dates(held["ends"]),
        expiry_is_printed="f",
        verified_at=chosen(state, (None, to.now, to.now, to.now)),
        revoked_at=chosen(state, (None, None, None, to.now)),
        revoked_reason="",
        created_at=to.now,
    )


def _wishes(to: Loader):
    wishes, enrolled = to.world.wishes, to.world.enrollments
    to.copy(
        "programs_tradewish",
        trainee_id=of_row(to.trainees, wishes[:, 0]),
        occupation_id=chosen(wishes[:, 1], to.trades),
    )
    to.copy(
        "programs_enrollment",
        public_id=uuids(np.random.default_rng(worlds.SEED + 3).bytes(16 * len(enrolled))),
        trainee_id=of_row(to.trainees, enrolled[:, 0]),
        program_id=of_row(to.programs, enrolled[:, 1]),
        provider_id=[
            str(to.organizations[worlds.EMPLOYERS + int(to.world.programs["provider"][program])])
            for program in enrolled[:, 1]
        ],
        **dict.fromkeys(("provider_ref", "given_email", "given_phone"), ""),
        given_name="Bench person",
        completed_on=str(to.world.day - 30),
        created_at=to.now,
    )


def _openings(to: Loader):
    made, asked, listed = to.world.openings, to.world.requirements, to.world.places
    published = (to.world.day.astype("M8[s]") - made["published"]).tolist()
    texts = ("title_es", "description", "description_es", "place", "wage_origin", "benefits", "external_id", "source")
    to.copy(
        "openings_opening",
        id=map(str, to.openings),
        public_id=uuids(made["uuid"]),
        organization_id=[str(to.hirer(number)) for number in made["organization"].tolist()],
        kind="job",
        title=[f"Bench opening {number:05}" for number in range(len(to.openings))],
        **dict.fromkeys(texts, ""),
        occupation_id=chosen(made["trade"], to.trades),
        zip=chosen(made["zip"], to.codes),
        latitude=map(str, to.points[made["zip"], 0].tolist()),
        longitude=map(str, to.points[made["zip"], 1].tolist()),
        seats=numbers(made["seats"]),
        wage_min_cents=numbers(made["low"]),
        wage_max_cents=numbers(made["high"]),
        shifts=sets(made["shifts"], worlds.SHIFTS),
        license=chosen(made["license"], worlds.LICENSES),
        languages=sets(made["languages"], worlds.LANGUAGES),
        opens_on=dates(made["opens"]),
        closes_on=dates(made["closes"]),
        starts_on=dates(made["starts"]),
        order_rule=chosen(made["rule"], worlds.RULES),
        lottery_seed=[made["seed"][start : start + 32].hex() for start in range(0, len(made["seed"]), 32)],
        state="published",
        published_at=[f"{moment.isoformat()}+00" for moment in published],
        is_example="f",
        created_at=to.now,
    )
    to.copy(
        "openings_requirement",
        opening_id=of_row(to.openings, asked["opening"]),
        credential_id=chosen(asked["credential"], to.keys),
        kind=chosen(asked["kind"], worlds.KINDS),
        group=numbers(asked["group"], none=None),
    )
    registered = (to.world.day.astype("M8[s]") - listed["hours"] * 3600).tolist()
    to.copy(
        "openings_listplace",
        opening_id=of_row(to.openings, listed["opening"]),
        trainee_id=of_row(to.trainees, listed["person"]),
        registered_at=[f"{moment.isoformat()}+00" for moment in registered],
        rank=numbers(listed["rank"]),
    )


def _move_sequences(cursor) -> None:
    """Every identity column goes on after the highest number in its table."""
    cursor.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND is_identity = 'YES' "
        "AND column_name = 'id'"
    )
    for (table,) in cursor.fetchall():
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 0) + 1, false) FROM {table}"
        )
