"""Seats and roles whose last day comes near: who has them, and who looks after the council, hear of it in time."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from notifications import outbox, topics

from .. import policies
from ..models import Office, Term

BEFORE = timedelta(days=30)


@transaction.atomic(durable=True)
def tell_of_ends(*, at) -> int:
    """Tell of each seat and role that ends within 30 days, and in which its holder does not go on, once for each last
    day: its holder, the chair, the facilitators and the staff. Returns how many were told."""
    today = timezone.localdate(at)
    soon = Q(ends_on__lte=today + BEFORE, user__is_active=True)
    again = Term.objects.filter(seat=OuterRef("seat"), user=OuterRef("user"), is_alternate=OuterRef("is_alternate"))
    again = again.filter(Q(ends_on=None) | Q(ends_on__gt=OuterRef("ends_on")), ended_at=None)
    terms = Term.objects.current(today).filter(soon, ~Exists(again)).select_related("user", "seat__council")
    found = [
        (f"term:{term.pk}", term.seat.council, term, {"role": _role(term), "seat": term.seat_id})
        for term in terms.order_by("pk")
    ]
    offices = Office.objects.current(today).filter(soon).select_related("user", "council").order_by("pk")
    found += [(f"office:{office.pk}", office.council, office, {"role": office.role}) for office in offices]
    posts = [post for one in found for post in _posts(*one, today)]
    return len(outbox.post_all(posts, at=at))


def _role(term: Term) -> str:
    return "alternate" if term.is_alternate else policies.MEMBER


def _posts(what: str, council, ending, more: dict, today):
    """To its holder and the facilitators with the council's page, to chair and staff with that of seats and roles."""
    seats, page = (reverse(name, args=[council.public_id]) for name in ("council_seats", "council"))
    leading = Office.objects.current(today).filter(council=council, user__is_active=True)
    leading = leading.filter(role__in=(Office.Role.CHAIR, Office.Role.FACILITATOR, Office.Role.STAFF))
    paths = {ending.user: page}
    for office in leading.exclude(user=ending.user).select_related("user").order_by("pk"):
        keeps = office.role != Office.Role.FACILITATOR
        paths[office.user] = seats if keeps else paths.get(office.user, page)
    data = {"council": council.pk, "person": ending.user_id, "ends_on": ending.ends_on.isoformat(), **more}
    for person, path in paths.items():
        yield outbox.Post(person, "council_role_ending", topics.COUNCILS, f"{what}:ends:{ending.ends_on}", data, path)
