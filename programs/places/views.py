"""Pages of asking for a place: the person's, and those of whoever is asked."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import consents
from accounts.policies import Denied, is_coordinator, organizations_of
from accounts.record import seen
from ledger.lifecycle import IllegalStep
from notifications import reached

from .. import waiting
from ..models import PlaceRequest, Program
from . import actions, policies, queries, words
from .forms import AnswerForm, AskForm

PAGE = 25


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def place_ask(request, public_id):
    """Ask for a place in a program, after reading who sees what; or see what became of it."""
    program = get_object_or_404(Program.objects.select_related("provider"), public_id=public_id)
    here = reverse("place_ask", args=[program.public_id])
    if not request.user.is_trainee and not organizations_of(request.user):
        messages.info(request, _("First tell us a little about you. Then you come back to this class by yourself."))
        return redirect(f"{reverse('trainee_profile')}?{urlencode({'next': request.get_full_path()})}")
    today = timezone.localdate()
    standing, to = queries.latest(program, request.user), queries.recipient(program)
    waiting.show([standing] if standing else [], at=timezone.now())
    why_not = policies.ask.why_not(request.user, program)
    form = None
    if to and not why_not and (standing is None or standing.may_ask_again):
        form = AskForm(
            request.POST if request.method == "POST" else None,
            classes=queries.open_classes(program, on=today),
            wording=words.wording(program, to),
            initial={"cohort": request.GET.get("class", "")},
        )
    if request.method == "POST" and form and form.is_valid():
        try:
            actions.ask(request.user.trainee, program, to=to, cohort=form.chosen(), by=request.user, at=timezone.now())
        except Denied as refused:
            form.add_error(None, str(refused))
        else:
            said = _("Asked. You find the answer here and in your inbox.")
            if reached.is_reached(request.user):
                said = _("Asked. You get a message when they answer.")
            messages.success(request, said)
            return redirect(here)
    context = {
        "program": program,
        "standing": standing,
        "to": to,
        "form": form,
        "why_not": why_not,
        "needs_guardian": consents.why_no_school(request.user),
        "contact": words.contact(request.user),
        "language": words.language(request.user.trainee) if request.user.is_trainee else "",
    }
    return render(request, "programs/place_ask.html", context, status=422 if form and form.errors else 200)


@login_required
@require_safe
def place_mine(request):
    """The places I asked for, and what came of it."""
    rows = queries.whole(PlaceRequest.objects.of(request.user))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    page.object_list = waiting.show(list(page.object_list), at=timezone.now())
    return render(request, "programs/places_mine.html", {"page": page})


@login_required
@require_POST
def place_withdraw(request, public_id):
    """I no longer want it: nobody sees any more that I asked."""
    found = get_object_or_404(PlaceRequest.objects.of(request.user), public_id=public_id)
    try:
        actions.withdraw(found, by=request.user, at=timezone.now())
    except IllegalStep as moved:
        messages.error(request, str(moved))
    else:
        messages.success(request, _("Taken back. They no longer see your name and contact here."))
    return redirect("place_mine")


@login_required
@require_safe
def place_list(request):
    """Who asks for a place in our classes: those who wait first, the longest first."""
    now = timezone.now()
    if not organizations_of(request.user):
        raise Denied(_("This page is for people who act for an organization."))
    rows = queries.whole(PlaceRequest.objects.visible_to(request.user, at=now))
    waits = Case(When(state=PlaceRequest.State.ASKED, then=Value(0)), default=Value(1))
    page = Paginator(rows.order_by(waits, "asked_at", "pk"), PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    seen.note(request.user, [row.trainee.user_id for row in page.object_list], seen.Purpose.PLACE, at=now)
    for row in page.object_list:
        row.speaks = words.language(row.trainee)
    return render(request, "programs/places.html", {"page": page, "coordinates": is_coordinator(request.user)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def place_request(request, public_id):
    """One person who asks for a place: name, contact, language; and the answer."""
    now = timezone.now()
    rows = queries.whole(PlaceRequest.objects.visible_to(request.user, at=now))
    found = get_object_or_404(rows, public_id=public_id)
    seen.note(request.user, [found.trainee.user_id], seen.Purpose.PLACE_READ, at=now)
    form = None
    if request.method == "POST" or policies.answer(request.user, found):
        policies.answer.check(request.user, found)
        today = timezone.localdate()
        sent = request.POST if request.method == "POST" else None
        form = AnswerForm(sent, others=queries.others_of(found, on=today), today=today)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer(found, **form.values(), by=request.user, at=now)
        except IllegalStep as moved:
            messages.error(request, str(moved))
        else:
            messages.success(request, _("Answered. The person is told."))
        return redirect("place_list")
    context = {
        "found": found,
        "form": form,
        "contact": words.contact(found.trainee.user),
        "language": words.language(found.trainee),
        "coordinates": is_coordinator(request.user),
    }
    return render(request, "programs/place.html", context, status=422 if form and form.errors else 200)
