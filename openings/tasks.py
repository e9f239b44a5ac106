"""Envelopes of the openings room."""

import zoneinfo

from celery import shared_task
from django.utils import timezone

from ledger.lifecycle import IllegalStep

from . import actions, queries

# The region's own day: an opening "until Friday" is open all of Friday there.
REGION = zoneinfo.ZoneInfo("America/Los_Angeles")


@shared_task
def close_past(**_):
    """Close every published opening whose last day is over. Run twice, the second run finds nothing."""
    for opening in queries.past(timezone.localdate(timezone=REGION)).select_related("organization"):
        try:
            actions.close_past(opening, at=timezone.now())
        except IllegalStep:  # somebody closed it in between
            continue


@shared_task
def open_windows(**_):
    """Tell matching of every opening whose window has begun. Run twice, the second run finds nothing new."""
    for opening in queries.opening_today(timezone.localdate(timezone=REGION)).select_related("organization"):
        actions.open_window(opening, at=timezone.now())
