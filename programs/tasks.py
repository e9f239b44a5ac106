"""Envelopes of the training room."""

from celery import shared_task
from django.utils import timezone

from ledger.lifecycle import IllegalStep

from . import actions, waiting
from .models import Certification


@shared_task
def expire(**_):
    """Mark what ended before today; matching hears of each."""
    over = Certification.objects.filter(state=Certification.State.VERIFIED, expires_on__lt=timezone.localdate())
    for certification in over.order_by("pk").iterator(chunk_size=500):
        try:
            actions.expire(certification, at=timezone.now())
        except IllegalStep:  # revoked in between: nothing left to do
            continue


@shared_task
def remind(**_):
    """Remind of every place and certificate whose answer is late, one transaction each. Run twice, the second run finds
    nothing."""
    now = timezone.now()
    for rows in (waiting.places(now), waiting.certificates(now)):
        for row in waiting.climbing(rows, at=now).iterator(chunk_size=500):
            waiting.remind(row, at=now)
