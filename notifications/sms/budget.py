"""What may be spent on texts: so many to one number in an hour, so many from the whole site in a day.

Whoever pumps texts for money asks for thousands; whoever looks for work never meets these limits.
"""

from collections import Counter
from collections.abc import Hashable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum

from . import staff
from .models import Text

HOUR = timedelta(hours=1)


def begin_of_day(now: datetime) -> datetime:
    """Midnight of the site's own clock."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return datetime.combine(now.astimezone(zone).date(), time(0), zone)


def left_today(now: datetime) -> int:
    """How many more texts, as carriers bill them, the site may send today."""
    spent = Text.objects.filter(begun_at__gte=begin_of_day(now)).aggregate(n=Sum("segments"))["n"] or 0
    return settings.TEXTS_BUDGET_A_DAY - spent


def lately(numbers, now: datetime) -> Counter:
    """How many texts each of these numbers was sent in the last hour."""
    rows = Text.objects.filter(number__in=numbers, begun_at__gt=now - HOUR).order_by()
    return Counter(dict(rows.values_list("number").annotate(n=Count("pk"))))


def take(number: str, segments: int, now: datetime) -> bool:
    """Whether one more text may be begun, asked where it is written down: until that commits nobody else is told yes.

    `over` looks at a batch and leaves the rest out early; two senders that look at once are held to the budget here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('texts'))")
    if left_today(now) < segments:
        staff.budget_used_up(begin_of_day(now).date(), now)
        return False
    return lately({number}, now)[number] < settings.TEXTS_TO_A_NUMBER_AN_HOUR


def over(wanted: list[tuple[Hashable, str]], now: datetime) -> set:
    """Which of these (name, number) are more than may be spent; the first ones go first."""
    left, had, found = left_today(now), lately({number for _name, number in wanted}, now), set()
    for name, number in wanted:
        if left <= 0:
            found.add(name)
            staff.budget_used_up(begin_of_day(now).date(), now)
        elif had[number] >= settings.TEXTS_TO_A_NUMBER_AN_HOUR:
            found.add(name)
        else:
            left -= 1
            had[number] += 1
    return found
