"""What the channel remembers of texts, and for how long. The agreement to get them is kept apart (accounts.Consent)."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from .models import ConsoleText, Incoming, PhoneCode, Question, Text, Unsettled

# Limits look back a day, carriers tell of a text for a few days, and a complaint may take weeks.
CODES, TEXTS, DEMO = timedelta(days=7), timedelta(days=90), timedelta(days=7)


def forget_before(at) -> dict[str, int]:
    """Delete codes after 7 days, texts in and out after 90, the demo’s after 7; how many rows of each went."""
    old = {
        "codes": PhoneCode.objects.filter(sent_at__lt=at - CODES),
        "incoming": Incoming.objects.filter(at__lt=at - TEXTS),
        "texts": Text.objects.filter(begun_at__lt=at - TEXTS),
        "questions": Question.objects.filter(expires_at__lt=at - TEXTS),
        "unsettled": Unsettled.objects.filter(expires_at__lt=at - CODES),
        "console": ConsoleText.objects.filter(at__lt=at - DEMO),
    }
    return {name: rows.delete()[0] for name, rows in old.items()}


@shared_task
def forget(**_):
    """Forget old codes and texts. Safe to run twice."""
    forget_before(timezone.now())
