"""Pages that span rooms: the home page, the way in, and what people read when something is wrong."""

import sys

from django.contrib.auth.decorators import login_required
from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.http import HttpResponse, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.organizations import joining
from accounts.policies import Denied, is_coordinator
from openings import queries as openings
from pipeline import doors, figures
from pipeline.nav import page_for
from programs import queries as programs


@require_safe
def home(request):
    return render(
        request,
        "home.html",
        {
            "figures": figures.front_door(today=timezone.localdate()),
            "openings": openings.listed().order_by("-published_at", "-pk")[:6],
            "programs": programs.listed().order_by(
                "provider__is_example", F("confirmed_on").desc(nulls_last=True), "-as_of", "pk"
            )[:3],
            "trades": programs.trades_taught(),
        },
    )


@login_required
def start(request):
    """After signing in: the page of what this person does most. Who is new says for whom they are here, unless the card
    they pressed on the home page has said so."""
    if ahead := page_for(request.user, request.GET.get("for", "")):
        return redirect(ahead)
    return render(request, "start.html")


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def denied(request, exception=None):
    """403 with the policy's own sentence, when it gave one. At a page of those who hire or teach it offers the way in,
    and whoever asked already reads since when and with whom their request waits."""
    context = {"reason": str(exception) if isinstance(exception, Denied) else "", "may_ask": "", "asked": None}
    door = request.resolver_match and request.resolver_match.url_name
    user = getattr(request, "user", None)
    if user and user.is_authenticated and not is_coordinator(user):
        context["may_ask"] = doors.of_organizations().get(door, "")
        context["asked"] = joining.waiting_of(user) if context["may_ask"] else None
    return render(request, "403.html", context, status=403)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def broken(request):
    """500, or 503 while PostgreSQL is away; without context processors or database, for they may be what broke.

    The 503 says when to come back, and nothing that was sent is taken for saved.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return HttpResponse(get_template("503.html").render(), status=503, headers={"Retry-After": "15"})
    return HttpResponseServerError(get_template("500.html").render())
