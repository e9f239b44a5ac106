"""Envelopes of the roof: the bell of a periodic job, and what the clock throws away."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from ledger import handoffs, turns
from pipeline.schedule import jobs


@shared_task(bind=True)
def turn(self, *, job, **_):
    """Do a periodic job, unless somebody began it a moment ago. Safe to run twice and side by side."""
    if known := jobs().get(job):  # a bell rung before an update may name a job that is no more
        turns.take(known, by=self.request.hostname or "")


@shared_task
def forget(**_):
    """Throw away what only served the moment: done handoffs, sessions that ended."""
    now = timezone.now()
    handoffs.forget(at=now)
    SessionStore.clear_expired()
