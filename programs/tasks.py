"""Envelopes of the training room."""

from celery import shared_task
from django.utils import timezone

from ledger.lifecycle import IllegalStep

from . import actions
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
