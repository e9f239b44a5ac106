"""Pages of the councils."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from .. import policies, queries
from ..models import Council


@require_safe
def council_list(request):
    """The councils of the region."""
    councils = Council.objects.visible_to(request.user)
    councils = councils.prefetch_related(queries.seats_today(timezone.localdate()), "meetings")
    now = timezone.now()
    for council in councils:
        council.next = next((m for m in council.meetings.all() if m.starts_at >= now), None)
        council.vacant = queries.vacant(council)
    return render(request, "councils/list.html", {"councils": councils})


@require_safe
def council(request, public_id):
    """One council: its purpose, its seats by constituency with vacancies, and its meetings."""
    rows = Council.objects.visible_to(request.user)
    rows = rows.prefetch_related(queries.seats_today(timezone.localdate()), "meetings__items")
    found = get_object_or_404(rows, public_id=public_id)
    now = timezone.now()
    inside = bool(policies.takes_part(request.user, found))
    for seat in found.seats_now:
        seat.term = queries.holder_of(seat)
        seat.named = seat.term and (inside or (found.tells_everybody("members") and seat.term.named_publicly))
    context = {
        "council": found,
        "coming": [m for m in found.meetings.all() if m.starts_at >= now],
        "past": [m for m in found.meetings.all() if m.starts_at < now][::-1],
        "member": bool(policies.is_member(request.user, found)),
    }
    return render(request, "councils/council.html", context)
