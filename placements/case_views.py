"""The shared record of one referral: who, where it stands, who owes what by when, what happened; and the answers."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import consents, timeline
from accounts.models import Zip
from accounts.organizations import reach
from accounts.policies import Denied, acts_for, is_coordinator
from accounts.record import seen
from ledger.lifecycle import IllegalStep
from ledger.log import history
from matching import reasons, why
from matching.models import Match
from notifications import calendar

from . import actions, arranging, ladder, missed, policies, reminders, second_thoughts, speech, talk, teaching, turns
from .case_forms import CommentForm, RespondForm, RestForm, WhenForm
from .lifecycle import REFERRAL
from .models import Appointment, Comment, Placement, Referral


def found(request, public_id) -> Referral:
    """The referral, as far as the reader may see it; else there is none."""
    rows = Referral.objects.visible_to(request.user).with_consents()
    related = ("trainee__user", "trainee__coordinator", "opening__organization__pace", "owner", "skill")
    return get_object_or_404(rows.select_related(*related), public_id=public_id)


def whose(request, opening):
    """For whom the reader looks: the opening's organization where they act for it, else their own."""
    return opening.organization if acts_for(request.user, opening.organization) else None


@dataclass(frozen=True)
class Shown:
    """What of the person a reader of their referral is shown; a consent taken back bites here on the next request."""

    name: bool
    contact: bool
    certificates: bool

    @classmethod
    def to(cls, user, found: Referral, *, whole: bool | None = None) -> "Shown":
        """`whole` is whether a coordinator reads the person's record, where that was asked already."""
        if found.trainee.user_id == user.pk:
            return cls(name=True, contact=False, certificates=True)
        open_ = found.state in Referral.CONTACT
        if not acts_for(user, found.opening.organization) and is_coordinator(user):
            whole = consents.shares_record(found.trainee.user, user) if whole is None else whole
            return cls(name=whole, contact=whole and open_ and found.shares_contact, certificates=whole)
        return cls(
            name=found.shares_contact, contact=found.shares_contact and open_, certificates=found.shares_certificates
        )

    @classmethod
    def named(cls, user, referrals: list[Referral]) -> set[int]:
        """The numbers of those of which the reader is shown whose they are."""
        people = [one.trainee.user_id for one in referrals]
        sharing = set(consents.record_shared(user).filter(user__in=people).values_list("user", flat=True))
        return {one.pk for one in referrals if cls.to(user, one, whole=one.trainee.user_id in sharing).name}


@login_required
@require_safe
def referral(request, public_id):
    """The shared record of one referral. That somebody of the employer or hall opened it is written down."""
    one = found(request, public_id)
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        one.state = actions.see(one, by=request.user, at=timezone.now()).state
    return show(request, one)


def show(request, one: Referral, form=None, status=200):
    """The page, with a form that was not understood where there is one."""
    match = Match.objects.filter(trainee=one.trainee, opening=one.opening).first()
    why.complete([match] if match else [])
    mine = one.trainee.user_id == request.user.pk
    shown = Shown.to(request.user, one)
    if not mine and (shown.name or shown.certificates):
        ours = whose(request, one.opening)
        seen.note(request.user, [one.trainee.user_id], seen.Purpose.REFERRAL, at=timezone.now(), organization=ours)
    steps = {step.name for step in REFERRAL.open_steps(one.state)} & set(actions.ANSWERS)
    can_respond = policies.respond(request.user, one)
    if can_respond and steps and form is None:
        form = respond_form(request, one)
    events = list(history(one)[: timeline.SHOWN])
    pace = getattr(one.opening.organization, "pace", None)
    today = timezone.localdate()
    context = {
        "referral": one,
        "opening": one.opening,
        "person": one.trainee.user,
        "mine": mine,
        "shown": shown,
        "reasons": reasons.explain(match.gates, own=mine) if match and shown.certificates else [],
        "match": match,
        "steps": steps if can_respond else set(),
        "can_withdraw": mine and (one.state in Referral.OPEN or one.shares_contact or one.shares_certificates),
        "can_rest": policies.rest(request.user, one) and one.state in Referral.OPEN,
        "can_arrange": can_respond and one.state in Appointment.Kind.values,
        "form": form,
        # Written for an answer that somebody else was quicker to give.
        "kept": _written(form) if status == 409 and not steps else [],
        "rungs": ladder.shown(one, ladder.rungs(pace), reminders.reminded_on(one, events)),
        "taker": reminders.coordinator_for(one) if one.state in Referral.OPEN else None,
        "turn": turns.turn_of(one, on=today) if one.state == Referral.State.QUEUED else None,
        "appointments": [_said(appointment) for appointment in one.appointments.all()],
        "taught": _taught(one, today) if mine and one.state == Referral.State.DECLINED else None,
        "comments": talk.read_by(request.user, one).count(),
        "history": timeline.told(events, reader=request.user, named=shown.name),
        "hire": _hire(request.user, one),
        "can_undo": can_respond and _can_undo(request.user, one),
        "acts": (acts := acts_for(request.user, one.opening.organization)),
        "reach": _whom_to_reach(request.user, one) if not mine and not acts else None,
        "overdue": bool(one.due_on and one.due_on < today),
        "today": today,
    }
    return render(request, "placements/referral.html", context, status=status)


