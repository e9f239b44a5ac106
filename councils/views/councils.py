"""Pages of the councils."""

from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from .. import markdown, policies, popolo, queries
from ..models import Council, Decision, Meeting, Office, Rsvp

PAST_SHOWN = 30


@require_safe
def council_list(request):
    """The councils of the region."""
    councils = Council.objects.visible_to(request.user)
    councils = councils.prefetch_related(queries.seats_today(timezone.localdate()))
    coming = Meeting.objects.visible_to(request.user).coming(timezone.now()).order_by("starts_at", "pk")
    first = {}
    for meeting in coming:
        first.setdefault(meeting.council_id, meeting)
    for council in councils:
        council.next = first.get(council.pk)
        council.vacant = queries.vacant(council)
    context = {"councils": councils, "may_found": bool(policies.may_found(request.user, None))}
    return render(request, "councils/list.html", context)


def load(request, public_id) -> Council:
    """A council the reader may see; the others are not there."""
    return get_object_or_404(Council.objects.visible_to(request.user), public_id=public_id)


@require_safe
def council(request, public_id):
    """One council: its purpose, seats with vacancies, meetings and decisions; to outsiders, what it published."""
    rows = Council.objects.visible_to(request.user).prefetch_related(queries.seats_today(timezone.localdate()))
    found = get_object_or_404(rows, public_id=public_id)
    now = timezone.now()
    inside = bool(policies.takes_part(request.user, found))
    for seat in found.seats_now:
        seat.term = queries.holder_of(seat)
        seat.named = seat.term and (inside or (found.tells_everybody("members") and seat.term.named_publicly))
        seat.alternates = [term for term in seat.terms_now if term.is_alternate] if inside else []
    meetings = Meeting.objects.visible_to(request.user).filter(council=found).select_related("paper")
    meetings = list(meetings.order_by("starts_at", "pk"))
    for meeting in meetings:
        meeting.council = found
    vacant = [seat for seat in found.seats_now if not seat.term]
    mine = [term for seat in found.seats_now for term in seat.terms_now if term.user_id == request.user.pk]
    coming = [m for m in meetings if m.ends_at >= now and m.state not in ("closed", "cancelled")]
    decisions = Decision.objects.visible_to(request.user).filter(council=found, state__in=Decision.DONE)
    roles = policies.roles_in(request.user, found)
    context = {
        "council": found,
        "coming": coming,
        "asked": bool(roles and coming and _asked(request.user, coming[0])),
        "past": [m for m in meetings if m.ends_at < now or m.state == "closed"][::-1][:PAST_SHOWN],
        "charter": markdown.html(found.charter) if inside or found.tells_everybody("charter") else "",
        "decisions": decisions.order_by("-decided_at", "-pk")[:10],
        "inside": inside,
        "mine": mine[0] if mine else None,
        **_leading(found, inside=inside),
        "roles": roles,
        "vacant": vacant,
        "whose_vacant": dict.fromkeys(seat.get_constituency_display() for seat in vacant),
        "may_run": bool(policies.may_run(request.user, found)),
        "may_keep": bool(policies.may_keep(request.user, found)),
        "shows_meetings": inside or found.tells_everybody("meetings"),
    }
    return render(request, "councils/council.html", context)


def _asked(user, meeting) -> bool:
    """Whether the person was called to this meeting and has not answered yet."""
    return meeting.state == Meeting.State.CALLED and not Rsvp.objects.filter(meeting=meeting, user=user).exists()


def _leading(found: Council, *, inside: bool) -> dict:
    """Who leads it, and so reads what is said to it in trust, or that nobody does: no secret to those who take part."""
    offices = list(Office.objects.current().filter(council=found).select_related("user")) if inside else []
    roles = {office.role for office in offices}
    return {
        "offices": offices,
        "chair_word": Office.Role.CHAIR.label if inside and Office.Role.CHAIR not in roles else "",
        "unled": inside and not roles & {Office.Role.CHAIR, Office.Role.FACILITATOR},
    }


@require_safe
def council_json(request, public_id):
    """The council as data in the shape of Popolo: what the reader may see, and no name that is not public."""
    found = load(request, public_id)
    return JsonResponse(popolo.of(found, request.user), json_dumps_params={"ensure_ascii": False, "indent": 1})
