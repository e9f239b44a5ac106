"""Envelopes of the matching room."""

from datetime import datetime, time, timedelta

from celery import shared_task
from django.utils import timezone

from . import jobs, nightly, why
from .models import Run

NIGHT = time(3)  # where the region lives; an hour that every night of the year has once
TRIES = 4  # a night; what fails as often needs a person


@shared_task(time_limit=2 * 60 * 60)
def rematch_nightly(**_):
    """Once a night everything is matched again. The bell rings every hour: a night that nobody was awake at three, and
    a run that was cut off or failed, is made up for by the next.
    """
    at = timezone.now()
    if due(at):
        nightly.nightly(at=at)


@shared_task
def write_reasons(**_):
    """Write down why the latest matches belong together. Safe to run twice."""
    why.write_all(on=timezone.localdate())


@shared_task
def tell_waiting(**_):
    """Do what a worker that was cut off left after matching: telling, and moving up. Safe to run twice."""
    jobs.settle()


def due(at) -> bool:
    """Whether the last night's rematch is still to be done, or to be done again."""
    local = timezone.localtime(at)
    day = local.date() if local.time() >= NIGHT else local.date() - timedelta(days=1)
    tonight = Run.objects.filter(started_at__gte=timezone.make_aware(datetime.combine(day, NIGHT)))
    if tonight.filter(state=Run.State.DONE).exclude(missed={}).exists():
        return False
    return tonight.filter(state=Run.State.FAILED).count() < TRIES
