"""Envelopes of the post office."""

from celery import shared_task
from django.utils import timezone

from . import addresses, outbox


@shared_task
def send(**_):
    """Send what is due. Safe to run twice and side by side."""
    outbox.send_due()


@shared_task
def sweep(**_):
    """Find what the bell missed: due rows, digests whose hour has come, leases that ran out, tasks that are settled."""
    outbox.send_due()
    addresses.close_answered(at=timezone.now())
