"""Where the worlds of the agreement tests are written: one statement each, into the real tables."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256

from django.db import connection

from accounts.models import Organization
from matching import projection
from programs.models import Credential, Program
from tests.cast import FORKLIFT, LABORER, WELDER

from .worlds import BITS, CREDENTIALS, LANGUAGES, SHIFTS, TRADES, WORKS, Person, Work

NOON = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
PUT = """
CREATE FUNCTION pg_temp.put(world jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO accounts_user (id, public_id, full_name, phone, password, language, time_zone, is_superuser, is_staff,
                               is_example, is_active, date_joined)
    SELECT id, gen_random_uuid(), 'Somebody', '', '', 'en', 'America/Los_Angeles', false, false, false, active, now()
      FROM jsonb_to_recordset(world -> 'people') v (id bigint, active boolean);
    INSERT INTO accounts_consent (user_id, purpose, opening_id, wording, language, source, given_at, withdrawn_at)
    SELECT person, purpose, CASE purpose WHEN 'contact' THEN 1 END, '', 'en', 'test', now(),
           CASE WHEN withdrawn THEN now() END
      FROM jsonb_to_recordset(world -> 'consents') v (person bigint, purpose varchar, withdrawn boolean);
    INSERT INTO accounts_traineeprofile (id, user_id, public_id, zip, miles, shifts, wage_wish_cents, license,
                                         languages, available_from, county, created_at)
    SELECT id, id, gen_random_uuid(), zip, miles, shifts, wage, license, languages, free, '', now()
      FROM jsonb_to_recordset(world -> 'people') v (id bigint, zip varchar, miles smallint, shifts varchar[],
           wage integer, license varchar, languages varchar[], free date);
    INSERT INTO matching_ticket SELECT id, ticket
      FROM jsonb_to_recordset(world -> 'people') v (id bigint, ticket bigint) WHERE ticket IS NOT NULL;
    INSERT INTO programs_certification (public_id, trainee_id, credential_id, provider_id, level, state, issued_on,
                                        expires_on, expiry_is_printed, verified_at, revoked_at,
                                        revoked_reason, created_at)
    SELECT gen_random_uuid(), person, credential, provider, 'provider', state, issued, ends, false,
           now(), CASE state WHEN 'revoked' THEN now() END, '', now()
      FROM jsonb_to_recordset(world -> 'papers') v (person bigint, credential varchar, provider bigint, state varchar,
           issued date, ends date)
        ON CONFLICT DO NOTHING;
    INSERT INTO programs_tradewish (trainee_id, occupation_id)
    SELECT person, trade FROM jsonb_to_recordset(world -> 'wishes') v (person bigint, trade varchar);
    INSERT INTO programs_enrollment (public_id, trainee_id, program_id, provider_id, provider_ref, given_name,
                                     given_email, given_phone, created_at)
    SELECT gen_random_uuid(), person, program, provider, '', '', '', '', now()
      FROM jsonb_to_recordset(world -> 'enrolled') v (person bigint, program bigint, provider bigint);
    INSERT INTO openings_opening (id, public_id, external_id, organization_id, kind, title, title_es, description,
        description_es, occupation_id, zip, place, seats, wage_min_cents, wage_max_cents, wage_origin, benefits, shifts,
        license, languages, opens_on, closes_on, starts_on, order_rule, lottery_seed, state, published_at, closed_at,
        is_example, source, created_at)
    SELECT id, public_id, '', organization, 'job', 'Work', '', '', '', trade, zip, '', 1, low, high, '', '', shifts,
           license, languages, opens, closes, starts, rule, seed, state, now(), now(), false, '', now()
      FROM jsonb_to_recordset(world -> 'works') v (id bigint, public_id uuid, organization bigint, trade varchar,
           zip varchar, low integer, high integer, shifts varchar[], license varchar, languages varchar[], opens date,
           closes date, starts date, rule varchar, seed varchar, state varchar);
    INSERT INTO openings_requirement (opening_id, credential_id, kind, "group")
    SELECT work, credential, kind, number
      FROM jsonb_to_recordset(world -> 'asked') v (work bigint, credential varchar, kind varchar, number smallint);
    INSERT INTO openings_listplace (opening_id, trainee_id, rank, registered_at)
    SELECT work, person, rank, moment
      FROM jsonb_to_recordset(world -> 'places') v (work bigint, person bigint, rank integer, moment timestamptz);
$$
"""


@dataclass(frozen=True)
class Put:
    """Worlds that stand in the tables: which rows are theirs, and whom a row was made for."""

    people: dict[int, Person]
    works: dict[int, Work]


class Stage:
    """What all worlds of a test share: organizations, programs, credentials, and measured distances."""

    def __init__(self, *, bits=True):
        kinds = {"center": "provider", "shop": "employer", "rival": "employer", "hall": "union"}
        self.organizations = {
            name: Organization.objects.create(name=f"The {name} of these worlds", kind=kind).pk
            for name, kind in kinds.items()
        }
        evaluation = Credential.objects.create(
            key="lift_evaluation", name_en="Lift evaluation", issuer="the employer", validity="employer", term_months=36
        )
        evaluation.occupations.set([WELDER])
        self.programs = [self._program(n, trades) for n, trades in enumerate([[WELDER], [FORKLIFT, LABORER], []])]
        self._ids = itertools.count(1_000_000_001)
        with connection.cursor() as cursor:
            cursor.execute(PUT)
            if bits:
                rows = list(zip(CREDENTIALS, BITS, strict=True))
                cursor.executemany("INSERT INTO matching_bit (credential_id, bit) VALUES (%s, %s)", rows)
            # That nothing is near a place that does not exist need not be found out for each world.
            cursor.execute("INSERT INTO matching_near (work, home, tenths) VALUES (99999, 99998, 0)")
        projection.near(WORKS)

    def _program(self, number, trades) -> int:
        program = Program.objects.create(
            provider_id=self.organizations["center"], external_id=f"W{number}", kind="certificate", name="A program"
        )
        program.occupations.set(trades)
        return program.pk

    def put(self, worlds) -> Put:
        """Write the worlds into the tables."""
        made = [
            ([(next(self._ids), who) for who in world.people], [(next(self._ids), work) for work in world.works])
            for world in worlds
        ]
        rows = {name: list(found) for name, found in self._rows(made)}
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_temp.put(%s)", [json.dumps(rows, default=str)])
        return Put(
            dict(row for people, _works in made for row in people), dict(row for _, works in made for row in works)
        )

    def _rows(self, made) -> Iterator[tuple[str, Iterator[dict]]]:
        everybody = [row for people, _works in made for row in people]
        every_work = [row for _people, works in made for row in works]
        at = {None: None, **self.organizations}
        yield "people", (self._person(n, pk, who) for n, (pk, who) in enumerate(everybody))
        yield "consents", (c for pk, who in everybody for c in consents(pk, who.agreed))
        yield (
            "papers",
            (
                {
                    "person": pk,
                    "credential": CREDENTIALS[p.credential],
                    "provider": at[p.by],
                    "state": p.state,
                    "issued": p.issued,
                    "ends": p.ends,
                }
                for pk, who in everybody
                for p in who.papers
            ),
        )
        yield "wishes", ({"person": pk, "trade": t} for pk, who in everybody for t in members(who.wishes, TRADES))
        yield (
            "enrolled",
            (
                {"person": pk, "program": program, "provider": at["center"]}
                for pk, who in everybody
                for program in members(who.enrolled, [*self.programs, None])
            ),
        )
        yield "works", (self._work(pk, work) for pk, work in every_work)
        yield (
            "asked",
            (
                {"work": pk, "credential": key, "kind": kind, "number": number}
                for pk, work in every_work
                for kind, number, mask in [
                    ("required", 0, work.required),
                    ("preferred", 0, work.preferred),
                    *(("any_of", 3 * n + 1, mask) for n, mask in enumerate(work.groups)),
                ]
                for key in members(mask, CREDENTIALS)
            ),
        )
        yield (
            "places",
            (
                {"work": pk, "person": person, "rank": place[0], "moment": place[1]}
                for people, works in made
                for pk, work in works
                for (person, _who), place in zip(people, work.places, strict=True)
                if place
            ),
        )

    def _person(self, number, pk, who) -> dict:
        # One of four has no ticket yet: it is drawn when they are projected.
        ticket = int.from_bytes(sha256(b"%d" % pk).digest()[:8]) >> 1 if number % 4 < 3 else None
        return {
            "id": pk,
            "active": who.active,
            "zip": who.zip,
            "miles": who.miles,
            "shifts": members(who.shifts, SHIFTS),
            "wage": who.wage,
            "license": who.license,
            "languages": members(who.languages, LANGUAGES),
            "free": who.free,
            "ticket": ticket,
        }

    def _work(self, pk, work) -> dict:
        return {
            "id": pk,
            "public_id": f"00000000-0000-4000-8000-{pk:012x}",
            "organization": self.organizations[work.by],
            "trade": TRADES[work.trade],
            "zip": work.zip,
            "low": work.low,
            "high": work.high,
            "shifts": members(work.shifts, SHIFTS),
            "license": work.license,
            "languages": members(work.languages, LANGUAGES),
            "opens": work.opens,
            "closes": work.closes,
            "starts": work.starts,
            "rule": work.rule,
            "seed": work.seed,
            "state": work.state,
        }


def members(mask: int, of) -> list:
    """The members of a set written as bits."""
    return [member for n, member in enumerate(of) if mask >> n & 1]


def consents(pk: int, agreed: str) -> list[dict]:
    standing = {"person": pk, "purpose": "match", "withdrawn": False}
    withdrawn = {**standing, "withdrawn": True}
    return {
        "yes": [standing],
        "again": [withdrawn, standing],
        "withdrawn": [withdrawn],
        "contact": [{**standing, "purpose": "contact"}],
        "no": [],
    }[agreed]


def project(put: Put, on: date) -> None:
    """Bring what matching reads up to the day."""
    projection.people(list(put.people), on=on, at=NOON)
    projection.openings(list(put.works), on=on, at=NOON)
