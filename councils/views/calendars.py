"""Pages of calendars: the secret addresses from which one's own calendar reads."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from notifications import calendar as files

from .. import feeds, policies
from ..models import Council, Feed
from .councils import load
from .meetings import uuid_or_404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def my_calendar(request):
    """My calendar addresses: make one, take one back."""
    at, secret = timezone.now(), ""
    mine = Council.objects.filter(pk__in=policies.councils_of(request.user))
    if request.method == "POST":
        if request.POST.get("do") == "revoke":
            feed = get_object_or_404(Feed, user=request.user, public_id=uuid_or_404(request.POST.get("id")))
            feeds.revoke(feed, by=request.user, at=at)
            messages.success(request, _("This address works no longer."))
            return redirect("my_calendar")
        chosen = request.POST.get("council")
        council = get_object_or_404(mine, public_id=uuid_or_404(chosen)) if chosen else None
        _feed, token = feeds.make(council, by=request.user, at=at)
        secret = settings.SITE_URL + reverse("calendar_feed", args=[token])
    rows = Feed.objects.filter(user=request.user, revoked_at=None).select_related("council")
    return render(request, "councils/calendar.html", {"feeds": rows, "councils": mine, "secret": secret})


@require_safe
@never_cache
def calendar_feed(request, token):
    """What a calendar program reads, without signing in: whoever has the address."""
    at = timezone.now()
    feed = feeds.by_token(token, at=at)
    if feed is None:
        raise Http404
    with override(feed.user.language):
        name = feed.council.name if feed.council else settings.SITE_NAME
        body = files.write(feeds.entries(feed, at=at), name=name)
    return HttpResponse(body, content_type=files.CONTENT_TYPE)


@require_safe
def council_calendar(request, public_id):
    """The meetings of a council that publishes them, for every calendar."""
    council = load(request, public_id)
    if not council.tells_everybody("meetings"):
        raise Http404
    body = files.write(feeds.public_entries(council, at=timezone.now()), name=council.name)
    return HttpResponse(body, content_type=files.CONTENT_TYPE)
