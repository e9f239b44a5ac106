"""Past meetings brought in from a calendar (ICS) or a spreadsheet (CSV): read, shown, written, and taken back.

The imports room stands downstream of this one's imports, so councils read these two small formats themselves.
"""

import csv
import hashlib
import io
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from icalendar import Calendar

from accounts.policies import Denied
from ledger.log import record

from . import policies
from .calendar import moment
from .models import AgendaItem, Council, Meeting

BIGGEST = 500_000  # bytes
MOST = 500  # meetings
YEARS = range(1850, 2150)
COLUMNS = {
    "date": "on", "fecha": "on", "day": "on", "día": "on", "time": "clock", "hora": "clock", "title": "title",
    "título": "title", "titulo": "title", "place": "place", "lugar": "place", "location": "place",
    "minutes": "text", "acta": "text", "notes": "text",
}  # fmt: skip


@dataclass
class Row:
    """One past meeting as the file has it; `problem` says why it cannot be taken."""

    line: int
    starts_at: datetime | None = None
    title: str = ""
    place: str = ""
    text: str = ""
    minutes_long: int = 120
    source: str = ""
    problem: str = ""
    known: bool = False


@dataclass
class Read:
    """What a file says."""

    rows: list[Row] = field(default_factory=list)
    problem: str = ""

    @property
    def good(self) -> list[Row]:
        return [row for row in self.rows if not row.problem and not row.known]


def read(content: bytes, council, *, now: datetime) -> Read:
    """The meetings in the file, oldest first, each judged; what was brought in before is marked."""
    if len(content) > BIGGEST:
        return Read(problem=_("This file is too big. Bring in at most 500 KB at once."))
    if b"\x00" in content:
        return Read(problem=_("This is no CSV or calendar file. Save it as CSV (UTF-8) or ICS."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    rows = _calendar(text, council) if "BEGIN:VCALENDAR" in text[:2000] else _sheet(text, council)
    if rows is None:
        return Read(problem=_("The first line must name the columns; we need at least “date”."))
    if not rows or len(rows) > MOST:
        return Read(problem=_("We found no meeting, or more than 500. Check the file."))
    there = set(Meeting.objects.filter(council=council).values_list("source", flat=True))
    for row in rows:
        if not row.problem and row.starts_at >= now:
            row.problem = _("This is not past yet. Plan it as a meeting.")
        row.known = row.source in there
        there.add(row.source)
    return Read(sorted(rows, key=lambda row: (row.starts_at or now, row.line)))


def _sheet(text: str, council) -> list[Row] | None:
    lines = csv.reader(io.StringIO(text), delimiter=";" if text.split("\n")[0].count(";") > 1 else ",")
    try:
        head = [COLUMNS.get(name.strip().lower(), "") for name in next(lines, [])]
        if "on" not in head:
            return None
        return [
            _of_line(n, dict(zip(head, cells, strict=False)), council) for n, cells in enumerate(lines, 2) if any(cells)
        ]
    except csv.Error:
        return None


def _of_line(line: int, cells: dict, council) -> Row:
    said = {name: re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", value).strip() for name, value in cells.items()}
    row = Row(
        line, title=said.get("title", "")[:150], place=said.get("place", "")[:200], text=said.get("text", "")[:20_000]
    )
    day, clock = _day(said.get("on", "")), _clock(said.get("clock", ""))
    if day is None:
        row.problem = _("We cannot read this date. Write it as 2026-03-05.")
    elif clock is None:
        row.problem = _("We cannot read this time. Write it as 17:30.")
    else:
        row.starts_at = moment(day, clock, council.time_zone)
        row.source = _source(f"{row.starts_at.isoformat()}|{row.title}")
    return row


def _day(said: str) -> date | None:
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y"):
        try:
            day = datetime.strptime(said, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return day if day.year in YEARS else None
    return None


def _clock(said: str) -> time | None:
    if not said:
        return time(12)
    for form in ("%H:%M", "%I:%M %p", "%I:%M%p", "%I %p"):
        try:
            return datetime.strptime(said.upper().replace(".", ""), form).time()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _calendar(text: str, council) -> list[Row] | None:
    try:
        events = Calendar.from_ical(text).walk("VEVENT")
    except (ValueError, IndexError, KeyError):
        return []
    return [_of_event(line, event, council) for line, event in enumerate(events, 1)]


def _of_event(line: int, event, council) -> Row:
    row = Row(line, title=str(event.get("summary", ""))[:150], place=str(event.get("location", ""))[:200])
    row.text = str(event.get("description", ""))[:20_000]
    start, end = (getattr(event.get(name), "dt", None) for name in ("dtstart", "dtend"))
    if isinstance(start, date) and start.year not in YEARS:
        row.problem = _("We cannot read this date. Write it as 2026-03-05.")
        return row
    if isinstance(start, datetime):
        row.starts_at = start if start.tzinfo else moment(start.date(), start.time(), council.time_zone)
    elif isinstance(start, date):
        row.starts_at = moment(start, time(12), council.time_zone)
    else:
        row.problem = _("This event has no beginning.")
        return row
    if isinstance(start, datetime) and isinstance(end, datetime) and bool(start.tzinfo) == bool(end.tzinfo):
        row.minutes_long = min(max(int((end - start) / timedelta(minutes=1)), 5), 1440)
    row.starts_at = row.starts_at.astimezone(UTC)
    row.source = _source(f"{event.get('uid', '')}|{row.starts_at.isoformat()}")
    return row


def _source(said: str) -> str:
    return "past:" + hashlib.sha256(said.encode()).hexdigest()[:32]


@transaction.atomic(durable=True)
def bring_in(council, rows: list[Row], *, by, at) -> list[Meeting]:
    """Write these as closed meetings, with what the file says as the text of their one item; all of them or none.

    What somebody brought in since the file was read is left out: a button pressed twice writes once.
    """
    policies.may_run.check(by, council)
    Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    there = set(Meeting.objects.filter(council=council).values_list("source", flat=True))
    made = []
    for row in rows:
        if row.source in there:
            continue
        meeting = Meeting.objects.create(
            council=council, starts_at=row.starts_at, title_en=row.title, place=row.place, state="closed",
            minutes_long=row.minutes_long, time_zone=council.time_zone, source=row.source, changed_at=at,
        )  # fmt: skip
        if row.text or row.title:
            AgendaItem.objects.create(
                meeting=meeting, position=1, title_en=(row.title or council.name_en)[:200], text_en=row.text
            )
        made.append(meeting)
    if made:
        record("meeting.imported", council, by=by, at=at, meetings=[meeting.pk for meeting in made])
    return made


@transaction.atomic(durable=True)
def take_back(council, numbers: list[int], *, by, at) -> int:
    """Take back what one file brought in: those meetings on whose minutes nobody worked since."""
    policies.may_run.check(by, council)
    rows = Meeting.objects.filter(council=council, pk__in=numbers, source__startswith="past:", paper=None)
    rows = rows.filter(decisions=None).exclude(items__version__gt=0)
    if not rows:
        raise Denied(_("Somebody worked on these meetings since, or they are gone already."))
    pks = list(rows.values_list("pk", flat=True))
    Meeting.objects.filter(pk__in=pks).delete()
    record("meeting.import_undone", council, by=by, at=at, meetings=pks)
    return len(pks)
