"""Who and what the event benchmarks are about: people one credential short, drafts to publish, and a standing state.

Each certificate chosen completes at least one opening, so that every event ends in a match, notices and letters. What
these people fit already has been put before them, quietly, as it would have been in a system that ran all along.
"""

import random
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Organization, TraineeProfile
from matching import jobs, live
from programs.certifications import certify
from programs.models import Credential

SEED = 20_261_121
TOGETHER = 500


@dataclass(frozen=True)
class Certificate:
    """A certificate about to be verified: whose, and which."""

    trainee: int
    credential: str


def certificates(count: int, on: date) -> list[Certificate]:
    """People one credential short of an opening, each once, with that credential; the rest about them is in place."""
    found: list[Certificate] = []
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT DISTINCT trainee_id FROM matching_seeker WHERE turns_on > %s", [on])
        everybody = [pk for (pk,) in cursor.fetchall()]
    rng = random.Random(SEED)
    rng.shuffle(everybody)
    for start in range(0, len(everybody), TOGETHER):
        near: dict[int, list] = {}
        some = everybody[start : start + TOGETHER]
        for pair in live.of_people(some, on):
            if pair.state == "near":
                near.setdefault(pair.trainee_id, []).append(pair.missing[0])
        found += [Certificate(trainee, rng.choice(missing)) for trainee, missing in sorted(near.items())]
        if len(found) >= count:
            break
    found = found[:count]
    for start in range(0, len(found), TOGETHER):
        with transaction.atomic():
            people = {certificate.trainee for certificate in found[start : start + TOGETHER]}
            jobs.match(people, set(), at=timezone.now(), quiet=True)
    return found


def provider() -> Organization:
    return Organization.objects.filter(kind="provider", name__startswith="Bench").order_by("pk").first()


@cache
def credentials() -> dict[str, Credential]:
    """All credentials, read once, as whoever brings a sheet in has them at hand."""
    return Credential.objects.in_bulk()


def verify(certificate: Certificate, by: Organization, at):
    """What bringing a provider's sheet in writes for one certificate; inside a transaction."""
    return certify(
        TraineeProfile(pk=certificate.trainee),
        credentials()[certificate.credential],
        provider=by,
        program=None,
        issued_on=timezone.localdate(at),
        expires_on=None,
        level="provider",
        by=None,
        at=at,
    )


def drafts(count: int) -> list[int]:
    """New drafts, copies of openings of this world with all they ask for; returns their numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT * FROM openings_opening LIMIT 0")
        columns = [column.name for column in cursor.description if column.name not in ("id", "public_id", "state")]
        copied = ", ".join(columns)
        cursor.execute(
            "WITH chosen AS (SELECT *, nextval(pg_get_serial_sequence('openings_opening', 'id')) AS fresh"
            " FROM openings_opening o WHERE state = 'published' AND title LIKE 'Bench%%'"
            " AND (closes_on IS NULL OR closes_on > current_date + 1) AND (opens_on IS NULL OR opens_on < current_date)"
            " ORDER BY md5(id::text) LIMIT %s),"
            f" made AS (INSERT INTO openings_opening (id, public_id, state, {copied}) OVERRIDING SYSTEM VALUE"
            f" SELECT fresh, gen_random_uuid(), 'draft', {copied} FROM chosen RETURNING id),"
            ' asked AS (INSERT INTO openings_requirement (opening_id, credential_id, kind, "group")'
            ' SELECT c.fresh, r.credential_id, r.kind, r."group"'
            " FROM chosen c JOIN openings_requirement r ON r.opening_id = c.id)"
            " SELECT id FROM made ORDER BY id",
            [count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def quiet_bells() -> None:
    """Nobody is rung: the benchmarks of the database part have no broker."""
    from ledger.tasks import wake
    from notifications.tasks import send

    for task in (wake, send):
        task.delay = lambda **_: None
