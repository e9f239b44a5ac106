"""Pages of hires: the short form behind “Hired”, hires found elsewhere, one job and what both sides say of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import timeline
from accounts.models import TraineeProfile
from accounts.policies import Denied
from accounts.record import seen
from ledger.lifecycle import IllegalStep
from ledger.log import history

from .. import policies as referrals
from ..lifecycle import REFERRAL
from ..models import Referral
from . import actions, local, policies, retention, taking
from .forms import CorrectForm, DeclareForForm, EndForm, SettleForm, StayForm, TermsForm, of_terms
from .models import CheckIn, Placement

FORM = ("GET", "HEAD", "POST")
Side = Placement.Side


@login_required
@require_http_methods(FORM)
def referral_hire(request, public_id):
    """The employer or hall took the person on: first day, pay, hours; the opening's words stand there already."""
    rows = Referral.objects.visible_to(request.user).with_consents()
    referral = get_object_or_404(rows.select_related("trainee__user", "opening__organization"), public_id=public_id)
    referrals.respond.check(request.user, referral)
    standing = Placement.objects.current().filter(trainee=referral.trainee, employer=referral.opening.organization)
    known = standing.filter(referral=None).first()
    first = taking.offered(referral.opening, today=timezone.localdate())
    form = TermsForm(request.POST or None, initial=of_terms(first) | (_said(known) if known else {}))
    if request.method == "POST" and form.is_valid():
        try:
            placement = actions.hire(referral, terms=form.terms(), by=request.user, at=timezone.now())
        except (Denied, IllegalStep) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Congratulations! The hire is written down, and the person was told."))
            return redirect("placement", placement.public_id)
    context = {
        "form": form,
        "referral": referral,
        "opening": referral.opening,
        "name": referral.trainee.user.full_name if referral.shares_contact else "",
        "open": any(step.name == "hire" for step in REFERRAL.open_steps(referral.state)),
        "left": taking.seats_left(referral.opening),
        "known": known,
    }
    return render(request, "placements/hires/hire.html", context, status=422 if form.errors else 200)


def _said(placement: Placement) -> dict:
    """What somebody else wrote of the same job already."""
    found = {
        "starts_on": placement.starts_on,
        "wage": placement.wage_cents,
        "wage_unit": placement.wage_unit,
        "hours_a_week": placement.hours_a_week,
        "union": placement.union,
    }
    return {name: value for name, value in found.items() if value}


@login_required
@require_http_methods(FORM)
def hire_declare(request):
    """A hire that was not made here, written down by a coordinator, a provider, an employer or a hall."""
    policies.declare.check(request.user, None)
    first = {"starts_on": timezone.localdate(), "wage_unit": "hour"} | _asked(request)
    form = DeclareForForm(request.POST or None, initial=first)
    waiting = []
    if request.method == "POST" and form.is_valid():
        trainee, terms = find(request.user, form.cleaned_data["person"]), form.terms()
        if trainee is None:
            form.add_error("person", _nobody())
        else:
            waiting = _waiting(request.user, trainee, terms) if "apart" not in request.POST else []
            if not waiting:
                try:
                    placement = actions.declare(trainee, terms=terms, by=request.user, at=timezone.now())
                except (Denied, IllegalStep) as refused:
                    form.add_error(None, str(refused))
                else:
                    messages.success(request, _("The hire is written down, and the person was told."))
                    return redirect("placement", placement.public_id)
    context = {"form": form, "waiting": waiting, "report": policies.report(request.user, None)}
    return render(request, "placements/hires/declare.html", context, status=422 if form.errors else 200)


def _asked(request) -> dict:
    return {name: request.GET[name][:254] for name in ("person", "employer_name") if name in request.GET}


def _nobody() -> str:
    return _(
        "We know nobody by this email or phone whom you trained, who said yes to you, or who shares their record with "
        "you."
    )


def find(user, contact: str) -> TraineeProfile | None:
    """Whose confirmed email or phone this is, if the user may write down hires of theirs; else as if nobody's."""
    by_email = Q(user__emailaddress__email__iexact=contact, user__emailaddress__verified=True)
    by_phone = Q(user__phone=contact, user__phone_verified_at__isnull=False)
    rows = TraineeProfile.objects.select_related("user").filter(by_email | by_phone, user__is_active=True).distinct()
    found = [trainee for trainee in rows.order_by("pk")[:2] if policies.declare_for(user, trainee)]
    return found[0] if len(found) == 1 else None


def _waiting(user, trainee, terms) -> list[Referral]:
    """The person's open referrals with this employer that the user may answer: most likely the same hire."""
    employer = actions.employer_named(terms.employer_name)
    if employer is None:
        return []
    rows = Referral.objects.open().filter(trainee=trainee, opening__organization=employer)
    rows = rows.select_related("opening__organization", "trainee__user").order_by("pk")
    return [referral for referral in rows if referrals.respond(user, referral)]


def placement_of(request, public_id) -> Placement:
    """One the reader may see; for anybody else it is not there."""
    rows = Placement.objects.visible_to(request.user).select_related(
        *("trainee__user", "trainee__coordinator", "opening__organization", "employer", "local_rule", "project"),
        *("occupation", "declared_for"),
    )  # fmt: skip
    return get_object_or_404(rows, public_id=public_id)