def _can_undo(user, one: Referral) -> bool:
    """Whether the reader may take back the answer they just gave, and somebody still waits for another."""
    fresh = second_thoughts.can_take_back(user, [one], at=timezone.now())
    return bool(fresh) and not second_thoughts.over(one.opening, one.trainee)


def _whom_to_reach(user, one: Referral):
    """For a coordinator: whoever of the employer or hall owes the step, else whom one reaches there; nobody once it is
    finished."""
    if one.state not in Referral.OPEN or not is_coordinator(user):
        return None
    organization = one.opening.organization
    return one.owner if acts_for(one.owner, organization) else reach.person_of(organization)


def _hire(user, one: Referral) -> Placement | None:
    """The hire that came of it, where the reader may see it."""
    if one.state != Referral.State.HIRED:
        return None
    return Placement.objects.visible_to(user).filter(referral=one).counted().first()


def _written(form) -> list[str]:
    return [form[name].value() for name in ("note", "skill_said") if form[name].value()]


def respond_form(request, one: Referral, data=None) -> RespondForm:
    """The employer's or hall's form, with the skills one may have missed and their own clock."""
    return RespondForm(data, zone=request.user.time_zone, skills=missed.skills_of(one.opening))


def _said(appointment: Appointment) -> dict:
    said = arranging.about(appointment)
    return said | {
        "label": appointment.get_kind_display(),
        "when": speech.moment(said),
        "where": speech.where(said),
        "past": appointment.starts_at < timezone.now(),
    }


def _taught(one: Referral, today):
    """Where the missing skill is taught, near the person."""
    if not one.skill_id:
        return None
    home = Zip.objects.filter(code=one.trainee.zip).first() if one.trainee.zip else None
    names = reasons.Names()
    return teaching.teaching([one.skill_id], names, home=home, miles=one.trainee.miles, on=today)[one.skill_id]


@login_required
@require_POST
def referral_respond(request, public_id):
    """The employer's or hall's answer."""
    one = found(request, public_id)
    form = respond_form(request, one, request.POST)
    if not form.is_valid():
        return show(request, one, form, status=422)
    clean = form.cleaned_data
    try:
        actions.respond(one, clean["step"], by=request.user, at=timezone.now(), when=clean["when"], **form.answer())
    except (Denied, IllegalStep) as refused:
        return overtaken(request, public_id, form, str(refused))
    messages.success(request, _("Thank you. The person was told."))
    return redirect("referral", public_id)


def overtaken(request, public_id, form, why: str):
    """The page as it stands now, and why an answer could not be taken; what was written stays to be read or copied."""
    messages.error(request, why)
    return show(request, found(request, public_id), form, status=409)


@login_required
@require_POST
def referral_undo(request, public_id):
    """Whoever just answered takes the answer back; from the list they come back to it."""
    one = found(request, public_id)
    try:
        second_thoughts.take_back(one, by=request.user, at=timezone.now())
    except (Denied, IllegalStep) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Taken back. The person was told that your answer does not count."))
    if request.POST.get("board") == "answer_board":
        return redirect(reverse("answer_board") + "?" + urlencode({"tab": request.POST.get("tab", "")}))
    return redirect("referral", public_id)


