"""What people chose about mail, and the hours of their own clock that follow from it."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .models import Preference

DIGEST_HOUR = time(7, 0)
# Nothing that makes a sound comes before the first or from the second on (FCC, 47 CFR 64.1200 (c) (1)).
QUIET_UNTIL = time(8, 0)
QUIET_FROM = time(21, 0)


def chosen_by(users: Iterable[int]) -> dict[tuple[int, str], str]:
    """How often these people want mail, by person and topic; about what is not in it, at once."""
    rows = Preference.objects.filter(user__in=users).order_by().values_list("user_id", "topic", "frequency")
    return {(user, topic): frequency for user, topic, frequency in rows}


def next_digest(at: datetime, zone: str, frequency: str) -> datetime:
    """The next 7:00 on the person's own clock: tomorrow's, or next Monday's for a weekly digest.

    notifications/outbox/tell.sql says the same of what was just told.
    """
    local = at.astimezone(ZoneInfo(zone))
    days = 7 - local.weekday() if frequency == Preference.Frequency.WEEKLY else 1
    return _on(local.date() + timedelta(days=days), DIGEST_HOUR, zone)


def quiet_until(at: datetime, zone: str) -> datetime | None:
    """When the person's night ends, or None by day. Their own clock counts, also when it is put back or forward."""
    local = at.astimezone(ZoneInfo(zone))
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return None
    days = 1 if local.time() >= QUIET_FROM else 0
    return _on(local.date() + timedelta(days=days), QUIET_UNTIL, zone)


def next_morning(at: datetime, zone: str, quiet: bool) -> datetime:
    """When what was too much for today may come: tomorrow at the hour of the digests, or when the night ends."""
    day = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return _on(day, QUIET_UNTIL if quiet else DIGEST_HOUR, zone)


def day_of(at: datetime, zone: str):
    """The date on the person's own calendar."""
    return at.astimezone(ZoneInfo(zone)).date()


def _on(day, hour: time, zone: str) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone))
