"""Pages of asking to act for an organization: the form and how it stands, the coordinators' list, and the answer."""

from functools import wraps

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import JoinRequest, Membership, Organization
from accounts.policies import Denied, is_coordinator
from accounts.record import seen
from accounts.stepup import recent
from ledger import scopes
from ledger.lifecycle import IllegalStep

from . import joining, rights
from .joining_forms import OFFERED, AskForm, DeclineForm, GrantForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def joining_ask(request):
    """I hire or teach for an organization: the form; while a request waits, since when and with whom."""
    wish = request.GET.get("for", "")
    wish = wish if wish in OFFERED else ""
    last = joining.last_of(request.user)
    waits = last is not None and last.state == JoinRequest.State.WAITING
    form = AskForm(request.POST if request.method == "POST" and not waits else None, wish=wish)
    if form.is_bound and form.is_valid():
        if not ratelimit.consume(request, action="join_request", user=request.user):
            form.add_error(None, _("That was a bit fast. Please try again tomorrow."))
        elif _asked(request, form):
            return redirect("joining")
    context = {"form": form, "last": last, "waits": waits, "wish": wish}
    return render(request, "organizations/joining.html", context, status=422 if form.is_bound else 200)


def _asked(request, form) -> bool:
    try:
        joining.ask(**form.cleaned_data, by=request.user, at=timezone.now())
    except Denied as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("Sent. You hear from us as soon as somebody has looked at it."))
    return True


@login_required
@require_POST
def joining_withdraw(request):
    """I no longer ask."""
    if joining.withdraw(by=request.user, at=timezone.now()):
        messages.success(request, _("Taken back."))
    else:
        messages.info(request, _("No request of yours waits."))
    return redirect("joining")


def _for_who_answers(view):
    """Coordinators see what the database shows to coordinators; where there is none, an operator reads and answers."""

    @wraps(view)
    def page(request, *args, **kwargs):
        if is_coordinator(request.user) or not rights.hears_requests(request.user):
            return view(request, *args, **kwargs)
        with scopes.task("joining"):
            return view(request, *args, **kwargs)

    return page


@login_required
@require_safe
@_for_who_answers
def joining_list(request):
    """Who asks to act for an organization, the longest waiting first; and the latest answers."""
    if not rights.hears_requests(request.user):
        raise Denied(_("This page is for coordinators."))
    rows = JoinRequest.objects.visible_to(request.user).select_related("user", "answered_by")
    answered = rows.exclude(state__in=(JoinRequest.State.WAITING, JoinRequest.State.WITHDRAWN))
    context = {
        "waiting": list(rows.filter(state=JoinRequest.State.WAITING).order_by("asked_at", "pk")),
        "answered": list(answered.order_by("-answered_at", "-pk")[:25]),
        "coordinates": is_coordinator(request.user),
    }
    named = [one.user for one in context["waiting"] + context["answered"]]
    seen.note(request.user, named, seen.Purpose.REQUEST, at=timezone.now())
    return render(request, "organizations/joining_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@recent(reading=True)
@_for_who_answers
def joining_request(request, public_id):
    """One request: who asks, which organizations it may be, and the answer."""
    rows = JoinRequest.objects.visible_to(request.user).select_related("user", "organization", "answered_by")
    found = get_object_or_404(rows, public_id=public_id)
    seen.note(request.user, [found.user], seen.Purpose.REQUEST_READ, at=timezone.now())
    word = request.GET.get("q", "").replace("\0", "").strip()[:80]
    bodies = joining.alike(found, word)
    if request.method == "POST" and not any(str(b.public_id) == request.POST.get("into") for b in bodies):
        bodies += _chosen(request.POST.get("into", ""))
    there = joining.administrators_of(bodies)
    for body in bodies:
        body.administrators = there.get(body.pk, [])
    then = request.POST.get("then") if request.method == "POST" else ""
    start = {"role": Membership.Role.STAFF if there else Membership.Role.ADMIN}
    grant = GrantForm(request.POST if then == "grant" else None, bodies=bodies, asked=found, initial=start)
    decline = DeclineForm(request.POST if then == "decline" else None)
    if request.method == "POST":
        rights.answer.check(request.user, found)
        try:
            if done := _answered(request, found, grant, decline):
                messages.success(request, done)
                return redirect("joining_list")
        except (Denied, IllegalStep) as refused:
            messages.error(request, str(refused))
            return redirect("joining_request", found.public_id)
    context = {
        "asked": found,
        "waits": found.state == JoinRequest.State.WAITING,
        "why_not": rights.answer.why_not(request.user, found),
        "bodies": bodies,
        "word": word,
        "grant": grant,
        "decline": decline,
        "coordinates": is_coordinator(request.user),
    }
    return render(request, "organizations/joining_request.html", context, status=422 if then else 200)


def _chosen(number: str) -> list[Organization]:
    """The organization that was chosen on a list looked for by a word."""
    try:
        return list(Organization.objects.standing().exclude(kind=Organization.Kind.COALITION).filter(public_id=number))
    except ValidationError:  # "new", or no number at all
        return []


def _answered(request, found, grant, decline) -> str:
    """Do what the button says; nothing when the form has to be looked at again."""
    how = {"by": request.user, "at": timezone.now()}
    if grant.is_bound and grant.is_valid():
        membership = joining.grant(found, **grant.cleaned_data, **how)
        return _("%(person)s acts for %(organization)s now and was told.") % {
            "person": membership.user,
            "organization": membership.organization,
        }
    if decline.is_bound and decline.is_valid():
        joining.decline(found, **decline.cleaned_data, **how)
        return _("Declined. The person was told why.")
    return ""
