"""What councils need once a day, without anybody asking."""

from django.utils import timezone

from .actions import meetings
from .voices import actions as voices


def tend() -> None:
    """Open the boxes in which enough lies; write down the coming meetings of every series; erase what people needed for
    meetings long over. Safe to run twice."""
    at = timezone.now()
    meetings.look_ahead(at=at)
    meetings.forget_needs(at=at)
    voices.release(at=at)