@login_required
@require_safe
def placement(request, public_id):
    """One job: where, for what pay, whether it is local, and what both sides said since."""
    found = placement_of(request, public_id)
    if found.trainee.user_id == request.user.pk:
        return redirect("my_work")
    return show(request, found)


def _named(request, found: Placement, side) -> bool:
    """Whether the reader may know whose job it is; that they read it is noted."""
    named = side != Side.EMPLOYER or found.shares_contact()
    if named:
        whose = found.employer if side == Side.EMPLOYER else None
        seen.note(request.user, [found.trainee.user_id], seen.Purpose.REFERRAL, at=timezone.now(), organization=whose)
    return named


def show(request, found: Placement, *, end=None, stay=None, settle=None):
    """The page of one job, for everybody but the person whose job it is."""
    side = policies.side_of(request.user, found)
    named = _named(request, found, side)
    checks = list(found.check_ins.all())
    asked = next((check for check in checks if retention.waits_for(check, side)), None)
    unsettled = next((c for c in reversed(checks) if c.state in ("asked", "open", "unknown")), None)
    forms = [form for form in (end, stay, settle) if form is not None and form.errors]
    context = {
        "placement": found,
        "side": side,
        "name": found.trainee.user.full_name if named else _("One person"),
        "local": local.say(found, home=named),
        "steps": retention.step_of(found, checks),
        "progress": retention.progress(found, checks),
        "can_end": found.standing and policies.end(request.user, found),
        "can_correct": policies.correct(request.user, found),
        "end_form": end or EndForm(auto_id="end_%s"),
        "asked": asked,
        "stay_form": stay or StayForm(worker=False),
        "unsettled": unsettled if side == Side.COORDINATOR and found.standing else None,
        "settle_form": settle or SettleForm(auto_id="settle_%s"),
        "history": timeline.told(history(found)[: timeline.SHOWN], reader=request.user, named=named),
    }
    return render(request, "placements/hires/placement.html", context, status=422 if forms else 200)


@login_required
@require_http_methods(FORM)
def placement_correct(request, public_id):
    """Mend what was written down of a job."""
    found = placement_of(request, public_id)
    policies.correct.check(request.user, found)
    stands = {name: getattr(found, name) for name in ("employer_name", "title", "work_zip", "starts_on", "project")}
    first = stands | {"wage": found.wage_cents, "hours_a_week": found.hours_a_week, "union": found.union}
    first["wage_unit"] = found.wage_unit or Placement.Unit.HOUR
    form = CorrectForm(request.POST or None, initial=first, placement=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(found, terms=form.terms(), by=request.user, at=timezone.now())
        except (Denied, IllegalStep) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("placement", public_id)
    context = {"form": form, "placement": found}
    if found.trainee.user_id != request.user.pk and _named(request, found, policies.side_of(request.user, found)):
        context["name"] = found.trainee.user.full_name
    return render(request, "placements/hires/correct.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def placement_end(request, public_id):
    """The job ended."""
    found = placement_of(request, public_id)
    form = EndForm(request.POST, auto_id="end_%s")
    if form.is_valid():
        try:
            actions.end(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        except IllegalStep as over:
            messages.error(request, str(over))
            return redirect("placement", public_id)
        except Denied as refused:
            if not policies.end(request.user, found):  # who sees no form to mend
                raise
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("It is written down. Whoever takes part was told."))
            return redirect("placement", public_id)
    return _again(request, found, end=form)


def _again(request, found: Placement, **forms):
    """The page the form came from, with what was typed: the person's own, or that of everybody else."""
    from . import own_views  # which builds on this module

    shown = own_views.show if found.trainee.user_id == request.user.pk else show
    return shown(request, placement_of(request, found.public_id), **forms)


@login_required
@require_POST
def placement_answer(request, public_id, days):
    """One side answers whether the work goes on."""
    found = placement_of(request, public_id)
    check = get_object_or_404(CheckIn, placement=found, days=days)
    side = policies.side_of(request.user, found)
    form = StayForm(request.POST, worker=side == Side.WORKER)
    if form.is_valid():
        answer(request, check, side, form.cleaned_data, by=request.user)
        return redirect("placement", public_id)
    return _again(request, found, stay=form)


def answer(request, check, side, clean, *, by, via="web") -> bool:
    """Take the answer and say so; whether it was taken."""
    try:
        retention.answer(
            check, side, clean["said"], by=by, at=timezone.now(), reason=clean["reason"],
            hourly_cents=clean.get("wage"), via=via,
        )  # fmt: skip
    except (Denied, IllegalStep) as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, _("Thank you for telling us."))
    return True


@login_required
@require_POST
def placement_settle(request, public_id, days):
    """The coordinator found out."""
    found = placement_of(request, public_id)
    check = get_object_or_404(CheckIn, placement=found, days=days)
    form = SettleForm(request.POST, auto_id="settle_%s")
    if not form.is_valid():
        return show(request, found, settle=form)
    try:
        retention.settle(check, by=request.user, at=timezone.now(), **form.cleaned_data)
    except IllegalStep as over:
        messages.error(request, str(over))
    except Denied as refused:
        if policies.side_of(request.user, found) != Side.COORDINATOR:  # who sees no form to mend
            raise
        form.add_error(None, str(refused))
        return show(request, placement_of(request, public_id), settle=form)
    else:
        messages.success(request, _("It is written down."))
    return redirect("placement", public_id)
