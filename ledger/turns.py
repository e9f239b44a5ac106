"""Periodic jobs, each begun once however often its bell is rung, and missed by nobody when it is not rung at all.

1. Whoever hears the bell asks `take()`. The row of the job is locked for the moment of asking, so of any number who ask
   at once one gets it, and the others hear that it was begun a moment ago.
2. A job that must not run twice side by side also holds a lease; a killed one gives it up when the lease runs out.
3. `overdue()` names the jobs whose bell nobody heard; the watch (pipeline.watch), which needs no broker, takes those.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from .models import Turn

log = logging.getLogger(__name__)

GRACE = timedelta(seconds=15)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Job:
    """One periodic job: its function, how often, who does it, and how long one may hold it for itself."""

    name: str
    task: str  # the function, by its path
    every: timedelta
    queue: str = "celery"
    lease: timedelta | None = None  # None: any number may do it side by side
    limit: timedelta = timedelta(minutes=10)

    @property
    def slack(self) -> timedelta:
        """By how much a ring may come early and still count."""
        return min(self.every / 5, timedelta(minutes=5))

    def is_overdue(self, begun_at: datetime, *, at: datetime) -> bool:
        """Whether its bell should have been heard by now, with a little grace.

        What is done every quarter of an hour is due on the quarter, for days begin on one.
        """
        if self.every != QUARTER:
            return at - begun_at > self.every + GRACE
        step = QUARTER.total_seconds()
        quarter = datetime.fromtimestamp((at - GRACE).timestamp() // step * step, UTC)
        return begun_at < quarter and at - begun_at >= self.every - self.slack


def take(job: Job, *, by: str) -> bool:
    """Do the job, unless somebody began it a moment ago or is still at it. Says whether it was done.

    What the job raises goes on to the caller, after it was written down.
    """
    began = timezone.now()
    if not _begin(job, by, began):
        return False
    turn = Turn.objects.filter(job=job.name)
    # One that outlasted its lease must not end that of whoever took it over.
    mine = turn.filter(by=by, begun_at=began)
    try:
        import_string(job.task)()
    except Exception as error:
        log.exception("%s failed", job.name)
        said = f"{type(error).__name__}: {error}"[:2000].replace("\0", "")
        turn.update(error=said)
        mine.update(leased_until=None)
        raise
    turn.update(error="", ended_at=timezone.now())
    mine.update(leased_until=None)
    return True


def _begin(job: Job, by: str, now) -> bool:
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    due = Q(begun_at__isnull=True) | Q(begun_at__lte=now - job.every + job.slack)
    with transaction.atomic():
        Turn.objects.bulk_create([Turn(job=job.name)], ignore_conflicts=True)
        # A row that is locked is being begun by somebody else in this very moment.
        if not Turn.objects.select_for_update(skip_locked=True).filter(free & due, job=job.name).exists():
            return False
        Turn.objects.filter(job=job.name).update(
            begun_at=now, by=by, leased_until=now + job.lease if job.lease else None
        )
    return True


def overdue(jobs, *, at, since) -> list[Job]:
    """Those of the jobs whose bell nobody heard; one that was never begun is waited for as from `since`."""
    begun = dict(Turn.objects.values_list("job", "begun_at"))
    return [job for job in jobs if job.is_overdue(begun.get(job.name) or since, at=at)]
