"""Pages of the employer or hall: our openings, who passes, what waits for our answer; and the shared record."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import consents, timeline
from accounts.models import Consent, Organization
from accounts.policies import Denied, acts_for, is_coordinator, organizations_of
from accounts.record import seen
from ledger.lifecycle import IllegalStep
from ledger.log import history
from matching import queries as matching
from matching import reasons, why
from matching.models import Match
from openings.models import Opening

from . import actions, outside, policies, queries
from .forms import RespondForm
from .lifecycle import REFERRAL
from .models import Referral

# What is open first, then drafts, then what is closed.
CLOSED_LAST = Case(
    When(state=Opening.State.PUBLISHED, then=Value(0)), When(state=Opening.State.DRAFT, then=Value(1)), default=Value(2)
)

NOBODY = {"fits": 0, "ask": 0, "near": 0}


@login_required
@require_safe
def hirer_home(request):
    """Our openings with how many people pass, and the answers that wait for us."""
    organizations = organizations_of(request.user, *Organization.HIRES)
    if not organizations:
        raise Denied(_("This page is for people of employers and union halls."))
    ours = Opening.objects.filter(organization__in=organizations).select_related("organization", "occupation")
    page = Paginator(ours.order_by(CLOSED_LAST, "-created_at", "pk"), 25).get_page(request.GET.get("page"))
    count, left = matching.counts(page.object_list), queries.seats_left(page.object_list)
    for opening in page.object_list:
        opening.count, opening.left = count.get(opening.pk, NOBODY), left[opening.pk]
        opening.near = outside.people(opening.count["near"], exact=outside.reads_exactly(request.user))
    waiting = list(queries.to_answer(organizations)[:50])
    named = [referral.trainee.user_id for referral in waiting if referral.shares_contact]
    seen.note(request.user, named, seen.Purpose.LIST, at=timezone.now())
    context = {"page": page, "waiting": waiting, "organizations": organizations, "today": timezone.localdate()}
    return render(request, "placements/hirer_home.html", context)


@login_required
@require_safe
def opening_people(request, public_id):
    """Who passes every gate of this opening, in its own order, with the reasons; names only after a yes."""
    opening = get_object_or_404(Opening.objects.select_related("organization"), public_id=public_id)
    if not policies.see_people(request.user, opening):
        raise Http404
    answers = {r.trainee_id: r for r in Referral.objects.filter(opening=opening).with_consents().order_by("pk")}
    yes = [trainee for trainee, answer in answers.items() if answer.state in Referral.SHOWN]
    everybody = "all" in request.GET
    passing = matching.of_opening(opening, also=yes) if everybody else matching.first_of_opening(opening, also=yes)
    page = Paginator(passing, 25).get_page(request.GET.get("page"))
    names = reasons.Names()
    page.object_list = matching.matches_of(opening, page.object_list)
    for match in page.object_list:
        match.reasons = reasons.explain(match.gates, names)
        match.answer = answers.get(match.trainee_id)
        match.shown = match.answer if match.answer and match.answer.state in Referral.SHOWN else None
        match.named = match.shown and match.shown.shares_contact
    named = [match.trainee.user_id for match in page.object_list if match.named]
    seen.note(request.user, named, seen.Purpose.LIST, at=timezone.now(), organization=_whose(request, opening))
    count = matching.counts([opening]).get(opening.pk, NOBODY)
    exact = outside.reads_exactly(request.user)
    context = {
        "opening": opening,
        "page": page,
        "near": outside.people(count["near"], exact=exact),
        "ask": outside.people(count["ask"], exact=exact),
        "everybody": everybody,
        "passing": count["fits"] if not everybody and count["fits"] > len(passing) else 0,
        "left": queries.seats_left([opening])[opening.pk],
    }
    if not page.object_list:
        context |= _outside(opening, exact)
    return render(request, "placements/people.html", context)


def _whose(request, opening):
    """For whom the reader looks: the opening's organization where they act for it, else their own."""
    return opening.organization if acts_for(request.user, opening.organization) else None


