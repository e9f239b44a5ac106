"""Envelopes of hires: ask both sides whether the work goes on, and have somebody look where they say nothing."""

from celery import shared_task
from django.utils import timezone

from . import retention


@shared_task
def check_in(**_):
    """Ask about every job that has lasted long enough, and look after silence. Run twice, the second finds nothing."""
    now = timezone.now()
    retention.ask_due(at=now)
    for check in retention.silent(now):
        retention.chase(check, at=now)
    for check in retention.adrift():
        retention.pass_on(check, at=now)
