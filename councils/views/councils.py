"""Pages of the councils."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..models import Council


@require_safe
def council_list(request):
    """The councils of the region."""
    councils = Council.objects.prefetch_related("seats__holder", "meetings")
    now = timezone.now()
    for council in councils:
        council.next = next((m for m in council.meetings.all() if m.starts_at >= now), None)
        council.vacant = sum(seat.holder_id is None for seat in council.seats.all())
    return render(request, "councils/list.html", {"councils": councils})


@require_safe
def council(request, public_id):
    """One council: its purpose, its seats by constituency with vacancies, and its meetings."""
    found = get_object_or_404(Council.objects.prefetch_related("seats__holder", "meetings"), public_id=public_id)
    now = timezone.now()
    signed_in = request.user.is_authenticated
    context = {
        "council": found,
        "seats": found.seats.all(),
        "coming": [m for m in found.meetings.all() if m.starts_at >= now],
        "past": [m for m in found.meetings.all() if m.starts_at < now][::-1],
        "member": signed_in and any(seat.holder_id == request.user.pk for seat in found.seats.all()),
    }
    return render(request, "councils/council.html", context)
