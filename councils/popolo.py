"""A council as data in the shape of Popolo (popoloproject.com): organization, posts, memberships, events, motions.

Names are those that stand on the public page; whoever takes part reads the same file. How somebody voted is not in it.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from .models import Decision, Meeting, Seat, Term


def of(council, user) -> dict:
    """What the reader may see of the council, alike in every language; what is not known is left out."""
    with override("en"):
        return _without_nothing(_of(council, user))


def _of(council, user) -> dict:
    seats = Seat.objects.filter(council=council).order_by("pk")
    terms = Term.objects.filter(seat__council=council, user__isnull=False).select_related("user", "seat")
    if not council.tells_everybody("members"):
        terms = terms.none()
    terms = list(terms.filter(named_publicly=True).order_by("pk"))
    meetings = Meeting.objects.visible_to(user).filter(council=council).order_by("starts_at", "pk")
    decisions = Decision.objects.visible_to(user).filter(council=council, state__in=Decision.DONE)
    people = {term.user_id: term.user for term in terms}
    return {
        "organizations": [
            {
                "id": str(council.public_id),
                "name": council.name_en,
                "other_names": [{"name": council.name_es, "note": "es"}] if council.name_es else [],
                "classification": council.get_kind_display(),
                "abstract": council.purpose_en,
                "links": [{"url": settings.SITE_URL + reverse("council", args=[council.public_id])}],
            }
        ],
        "posts": [
            {
                "id": str(seat.public_id),
                "organization_id": str(council.public_id),
                "label": seat.label_en or seat.constituency,
                "role": seat.constituency,
                "end_date": seat.closed_on.isoformat() if seat.closed_on else None,
            }
            for seat in seats
        ],
        "persons": [{"id": str(person.public_id), "name": person.full_name} for person in people.values()],
        "memberships": [
            {
                "id": str(term.public_id),
                "person_id": str(term.user.public_id),
                "organization_id": str(council.public_id),
                "post_id": str(term.seat.public_id),
                "role": "alternate" if term.is_alternate else "member",
                "start_date": term.starts_on.isoformat(),
                "end_date": term.ends_on.isoformat() if term.ends_on else None,
            }
            for term in terms
        ],
        "events": [
            {
                "id": str(meeting.public_id),
                "organization_id": str(council.public_id),
                "name": meeting.title_en or council.name_en,
                "start_date": _moment(meeting.local_start),
                "end_date": _moment(meeting.ends_at.astimezone(meeting.zone)),
                "location": meeting.place,
                "status": meeting.state,
            }
            for meeting in meetings
        ],
        "motions": [_motion(council, decision) for decision in decisions.select_related("meeting").order_by("pk")],
        "exported_at": _moment(timezone.now()),
    }


def _without_nothing(said):
    """The same without what is empty: a reader of the older schemas takes no null for a day."""
    if isinstance(said, dict):
        return {name: _without_nothing(one) for name, one in said.items() if one is not None}
    return [_without_nothing(one) for one in said] if isinstance(said, list) else said


def _moment(at: datetime) -> str:
    """A moment as the schemas want it: with its zone, in whole seconds."""
    return at.isoformat(timespec="seconds")


def _motion(council, decision) -> dict:
    result = decision.result or {}
    counts = [{"option": option, "value": value} for option, value in result.get("heads", {}).items()]
    outcome = "pass" if decision.state == Decision.State.ADOPTED else "fail"
    put = decision.opened_at or decision.decided_at
    vote = {
        "organization_id": str(council.public_id),
        "legislative_session_id": str(decision.meeting.public_id),
        "motion_id": str(decision.public_id),
        "start_date": _moment(put),
        "end_date": _moment(decision.decided_at),
        "result": outcome,
        "counts": counts,
    }
    return {
        "id": str(decision.public_id),
        "organization_id": str(council.public_id),
        "legislative_session_id": str(decision.meeting.public_id),
        "text": decision.text_en,
        "date": _moment(put),
        "requirement": (result.get("rule") or [decision.method])[0],
        "result": outcome,
        "vote_events": [vote] if counts else [],  # a consensus is no vote
    }
