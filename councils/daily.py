"""What councils need once a day, without anybody asking."""

from django.utils import timezone

from .voices import actions as voices


def tend() -> None:
    """Open the boxes in which enough lies. Safe to run twice."""
    at = timezone.now()
    voices.release(at=at)
