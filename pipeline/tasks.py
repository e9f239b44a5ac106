"""Envelopes of the roof: the bell of a periodic job."""

from celery import shared_task

from ledger import turns
from pipeline.schedule import jobs


@shared_task(bind=True)
def turn(self, *, job, **_):
    """Do a periodic job, unless somebody began it a moment ago. Safe to run twice and side by side."""
    if known := jobs().get(job):  # a bell rung before an update may name a job that is no more
        turns.take(known, by=self.request.hostname or "")
