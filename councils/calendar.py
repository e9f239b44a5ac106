"""Meetings in calendars: the days of a series, and the entry that every calendar knows a meeting by."""

import calendar as days
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.calendar import Entry

from .models import Meeting, Series

# So far ahead the meetings of a series are written down.
AHEAD = timedelta(days=190)


def days_of(series: Series, until: date) -> Iterator[date]:
    """The days on which the series meets, from its first to the last wanted, both included."""
    last = min(series.until or until, until)
    if series.unit == Series.Every.WEEK:
        day = series.first_on
        while day <= last:
            yield day
            day += timedelta(weeks=series.every)
        return
    year, month = series.first_on.year, series.first_on.month
    while True:
        day = _nth(year, month, series.first_on.weekday(), series.nth)
        if day > last:
            return
        if day >= series.first_on:
            yield day
        month += series.every
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth such weekday of the month; -1 is the last. The first four exist in every month."""
    found = [day for day in days.Calendar().itermonthdates(year, month) if day.month == month]
    found = [day for day in found if day.weekday() == weekday]
    return found[nth - 1 if nth > 0 else -1]


def which(day: date, had: int) -> int:
    """Which such weekday of its month the day is; the last, where the series met on the last and this is one."""
    is_last = (day + timedelta(weeks=1)).month != day.month
    number = (day.day - 1) // 7 + 1
    return -1 if number == 5 or (is_last and had == -1) else number


def local(at: datetime, zone: str) -> datetime:
    """What clocks there show at this moment."""
    return at.astimezone(ZoneInfo(zone))


def moment(day: date, clock, zone: str) -> datetime:
    """The moment at which clocks there show this time.

    An hour that daylight saving leaves out is the one an hour later; of an hour that comes twice it is the first.
    """
    there = datetime.combine(day, clock, ZoneInfo(zone))
    return datetime.fromtimestamp(there.timestamp(), ZoneInfo(zone))


def entry(meeting: Meeting, changed_at, *, inside: bool) -> Entry:
    """The meeting as calendars keep it. The link to join online is only for those who take part."""
    title = f"{meeting.council.name}: {meeting.title}" if meeting.title else meeting.council.name
    join = meeting.join_url if inside else ""
    text = [_("Join online: %(link)s") % {"link": join}] if join else []
    url = settings.SITE_URL + reverse("meeting", args=[meeting.public_id])
    return Entry(
        uid=f"meeting-{meeting.public_id}",
        title=title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.time_zone,
        changed_at=changed_at,
        text="\n".join([*text, url]),
        place=meeting.place or join,
        url=url,
        sequence=meeting.sequence,
        cancelled=meeting.state == Meeting.State.CANCELLED,
    )
