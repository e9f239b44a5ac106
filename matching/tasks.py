"""Envelopes of the matching room."""

from celery import shared_task
from django.utils import timezone

from . import jobs

NIGHT = 3  # o'clock where the region lives; an hour that every night of the year has once


@shared_task
def rematch_nightly(**_):
    """Once a night (in the region's own time) match everything again; a change means something had been missed."""
    now = timezone.localtime()
    if now.hour == NIGHT:
        jobs.nightly(at=timezone.now())
