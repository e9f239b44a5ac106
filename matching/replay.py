"""An opening's list as it stood at any past moment, made again from the ledger by the same rules.

Whatever changes in what matching reads is in the ledger: `seeker.projected` holds a person's rows as they became,
`offer.projected` an opening's, `opening.registered`, `opening.booked` and `opening.ranked` the institution's own list.
The text of the rules (sql/pair.sql) and of the order (sql/ordered.sql) is read over those rows instead of the tables.
Distances are between ZIP codes and are read as they are today. A person erased since keeps their place and has no name.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from . import sql
from .live import NO_KEY, Bits, Pair, Passing

RULES = ("waiting", "ranked", "fifo", "lottery")  # as matching_offer numbers them
NOT_OFFERED, UNRECORDED = "not offered", "unrecorded"

_THEN = sql.text("then", pair=sql.pair(seeker="seeker_then", offer="offer_then"))
_ORDERED = sql.ordered(
    pair="pair_then", place="place_then", opening="%(opening)s", day="%(day)s", also="%(also)s::bigint[]"
)
_LIST = _THEN + sql.text("listed", ordered=_ORDERED)
_FIRST = "SELECT at FROM ledger_event WHERE kind = 'offer.projected' ORDER BY id LIMIT 1"
_ONE = (
    _THEN
    + """
SELECT p.state, p.tenths, p.unsure, p.w0, p.w1, p.w2, p.w3 FROM pair_then p
 WHERE p.trainee_id = ANY (%(people)s) AND p.turns_on > %(day)s AND p.last_on >= %(day)s
"""
)
_LAST_ON = """
SELECT (facts ->> 'rows')::jsonb ->> 'last_on' FROM ledger_event
 WHERE subject_type = 'offer' AND subject_id = %s AND kind = 'offer.projected' AND at < %s
   AND facts ->> 'rows' IS NOT NULL
 ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True)
class Past:
    """An opening's list at a moment; `reason` says why there is none."""

    moment: datetime
    rule: str = ""  # the order rule that held
    passing: list[Passing] = field(default_factory=list)
    tickets: dict[int, int] = field(default_factory=dict)  # by trainee
    reason: str = ""  # NOT_OFFERED, or UNRECORDED: from before lists were written down
    since: datetime | None = None  # for UNRECORDED: since when they are

    def of(self, trainee_id: int) -> Passing | None:
        """One person's place; None when they were not on the list."""
        return next((passing for passing in self.passing if passing.trainee_id == trainee_id), None)


def at_moment(opening_id: int, moment: datetime, *, also=()) -> Past:
    """The list of an opening as it stood at the moment; `also` are people listed with a question open."""
    asked = {"opening": opening_id, "moment": moment, "day": _day(moment), "also": list(also)}
    with connection.cursor() as cursor:
        cursor.execute(_LIST, asked | {"people": None})
        rows = cursor.fetchall()
        if not rows:
            return _nothing(cursor, moment)
    rule, rows = RULES[rows[0][0]], [row[1:] for row in rows if row[1] is not None]
    return Past(
        moment,
        rule,
        [
            Passing(place, trainee, state, tenths, None if key == NO_KEY else key, bytes(draw))
            for place, (trainee, state, tenths, key, draw, _ticket) in enumerate(rows, start=1)
        ],
        {row[0]: row[-1] for row in rows},
    )


def one(opening_id: int, trainee_id: int, moment: datetime) -> Pair | None:
    """How one person stood with an opening at the moment: fits, ask or near; None when further away, or not asked."""
    asked = {"opening": opening_id, "moment": moment, "day": _day(moment), "people": [trainee_id]}
    with connection.cursor() as cursor:
        cursor.execute(_ONE, asked)
        rows = [row for row in cursor.fetchall() if row[0]]
    if not rows:
        return None
    state, tenths, unsure, *words = rows[0]
    return Pair(trainee_id, opening_id, state, tenths, Bits(rows).of(words) if state == "near" else (), unsure)


def last_day(opening_id: int, before: datetime) -> date | None:
    """The last day on which an opening was offered before a moment; None where it had no last day, or none is kept."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_ON, [opening_id, before])
        found = cursor.fetchone()
    return date.fromisoformat(found[0]) if found and found[0] != "infinity" else None


def ticket_of(trainee_id: int) -> int | None:
    """A person's own ticket number, by which their draws are made; None before they ever agreed to be matched."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ticket FROM matching_ticket WHERE trainee_id = %s", [trainee_id])
        found = cursor.fetchone()
    return found[0] if found else None


def _day(moment: datetime):
    """The day in the region, as the jobs reckon it, wherever the reader is."""
    return timezone.localdate(moment, timezone.get_default_timezone())


def _nothing(cursor, moment) -> Past:
    cursor.execute(_FIRST)
    first = cursor.fetchone()
    if first is None or first[0] > moment:
        return Past(moment, reason=UNRECORDED, since=first and first[0])
    return Past(moment, reason=NOT_OFFERED)
