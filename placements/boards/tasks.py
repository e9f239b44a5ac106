"""Envelopes of the boards."""

from celery import shared_task
from django.utils import timezone

from . import bulk, waiting


@shared_task
def look_again(**_):
    """Look at the rows of the board once more, the longest not looked at first. Safe to run twice."""
    waiting.look_again(at=timezone.now())


@shared_task
def remind(**_):
    """Send the reminders nobody took back within their minute. Safe to run twice."""
    bulk.send_reminders(at=timezone.now())
