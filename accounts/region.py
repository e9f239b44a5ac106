"""The region's own calendar. Rights and terms begin and end with its day, whichever clock somebody reads."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def day(at: datetime | None = None) -> date:
    """Which day it is in the region, now or at this moment."""
    return timezone.localdate(at, timezone.get_default_timezone())


def end_of(on: date) -> datetime:
    """The moment in which this day is over there."""
    return datetime.combine(on + timedelta(days=1), time.min, timezone.get_default_timezone())
