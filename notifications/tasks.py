"""Envelopes of the post office."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from ledger import bells

from . import acting, addresses, outbox


@shared_task
def send(**_):
    """Send what is due. Safe to run twice and side by side."""
    bells.heard("send")
    outbox.send_due()


@shared_task
def sweep(**_):
    """Find what the bell missed: due rows, digests whose hour has come, leases that ran out, tasks that are settled."""
    outbox.send_due()
    addresses.close_answered(at=timezone.now())


@shared_task
def look_after(**_):
    """Ask for what organizations need by the calendar: an administrator, the look every quarter. Safe to run twice."""
    with transaction.atomic():
        acting.look_after(at=timezone.now())
