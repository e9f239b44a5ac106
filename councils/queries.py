"""What the pages of the councils ask for."""

from django.db.models import Prefetch

from .models import Seat, Term


def seats_today(on):
    """Seats that exist on the day, to prefetch: each with its `terms_now`, the holder's before the alternates'."""
    terms = Term.objects.current(on).select_related("user").order_by("is_alternate", "starts_on", "pk")
    rows = Seat.objects.filter(closed_on__isnull=True).select_related("organization")
    rows = rows.order_by("constituency", "pk").prefetch_related(Prefetch("terms", terms, to_attr="terms_now"))
    return Prefetch("seats", rows, to_attr="seats_now")


def holder_of(seat) -> Term | None:
    """The term of who holds the seat today; None while it is vacant. For seats read by `seats_today`."""
    return next((term for term in seat.terms_now if not term.is_alternate), None)


def vacant(council) -> int:
    """How many seats of the council nobody holds today."""
    return sum(holder_of(seat) is None for seat in council.seats_now)
