"""Setting a council up: what it is, its seats and who holds them, who does what, and its majorities."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import Denied
from ledger.lifecycle import IllegalStep

from .. import policies, queries
from ..actions import bodies
from ..forms import CouncilForm, OfficeForm, RuleForm, SeatForm, TermForm
from ..models import Council, Office, Seat, Term
from .councils import load

FORMS = {"seat": SeatForm, "term": TermForm, "office": OfficeForm, "rule": RuleForm}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def council_new(request):
    """A new council."""
    policies.may_found.check(request.user, None)
    form = CouncilForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        council = bodies.found(form.facts(), by=request.user, at=timezone.now())
        messages.success(request, _("Saved. Now add its seats."))
        return redirect("council_seats", council.public_id)
    context = {"form": form, "council": None}
    return render(request, "councils/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def council_edit(request, public_id):
    """What the council is, publishes and how it works."""
    found = load(request, public_id)
    policies.may_keep.check(request.user, found)
    # The form writes on an instance of its own: what is refused must not show as if it were saved.
    form = CouncilForm(request.POST or None, instance=Council.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        try:
            bodies.amend(found, form.facts(), by=request.user, at=timezone.now(), still=form.must_still_stand)
        except IllegalStep as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("council", public_id)
    return render(request, "councils/edit.html", {"form": form, "council": found}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def council_seats(request, public_id):
    """Seats, terms, roles and majorities, and the forms that change them."""
    found = load(request, public_id)
    policies.may_keep.check(request.user, found)
    wanted, filled = request.POST.get("do", ""), _filled(request.POST)
    forms = {
        name: form(request.POST if filled == name else None, initial={"starts_on": timezone.localdate()}, prefix=name)
        for name, form in FORMS.items()
    }
    if request.method == "POST":
        try:
            if _change(request, found, wanted, forms.get(wanted)):
                messages.success(request, _("Saved."))
                return redirect("council_seats", public_id)
        except Denied as refused:
            if filled:
                forms[filled].add_error(None, str(refused))
            else:
                messages.error(request, str(refused))
                return redirect("council_seats", public_id)
    council = Council.objects.prefetch_related(queries.seats_today(timezone.localdate())).get(pk=found.pk)
    context = {
        "council": council,
        "offices": Office.objects.current().filter(council=council).select_related("user"),
        "rules": council.rules.filter(is_closed=False),
        "forms": forms,
        "chosen": request.POST.get("seat_id", ""),
    }
    return render(request, "councils/seats.html", context, status=422 if filled else 200)


def _filled(posted) -> str:
    """Which of the page's forms was filled in: its button says it, and its fields where no button came along."""
    if (wanted := posted.get("do")) in FORMS:
        return wanted
    return next((name for name in FORMS if any(key.startswith(f"{name}-") for key in posted)), "")


def _change(request, council, wanted: str, form) -> bool:
    """Do what one of the page's forms asks; False when the form has mistakes."""
    done = {"by": request.user, "at": timezone.now()}
    if form is not None:
        if not form.is_valid():
            return False
        clean = form.cleaned_data
        if wanted == "seat":
            bodies.add_seat(council, clean, **done)
        elif wanted == "rule":
            bodies.add_rule(council, clean, **done)
        elif wanted == "office":
            bodies.give_office(council, bodies.person(clean["email"]), clean["role"], **done)
        else:
            if not (seat_id := request.POST.get("seat_id")):  # as long as the council has no seat
                raise Denied(_("Add a seat first. Then choose it here."))
            seat = _of(Seat, council=council, public_id=seat_id)
            person = bodies.person(clean.pop("email"))
            bodies.appoint(seat, person, **clean, **done)
    elif wanted == "close_seat":
        bodies.close_seat(_of(Seat, council=council, public_id=request.POST.get("id")), **done)
    elif wanted == "end_term":
        bodies.end_term(_of(Term, seat__council=council, public_id=request.POST.get("id")), **done)
    elif wanted == "end_office":
        bodies.end_office(_of(Office, council=council, public_id=request.POST.get("id")), **done)
    elif wanted == "close_rule":
        bodies.close_rule(_of(council.rules.model, council=council, public_id=request.POST.get("id")), **done)
    else:
        raise Denied(_("Press the button of what you want to do. Nothing is done yet."))
    return True


def _of(model, **which):
    try:
        return get_object_or_404(model, **which)
    except ValidationError as error:  # what is no number at all
        raise Http404 from error


@login_required
@require_POST
def council_name_me(request, public_id):
    """Whether my name may stand on the public page."""
    found = load(request, public_id)
    public = request.POST.get("public") == "yes"
    bodies.name_me(found, public=public, by=request.user, at=timezone.now())
    said = _("Your name stands on the public page now.") if public else _("Your name is not on the public page.")
    messages.success(request, said)
    return redirect("council", public_id)
