"""Envelopes: what the clock does with sheets."""

from celery import shared_task
from django.utils import timezone

from . import actions


@shared_task
def forget(**_):
    """Forget sheets that were only looked at, and the text of rows left out long ago. Safe to run twice."""
    actions.forget(at=timezone.now())