@login_required
def referral_arrange(request, public_id):
    """When and where the interview or trial day is, or that it is at another time."""
    one = found(request, public_id)
    policies.respond.check(request.user, one)
    if one.state not in Appointment.Kind.values:
        messages.info(request, _("There is no interview or trial day to set a time for."))
        return redirect("referral", public_id)
    known = one.appointments.filter(kind=one.state, cancelled_at=None).first()
    if request.method == "POST":
        form = WhenForm(request.POST, zone=request.user.time_zone, must=True)
        if form.is_valid():
            try:
                arranging.move(one, form.cleaned_data["when"], by=request.user, at=timezone.now())
            except (Denied, IllegalStep) as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("Saved. The person was told."))
                return redirect("referral", public_id)
    else:
        form = WhenForm(initial=_as_said(known, request.user), zone=request.user.time_zone, must=True)
    zone = speech.zone_name(request.user.time_zone, timezone.now())
    context = {"referral": one, "opening": one.opening, "form": form, "zone": zone, "known": known}
    return render(request, "placements/arrange.html", context, status=422 if form.errors else 200)


def _as_said(known: Appointment | None, user) -> dict:
    if known is None:
        return {}
    at = arranging.local(arranging.about(known) | {"zone": user.time_zone})
    return {"on": at.date(), "at": at.time(), "minutes": known.minutes, "place": known.place, "link": known.link}


@login_required
@require_safe
def appointment_ics(request, public_id):
    """One appointment for the reader's calendar; downloaded again after a change it is the same entry."""
    rows = Appointment.objects.select_related("referral__opening__organization")
    rows = rows.filter(referral__in=Referral.objects.visible_to(request.user))
    one = get_object_or_404(rows, public_id=public_id)
    return calendar.answer([arranging.entry_of(one, one.referral)], one.kind)


@login_required
def referral_rest(request, public_id):
    """Reminders rest up to a day, for a reason that whoever works on this reads; or go on from now."""
    one = found(request, public_id)
    policies.rest.check(request.user, one)
    form = RestForm(request.POST or None)
    if request.method == "POST":
        now = timezone.now()
        try:
            if "wake" in request.POST:
                reminders.wake(one, by=request.user, at=now)
                messages.success(request, _("Reminders go on."))
                return redirect("referral", public_id)
            if form.is_valid():
                clean = form.cleaned_data
                reminders.rest(one, until=clean["until"], reason=clean["reason"], by=request.user, at=now)
                messages.success(request, _("Reminders rest. Whoever works on this sees until when, and why."))
                return redirect("referral", public_id)
        except (Denied, IllegalStep) as refused:
            form.add_error(None, str(refused))
    context = {"referral": one, "opening": one.opening, "form": form}
    return render(request, "placements/rest.html", context, status=422 if form.errors else 200)


@login_required
def referral_comments(request, public_id):
    """What partners wrote about this referral, as far as the reader may read it; and a form to write."""
    one = found(request, public_id)
    audiences = talk.audiences_for(request.user, one)
    form = CommentForm(request.POST or None, audiences=audiences)
    if request.method == "POST" and form.is_valid():
        try:
            talk.write(one, **form.cleaned_data, by=request.user, at=timezone.now())
        except Denied as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Written."))
            return redirect("referral_comments", public_id)
    context = {
        "referral": one,
        "opening": one.opening,
        "form": form if audiences else None,
        "comments": talk.read_by(request.user, one),
        "named": (named := Shown.to(request.user, one).name),
        "people": talk.people_of(one) if named else [],
    }
    return render(request, "placements/comments.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def comment_delete(request, public_id):
    """Whoever wrote it takes it back."""
    rows = Comment.objects.select_related("referral").filter(deleted_at=None)
    rows = rows.filter(referral__in=Referral.objects.visible_to(request.user))
    one = get_object_or_404(rows, public_id=public_id, author=request.user)
    talk.delete(one, by=request.user, at=timezone.now())
    messages.success(request, _("Taken back."))
    return redirect("referral_comments", one.referral.public_id)
