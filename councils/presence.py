"""Who is there: which seats are taken in a meeting right now, and whether that is a quorum."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q

from .counting import Quorum, quorum
from .models import Attendance, Seat, Term


@dataclass(frozen=True)
class Sitting:
    """One seat of the meeting: who holds it that day and who sits in it now; None for nobody."""

    seat: Seat
    holder: Term | None
    sits: Attendance | None


def sittings(meeting) -> list[Sitting]:
    """Every seat, with who sits in it: its holder when there, else an alternate. Nobody sits in two seats."""
    day = meeting.local_start.date()
    terms, seats = (
        Term.objects.filter(seat__council=meeting.council_id),
        Seat.objects.filter(council=meeting.council_id),
    )
    if meeting.state == meeting.State.CLOSED:
        # As it was that day: who left the council since sat there, and the minutes count them.
        stayed = Q(ended_at__isnull=True) | Q(ended_at__gt=meeting.ends_at)
        terms = terms.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), stayed, starts_on__lte=day)
        seats = seats.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=day))  # that evening, after the meeting
    else:
        terms, seats = terms.current(day), seats.filter(closed_on__isnull=True)
    terms = list(terms.filter(user__isnull=False, seat__in=seats).select_related("user", "seat").order_by("pk"))
    there = {a.user_id: a for a in meeting.attendances.filter(left_at=None, user__isnull=False).order_by("pk")}
    taken, found, seated = set(), {}, {}
    # First every holder, then who stands in: those first who can stand in for few, so that no seat is left empty for
    # the order of names.
    choice = Counter(term.user_id for term in terms if term.is_alternate)
    for alternate in (False, True):
        for term in sorted(terms, key=lambda term: choice[term.user_id]) if alternate else terms:
            if term.is_alternate is not alternate:
                continue
            if not alternate:
                found[term.seat_id] = term
            if term.seat_id not in seated and term.user_id in there and term.user_id not in taken:
                seated[term.seat_id] = there[term.user_id]
                seated[term.seat_id].sits_as = term
                taken.add(term.user_id)
    return [Sitting(seat, found.get(seat.pk), seated.get(seat.pk)) for seat in seats.order_by("constituency", "pk")]


def quorum_of(meeting, rows: list[Sitting] | None = None) -> Quorum:
    """The quorum as it stands now."""
    rows = sittings(meeting) if rows is None else rows
    held = [row.seat.constituency for row in rows if row.holder or row.sits]
    there = [row.seat.constituency for row in rows if row.sits]
    return quorum(held, there, meeting.council.quorum_percent, meeting.council.quorum_by)
