"""Envelopes: the bell of a room, and the sweep that finds what the bell missed."""

from celery import shared_task
from django.utils import timezone

from . import bells, handoffs
from .log import within


@shared_task
def wake(*, room, **_):
    """Let the room take its waiting handoffs. Safe to run twice."""
    if not within(room):
        bells.heard(room)
    _drain(room)


@shared_task
def sweep(**_):
    """Wake every room that has due work."""
    for room in handoffs.rooms_waiting(timezone.now()):
        _drain(room)


def _drain(room: str) -> None:
    handoffs.drain_alone(room) if within(room) else handoffs.drain(room)
