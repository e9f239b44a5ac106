"""Who and what the event benchmarks are about: certificates about to be verified, drafts to publish, a standing state.

Certificates are of two kinds. As they come: anybody who is matched, and a credential as people of their trade have
them; most complete no opening. Completing: people one credential short of an opening, with just that one, so that every
event ends in matches, notices and letters. What these people fit already has been put before them, quietly, as it would
have been in a system that ran all along.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Organization, TraineeProfile
from matching import jobs, live
from programs.certifications import certify
from programs.models import Certification, Credential

SEED = 20_261_121
TOGETHER = 500


@dataclass(frozen=True)
class Certificate:
    """A certificate about to be verified: whose, and which."""

    trainee: int
    credential: str


def as_they_come(count: int, on: date) -> list[Certificate]:
    """Anybody who is matched, each once, with a credential new to them that somebody else of their trade has: as
    common here as it is among those.
    """
    rng, everybody = random.Random(SEED), _everybody(on)
    trade_of = dict(everybody)
    of_trade: dict[int, list[int]] = {}
    for trainee, trade in everybody:
        of_trade.setdefault(trade, []).append(trainee)
    chosen = list(trade_of)
    rng.shuffle(chosen)
    found: list[Certificate] = []
    for some in batched(chosen, TOGETHER):
        others = {trainee: rng.choice(of_trade[trade_of[trainee]]) for trainee in some}
        has = _has({*others, *others.values()})
        for trainee, other in others.items():
            if fresh := sorted(has[other] - has[trainee]):
                found.append(Certificate(trainee, rng.choice(fresh)))
        if len(found) >= count:
            break
    return _standing(found[:count])


def completing(count: int, on: date) -> list[Certificate]:
    """People one credential short of an opening, each once, with that credential."""
    rng, found = random.Random(SEED), []
    everybody = list(dict(_everybody(on)))
    rng.shuffle(everybody)
    for some in batched(everybody, TOGETHER):
        near: dict[int, list] = {}
        for pair in live.of_people(some, on):
            if pair.state == "near":
                near.setdefault(pair.trainee_id, []).append(pair.missing[0])
        found += [Certificate(trainee, rng.choice(missing)) for trainee, missing in sorted(near.items())]
        if len(found) >= count:
            break
    return _standing(found[:count])


def _everybody(on: date) -> list[tuple[int, int]]:
    """Who is matched, and in which trades; nobody for whom something ends on the day."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            "SELECT trainee_id, trade FROM matching_seeker GROUP BY 1, 2 HAVING min(turns_on) > %s ORDER BY 1, 2", [on]
        )
        return cursor.fetchall()


def _has(people: set[int]) -> dict[int, set[str]]:
    """The credentials of these people, whatever became of them."""
    has: dict[int, set[str]] = {trainee: set() for trainee in people}
    rows = Certification.objects.filter(trainee__in=people).values_list("trainee", "credential")
    for trainee, credential in rows:
        has[trainee].add(credential)
    return has


def _standing(found: list[Certificate]) -> list[Certificate]:
    """These, once everything else about their people is in place."""
    for some in batched(found, TOGETHER):
        with transaction.atomic():
            jobs.match({certificate.trainee for certificate in some}, set(), at=timezone.now(), quiet=True)
    return found


def batched(values: list, many: int) -> Iterator[list]:
    for start in range(0, len(values), many):
        yield values[start : start + many]


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
