"""The nightly rematch: everything is looked at again, though nothing should have been missed. It names what was.

1. Every person and opening is projected anew. One that differs is a wake that was missed (or a day that turned
   while the jobs stood still); it is matched at once and named.
2. The kernel matches everybody with everything (matching/rematch.py) and swaps its lists in.
3. Matches that no longer hold, and people among an opening's first who have none, are put right and counted.

Each step is a series of short transactions, so events wait for seconds at most; whatever is cut off is done again.
"""

import logging
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Consent, TraineeProfile

from . import facts, jobs, projection
from . import rematch as full
from .models import Match, Run

log = logging.getLogger(__name__)

PEOPLE = 2000
OPENINGS = 100
NAMED = 20  # how many missed wakes are named one by one


@dataclass
class Report:
    """What a rematch found, and so what had been missed."""

    people: list[int] = field(default_factory=list)  # trainees whose facts had changed unnoticed
    openings: list[int] = field(default_factory=list)  # the same of openings
    made: int = 0
    changed: int = 0
    ended: int = 0

    @property
    def none(self) -> bool:
        return not (self.people or self.openings or self.made or self.changed or self.ended)

    def add(self, changes: jobs.Changes) -> None:
        self.made += changes.made
        self.changed += changes.changed
        self.ended += changes.ended

    def as_dict(self) -> dict:
        """As a run keeps it: counts, and the first of those who were missed by their row numbers."""
        return {
            "people": len(self.people),
            "openings": len(self.openings),
            "made": self.made,
            "changed": self.changed,
            "ended": self.ended,
            "people_named": self.people[:NAMED],
            "openings_named": self.openings[:NAMED],
        }


@transaction.atomic
def fill(*, at) -> bool:
    """Project everybody and everything where nothing is projected yet; returns whether that was so.

    After the upgrade that brought projections: until then pages would show no match, and the first event of an opening
    would end those of everybody else.
    """
    jobs.lock()
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM matching_seeker) OR EXISTS (SELECT FROM matching_offer)")
        if cursor.fetchone()[0]:
            return False
    projection.fill(on=timezone.localdate(at), at=at)
    return True


def recheck(report: Report, *, at, quiet: bool = False) -> None:
    """Project everybody and everything anew; match what differs."""
    on = timezone.localdate(at)
    for some in _chunks(_openings(on), OPENINGS):
        with transaction.atomic():
            jobs.lock()
            changed = projection.openings(some, on=on, at=at)
            report.openings += changed
            report.add(jobs.keep(set(), set(changed), at=at, quiet=quiet))
    for some in _chunks(_people(), PEOPLE):
        with transaction.atomic():
            jobs.lock()
            changed = projection.people(some, on=on, at=at)
            report.people += changed
            report.add(jobs.keep(set(changed), set(), at=at, quiet=quiet))


def put_right(report: Report, openings, *, at, quiet: bool = False) -> None:
    """Match these openings again."""
    for some in _chunks(sorted(openings), OPENINGS):
        with transaction.atomic():
            jobs.lock()
            report.add(jobs.keep(set(), set(some), at=at, quiet=quiet))


def rematch(*, at, quiet: bool = False) -> Report:
    """Match everything again, opening by opening. When nothing was missed this changes nothing."""
    report = Report()
    recheck(report, at=at, quiet=quiet)
    put_right(report, _openings(timezone.localdate(at)), at=at, quiet=quiet)
    return report


def differing(on) -> set[int]:
    """Openings whose matches are not what the last full rematch (matching_top) and the rules say.

    What is on a list that is about to be read was not missed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT t.opening_id FROM matching_top t
             WHERE NOT EXISTS (SELECT FROM matching_match m WHERE m.opening_id = t.opening_id
                                AND m.trainee_id = t.trainee_id AND m.state IN ('fits', 'ask'))
               AND NOT EXISTS (SELECT FROM matching_unfilled u WHERE u.opening_id = t.opening_id)
            """
        )
        found = {pk for (pk,) in cursor.fetchall()}
        cursor.execute("SELECT DISTINCT opening_id FROM matching_kept_wrongly(%s)", [on])
        return found | {pk for (pk,) in cursor.fetchall()}


def nightly(*, at) -> Report:
    """What is done every night, with its result in the run's row and in the log."""
    report = Report()
    jobs.settle()  # whoever is about to be put before an opening was not missed
    recheck(report, at=at)
    run = full.run(at=at)
    if run and run.state == Run.State.DONE:
        put_right(report, differing(run.on), at=at)
        run.missed = report.as_dict()
        run.save(update_fields=["missed"])
    say(report)
    return report


def say(report: Report) -> None:
    """Put the result into the log: anything but "nothing changed" is a missed wake, a defect to look for."""
    if report.none:
        log.info("nightly rematch: nothing changed")
        return
    log.warning("nightly rematch: %s made, %s changed, %s ended", report.made, report.changed, report.ended)
    for name, missed in (("trainee", report.people), ("opening", report.openings)):
        if missed:
            log.warning(
                "nightly rematch: facts of %s %s(s) had changed unnoticed: %s", len(missed), name, missed[:NAMED]
            )


def _people() -> list[int]:
    agreed = Consent.objects.standing().filter(purpose=Consent.Purpose.MATCH).values("user_id")
    found = set(TraineeProfile.objects.filter(user_id__in=agreed).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT trainee_id FROM matching_seeker")
        return sorted(found | {pk for (pk,) in cursor.fetchall()})


def _openings(on) -> list[int]:
    found = set(facts.live(on).values_list("pk", flat=True))
    found |= set(Match.objects.exclude(state=Match.State.ENDED).values_list("opening_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT opening_id FROM matching_offer")
        return sorted(found | {pk for (pk,) in cursor.fetchall()})


def _chunks(ids: list[int], size: int):
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
