"""Appointments as calendars read them (RFC 5545): one entry for good, changed by its number, called off by its state.

    entry = Entry(uid=f"interview-{public_id}", title=_("Interview"), starts_at=…, ends_at=…, zone="America/…")
    calendar.write([entry])              # to download or to subscribe to
    words.Message(…, calendar=entry)     # the letter brings it along

A calendar knows an entry again by its `uid`; what it had is replaced by whatever has a higher `sequence`. Times are
written in the zone of the place with that zone's rules beside them, so that ten in the morning stays ten in the morning
whatever zone the reader's calendar is in, and across a change of clocks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from icalendar import Calendar, Event, vCalAddress

CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Entry:
    """One appointment. `starts_at` and `ends_at` are moments; `zone` says by whose clock they were agreed."""

    uid: str  # the same for as long as the appointment lives: "interview-<public id>"
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str  # "America/Los_Angeles"
    changed_at: datetime
    text: str = ""
    place: str = ""
    url: str = ""  # the page about it; a link for a call stands in `place` or `text`
    sequence: int = 0  # one more with every change
    cancelled: bool = False

    @property
    def method(self) -> str:
        """How a letter brings it: as an invitation, or as what calls it off."""
        return "CANCEL" if self.cancelled else "REQUEST"


def write(entries: Iterable[Entry], *, name: str = "", method: str = "PUBLISH", attendee: str = "") -> bytes:
    """A calendar file of these entries; `name` is what a calendar that subscribes calls it.

    `attendee` is the address of whoever gets it in a letter: with it a calendar program puts the entry in by itself,
    and takes a later one for the same. Nobody is asked to answer by calendar; the site is where one answers.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//{_host()}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry, attendee))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def answer(entries: Iterable[Entry], filename: str, *, name: str = "") -> HttpResponse:
    """The file as a page gives it: a phone offers to put it into its calendar."""
    response = HttpResponse(write(entries, name=name), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{filename}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


def attachment(entry: Entry, address: str) -> tuple[str, bytes, str]:
    """Name, content and type of what a letter to this address brings along."""
    content = write([entry], method=entry.method, attendee=address)
    return "invite.ics", content, f"text/calendar; method={entry.method}"  # mail adds its charset by itself


def _event(entry: Entry, attendee: str) -> Event:
    zone, event = ZoneInfo(entry.zone), Event()
    event.add("uid", f"{entry.uid}@{_host()}")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", entry.ends_at.astimezone(zone))
    event.add("summary", entry.title)
    for field, said in (("description", entry.text), ("location", entry.place), ("url", entry.url)):
        if said:
            event.add(field, said)
    if attendee:
        event["organizer"] = vCalAddress(f"MAILTO:{settings.DEFAULT_FROM_EMAIL.rpartition('<')[2].rstrip('>')}")
        guest = vCalAddress(f"MAILTO:{attendee}")
        guest.params["PARTSTAT"], guest.params["RSVP"] = "ACCEPTED", "FALSE"
        event.add("attendee", guest, encode=False)
    return event


def _host() -> str:
    return settings.SITE_URL.partition("://")[2].partition("/")[0]