def _outside(opening, exact) -> dict:
    today = timezone.localdate()
    return {
        "sieve": outside.sieve(opening, today, exact=exact),
        "short": outside.short(opening, today, exact=exact),
        "reach": outside.REACH,
        "today": today,
    }


@login_required
@require_safe
def opening_outside(request, public_id):
    """Who does not pass this opening: one certificate short, and gate by gate; counts, never a person."""
    opening = get_object_or_404(Opening.objects.select_related("organization"), public_id=public_id)
    if not policies.see_people(request.user, opening):
        raise Http404
    context = {"opening": opening, **_outside(opening, outside.reads_exactly(request.user))}
    return render(request, "placements/outside.html", context)


def _referral(request, public_id) -> Referral:
    rows = Referral.objects.visible_to(request.user).with_consents()
    rows = rows.select_related("trainee__user", "opening__organization", "owner")
    return get_object_or_404(rows, public_id=public_id)


@login_required
@require_safe
def referral(request, public_id):
    """The shared record of one referral: who, where it stands, who owes what by when, and what happened."""
    return _show_referral(request, _referral(request, public_id), RespondForm())


@dataclass(frozen=True)
class _Shown:
    """What of the person a reader of their referral is shown; a consent taken back bites here on the next request."""

    name: bool
    contact: bool
    certificates: bool

    @classmethod
    def to(cls, user, found: Referral) -> "_Shown":
        if found.trainee.user_id == user.pk:
            return cls(name=True, contact=False, certificates=True)
        open_ = found.state in Referral.CONTACT
        if not acts_for(user, found.opening.organization) and is_coordinator(user):
            whole = consents.agreed(found.trainee.user, Consent.Purpose.RECORD)
            return cls(name=whole, contact=whole and open_ and found.shares_contact, certificates=whole)
        return cls(
            name=found.shares_contact, contact=found.shares_contact and open_, certificates=found.shares_certificates
        )


def _show_referral(request, found, form, status=200):
    match = Match.objects.filter(trainee=found.trainee, opening=found.opening).first()
    why.complete([match] if match else [])
    mine = found.trainee.user_id == request.user.pk
    shown = _Shown.to(request.user, found)
    if not mine and (shown.name or shown.certificates):
        whose = _whose(request, found.opening)
        seen.note(request.user, [found.trainee.user_id], seen.Purpose.REFERRAL, at=timezone.now(), organization=whose)
    agreed = found.shares_contact or found.shares_certificates
    steps = REFERRAL.open_steps(found.state)
    can_respond = policies.respond(request.user, found)
    context = {
        "referral": found,
        "opening": found.opening,
        "person": found.trainee.user,
        "mine": mine,
        "shown": shown,
        "reasons": reasons.explain(match.gates) if match and shown.certificates else [],
        "match": match,
        "steps": {step.name for step in steps} if can_respond else set(),
        "can_withdraw": mine and (found.state in Referral.OPEN or agreed),
        "form": form,
        "decline_reasons": Referral.DeclineReason.choices,
        "history": timeline.told(history(found)[: timeline.SHOWN], reader=request.user, named=shown.name),
        "overdue": bool(found.due_on and found.due_on < timezone.localdate()),
    }
    return render(request, "placements/referral.html", context, status=status)


@login_required
@require_POST
def referral_respond(request, public_id):
    """The employer's or hall's answer."""
    found = _referral(request, public_id)
    form = RespondForm(request.POST)
    if not form.is_valid():
        return _show_referral(request, found, form, status=422)
    clean = form.cleaned_data
    try:
        actions.respond(
            found, clean["step"], by=request.user, at=timezone.now(), reason=clean["reason"], note=clean["note"]
        )
    except (Denied, IllegalStep) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Thank you. The person was told."))
    return redirect("referral", public_id)
