"""Envelopes of the openings room."""

from celery import shared_task
from django.utils import timezone

from ledger.lifecycle import IllegalStep

from . import actions, old_words, queries


def region_today():
    """The region's own day (TIME_ZONE): an opening "until Friday" is open all of Friday there."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


@shared_task
def close_past(**_):
    """Close every published opening whose last day is over. Run twice, the second run finds nothing."""
    for opening in queries.past(region_today()).select_related("organization"):
        try:
            actions.close_past(opening, at=timezone.now())
        except IllegalStep:  # somebody closed it in between
            continue


@shared_task
def open_windows(**_):
    """Tell matching of every opening whose window has begun. Run twice, the second run finds nothing new."""
    for opening in queries.opening_today(region_today()).select_related("organization"):
        actions.open_window(opening, at=timezone.now())


@shared_task
def look_at_words(**_):
    """Find what is public with words that would be refused today. Run twice, the second run tells nobody."""
    old_words.look(at=timezone.now())
