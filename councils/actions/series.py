"""Meetings that come again: planned, written down half a year ahead, moved from one meeting on, and ended."""

from copy import copy
from datetime import date
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policies import Denied
from ledger.log import record

from .. import calendar, policies
from ..models import Meeting, Series
from .meetings import FACTS, as_seen, call_off, change, lock


@transaction.atomic(durable=True)
def plan(council, facts: dict, *, by, at) -> Series:
    """Meetings that come again; those of the next half year are written down at once, the rest as time goes on."""
    policies.may_run.check(by, council)
    series = Series.objects.create(council=council, **facts)
    made = write_down(series, by=by, at=at)
    if not made:
        raise Denied(_("No meeting would come of this in the next half year. Check the first and the last day."))
    return series


def write_down(series, *, by, at) -> int:
    """The meetings of the series that are due to be written down; those that are there stay as they are."""
    until = timezone.localdate(at) + calendar.AHEAD
    known = set(series.meetings.values_list("series_day", flat=True))
    shared = {name: getattr(series, name) for name in FACTS if name != "starts_at"}
    made = 0
    for day in calendar.days_of(series, until):
        starts_at = calendar.moment(day, series.local_time, series.time_zone)
        if day in known or starts_at < at:
            continue
        meeting = Meeting.objects.create(
            council_id=series.council_id, series=series, series_day=day, starts_at=starts_at, changed_at=at, **shared
        )
        record("meeting.planned", meeting, by=by, at=at, series=series.pk)
        made += 1
    return made


@transaction.atomic(durable=True)
def move_on(meeting, facts: dict, *, version: int, by, at) -> Meeting:
    """Change this meeting of a series and all after it, also those not written down yet.

    What was changed here changes there; all keep their agendas and answers, and stay the same entries in calendars. On
    another day the series goes on from that day: each later meeting takes the next day of the new rhythm.
    """
    fresh = lock(meeting)
    policies.may_run.check(by, fresh.council)
    as_seen(fresh, version)
    series = Series.objects.select_for_update().filter(pk=fresh.series_id).first()
    if series is None:
        raise Denied(_("This meeting belongs to no series."))
    rows = Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("council")
    later = list(rows.filter(series=series, series_day__gt=fresh.series_day).order_by("series_day"))
    other = {name: facts[name] for name in FACTS if name != "starts_at" and getattr(fresh, name) != facts[name]}
    there = calendar.local(facts["starts_at"], facts["time_zone"])
    timed = (there.replace(tzinfo=None), facts["time_zone"]) != (
        fresh.local_start.replace(tzinfo=None),
        fresh.time_zone,
    )
    days = [one.local_start.date() for one in later]
    if there.date() != fresh.local_start.date():
        days = _new_days(series, fresh, later, there.date())
    change(fresh, facts, by=by, at=at)
    for one, day in zip(later, days, strict=True):
        if one.state in (Meeting.State.PLANNED, Meeting.State.CALLED):
            new = {name: getattr(one, name) for name in FACTS} | other
            if timed:
                new["starts_at"] = calendar.moment(day, there.time(), facts["time_zone"])
            change(one, new, by=by, at=at)
    for name, value in other.items():
        setattr(series, name, value)
    series.local_time = there.time() if timed else series.local_time
    series.save()
    return fresh


def _new_days(series, fresh, later: list[Meeting], first: date) -> list[date]:
    """The series begins anew on this day; return on which days the later meetings are from now on."""
    before = Meeting.objects.filter(series=series, series_day__lt=fresh.series_day).order_by("-series_day").first()
    if before and first <= max(before.series_day, before.local_start.date()):
        raise Denied(_("The meeting before it in the series is not over by then. Choose a later day."))
    series.nth = calendar.which(first, series.nth)
    series.first_on = first
    endless = copy(series)
    endless.until = None
    days = list(islice(calendar.days_of(endless, date.max), len(later) + 1))
    series.until = series.until and max(series.until, days[-1])
    everyone = [fresh, *later]
    Meeting.objects.filter(pk__in=[one.pk for one in everyone]).update(series_day=None)  # each day is taken once
    for one, day in zip(everyone, days, strict=True):
        one.series_day = day
        one.save(update_fields=["series_day"])
    return days[1:]


@transaction.atomic(durable=True)
def end(meeting, *, by, at) -> Meeting:
    """This meeting is the last of its series: later ones are called off, and none is written down any more."""
    fresh = lock(meeting)
    policies.may_run.check(by, fresh.council)
    if not fresh.series_id:
        raise Denied(_("This meeting belongs to no series."))
    Series.objects.filter(pk=fresh.series_id).update(until=fresh.series_day)
    later = Meeting.objects.filter(series=fresh.series_id, series_day__gt=fresh.series_day)
    for one in later.filter(state__in=(Meeting.State.PLANNED, Meeting.State.CALLED)).order_by("pk"):
        call_off(lock(one), by=by, at=at)
    record("meeting.series_ended", fresh, by=by, at=at)
    return fresh


def look_ahead(*, at) -> int:
    """Write down the meetings of every series that came within the next half year; return how many."""
    made = 0
    for series in Series.objects.exclude(until__lt=timezone.localdate(at)).order_by("pk"):
        with transaction.atomic():  # read anew: somebody may be ending it
            made += write_down(Series.objects.select_for_update().get(pk=series.pk), by=None, at=at)
    return made
