"""The response ladder: when the next step is due, when its owner is reminded, and who takes over in the end.

The days of a step count from `Referral.clock_at`: from the yes, or the turn, or from when an interview is over. The
first rung is the day it is due. Each rung is climbed once; at the last one a coordinator, by name, takes over the next
step and has a task. Nothing is ever declined by itself.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

# Employers and halls are reminded after as many days as schools, unless they and the coalition agreed on others.
from programs.waiting import DAYS

from .models import Pace, Referral

# Days a coordinator has for a step they took over.
DAYS_TO_TAKE_OVER = 2
# After these answers the days begin to count later: an interview has to take place, who asked to wait is given time.
REST = {"interview": 4, "trial": 4, "offer": 4, "put_off": 11}


def days_of(organization) -> tuple[int, ...]:
    """The rungs of an organization's ladder, in days."""
    pace = Pace.objects.filter(organization=organization).first()
    return rungs(pace)


def rungs(pace: Pace | None) -> tuple[int, ...]:
    """The same, where the pace is known."""
    return tuple(pace.days) if pace and pace.days else DAYS


def waits(step: str, days, *, at: datetime, until: datetime | None = None) -> dict:
    """What a step that is now open changes: its clock, its due day, no reminder yet. `until` is an appointment's."""
    clock = until if until and until > at else at + timedelta(days=REST.get(step, 0))
    due_on = timezone.localdate(clock) + timedelta(days=days[0])
    return {"clock_at": clock, "due_on": due_on, "rung": 0, "muted_until": None, "muted_reason": ""}


def refit(organization, before, after) -> None:
    """Its rungs changed: who stands past the new last one takes it anew, so that a coordinator takes over; for whom one
    has taken over, that stays. Under the lock of its pace.
    """
    if len(before) == len(after):
        return
    rows = Referral.objects.open().filter(opening__organization=organization)
    rows = rows.filter(rung__gte=min(len(before), len(after))).order_by("pk")
    found = list(rows.select_for_update(of=("self",), no_key=True))
    for referral in found:
        referral.rung = len(after) if referral.rung >= len(before) else len(after) - 1
    Referral.objects.bulk_update(found, ["rung"])


def rests_until(referral: Referral, on: date, days) -> datetime:
    """The clock of a step of which nobody is reminded before this day; the later rungs keep their distance."""
    midnight = timezone.make_aware(datetime.combine(on, time()))
    return max(referral.clock_at, midnight - timedelta(days=days[min(referral.rung, len(days) - 1)]))


def due_rung(referral: Referral, days, *, at: datetime) -> int:
    """How many rungs should have been climbed by now."""
    return sum(referral.clock_at + timedelta(days=n) <= at for n in days)


def climbing(*, at: datetime):
    """Open referrals whose next rung is due, apart from those whose reminders rest."""
    own = {}
    for pace in Pace.objects.exclude(days=[]).order_by("pk"):
        own.setdefault(tuple(pace.days), []).append(pace.organization_id)
    theirs = {organization for organizations in own.values() for organization in organizations}
    found = _due(DAYS, at) & ~Q(opening__organization__in=theirs)
    for days, organizations in own.items():
        found |= _due(days, at) & Q(opening__organization__in=organizations)
    rest = Q(muted_until__isnull=False, muted_until__gte=timezone.localdate(at))
    return Referral.objects.open().filter(found).exclude(rest).order_by("pk")


def _due(days, at: datetime) -> Q:
    found = Q(pk__in=())
    for rung, n in enumerate(days):
        found |= Q(rung=rung, clock_at__lte=at - timedelta(days=n))
    return found


@dataclass(frozen=True)
class Rung:
    """One reminder, as both sides read it: on which day, whether it was sent, whether a coordinator takes over then."""

    on: date
    sent: bool
    last: bool


def shown(referral: Referral, days, sent_on: list[date]) -> list[Rung]:
    """The ladder of the step now open; `sent_on` the days on which it was reminded, the first first."""
    if referral.state not in Referral.OPEN:
        return []
    found = [Rung(on, True, last=referral.rung >= len(days) and on is sent_on[-1]) for on in sent_on]
    first = timezone.localdate(referral.clock_at)
    for number, n in enumerate(days, start=1):
        if number > referral.rung:
            found.append(Rung(first + timedelta(days=n), False, last=number == len(days)))
    return found
