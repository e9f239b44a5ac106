"""Envelopes of this room: climb the response ladder; put whoever is next before organizations with room for them."""

from celery import shared_task
from django.utils import timezone

from . import actions, ladder, reminders, turns


@shared_task
def remind(**_):
    """Give every step whose owner left to somebody, then remind of every step that is due, one transaction each.

    Run twice, the second run finds nothing.
    """
    now = timezone.now()
    for referral in reminders.adrift().select_related("opening__organization", "trainee__coordinator").iterator():
        reminders.pass_on(referral, at=now)
    for referral in ladder.climbing(at=now).select_related("opening__organization", "trainee__coordinator").iterator():
        reminders.remind(referral, at=now)


@shared_task
def call_up(**_):
    """Put people before organizations that can look at more of them. Run twice, the second run finds nothing."""
    for pace in turns.with_queue():
        actions.call_up(pace, at=timezone.now())
