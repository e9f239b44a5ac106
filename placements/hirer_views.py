"""Pages of the employer or hall: our openings, who passes, what waits for our answer."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Organization
from accounts.policies import Denied, acts_for, organizations_of
from accounts.record import seen
from matching import queries as matching
from matching import reasons
from openings import lists
from openings.models import Opening

from . import outside, places, policies, queries, turns
from .hires import listed
from .models import Placement, Referral

# What is open first, then drafts, then what is closed.
CLOSED_LAST = Case(
    When(state=Opening.State.PUBLISHED, then=Value(0)), When(state=Opening.State.DRAFT, then=Value(1)), default=Value(2)
)

NOBODY = {"fits": 0, "ask": 0, "near": 0}


@login_required
@require_safe
def hirer_home(request):
    """Our openings with how many people pass and still wait, and the answers that wait for us."""
    organizations = organizations_of(request.user, *Organization.HIRES)
    if not organizations:
        raise Denied(_("This page is for people of employers and union halls."))
    ours = Opening.objects.filter(organization__in=organizations).select_related("organization", "occupation")
    page = Paginator(ours.order_by(CLOSED_LAST, "-created_at", "pk"), 25).get_page(request.GET.get("page"))
    count, left = matching.counts(page.object_list), queries.seats_left(page.object_list)
    over = queries.over(page.object_list)
    queued = turns.queues([organization.pk for organization in organizations])
    for opening in page.object_list:
        opening.count, opening.left = count.get(opening.pk, NOBODY), left[opening.pk]
        opening.waits = max(opening.count["fits"] - over.get(opening.pk, 0), 0)
        opening.queued = queued.get(opening.pk, 0)
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
    if opening.state == Opening.State.CLOSED:
        return _closed(request, opening)
    answers = {r.trainee_id: r for r in Referral.objects.filter(opening=opening).with_consents().order_by("pk")}
    yes = [trainee for trainee, answer in answers.items() if answer.is_shown]
    everybody = "all" in request.GET
    passing = matching.of_opening(opening, also=yes) if everybody else matching.first_of_opening(opening, also=yes)
    page = Paginator(passing, 25).get_page(request.GET.get("page"))
    names = reasons.Names()
    page.object_list = matching.matches_of(opening, page.object_list)
    for match in page.object_list:
        match.reasons = reasons.explain(match.gates, names)
        match.answer = answers.get(match.trainee_id)
        match.shown = match.answer if match.answer and match.answer.is_shown else None
        match.named = bool(match.answer and match.answer.is_named)
        match.called = match.trainee.user.full_name if match.named else _("Person %(n)s") % {"n": match.passing.place}
        match.entry = lists.entry(opening, named=match.named)
        match.rank = match.place.rank if match.place else None
    left, hires = _hired(request, opening)
    _note(request, opening, [match.trainee for match in page.object_list if match.named], hires)
    count = matching.counts([opening]).get(opening.pk, NOBODY)
    exact = outside.reads_exactly(request.user)
    context = {
        "opening": opening,
        "page": page,
        "hires": hires,
        "near": outside.people(count["near"], exact=exact),
        "ask": outside.people(count["ask"], exact=exact),
        "everybody": everybody,
        "ranks": any(match.entry == lists.RANK for match in page.object_list),
        "passing": count["fits"] if not everybody and count["fits"] > len(passing) else 0,
        "left": left,
    }
    if not page.object_list:
        context |= _outside(opening, exact)
    return render(request, "placements/people.html", context)


def _hired(request, opening) -> tuple[int, list]:
    """How many places are left, and who has one; while all are free nobody is asked for."""
    left = queries.seats_left([opening])[opening.pk]
    hires = (
        listed.of(request.user).current().filter(opening=opening) if left < opening.seats else Placement.objects.none()
    )
    return left, list(hires.select_related("trainee__user"))


def _note(request, opening, named, hires) -> None:
    """Write down whose names the reader sees: of these on the list, and of whoever was hired."""
    people = [trainee.user_id for trainee in [*named, *(hire.trainee for hire in hires if hire.named)]]
    seen.note(request.user, people, seen.Purpose.LIST, at=timezone.now(), organization=_whose(request, opening))


def _closed(request, opening):
    """Whoever was on the list of an opening when it closed; a ranked one still takes their ranks."""
    rule, stood = places.at_close(opening)
    place = {passing.trainee_id: passing for passing in stood}
    answers = Referral.objects.filter(opening=opening).with_consents().select_related("trainee__user")
    # Whoever was hired stands below.
    shown = [one for one in answers if one.trainee_id in place and one.is_shown and one.state != Referral.State.HIRED]
    page = Paginator(sorted(shown, key=lambda one: place[one.trainee_id].place), 25).get_page(request.GET.get("page"))
    takes = rule == Opening.OrderRule.RANKED and bool(lists.takes(opening))
    for one in page.object_list:
        one.place, one.named = place[one.trainee_id].place, one.is_named
        one.rank = place[one.trainee_id].key if takes else None
        one.entry = takes and lists.entry(opening, named=one.named)
    left, hires = _hired(request, opening)
    _note(request, opening, [one.trainee for one in page.object_list if one.named], hires)
    context = {
        "opening": opening,
        "rule": Opening.OrderRule(rule).label,
        "page": page,
        "takes": takes,
        "ranks": any(one.entry for one in page.object_list),
        "ended": sum(one.reason == Referral.CloseReason.SHUT for one in shown if one.close_reason),
        "queued": sum(one.state == Referral.State.QUEUED for one in answers),
        "hires": hires,
        "left": left,
    }
    return render(request, "placements/people_closed.html", context)


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
