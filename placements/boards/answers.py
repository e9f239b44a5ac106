"""The board of an employer or hall: who waits for its answer, how long, and the three answers by one button each."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organization
from accounts.policies import Denied, organizations_of
from accounts.record import seen
from ledger.lifecycle import IllegalStep

from .. import actions, case_views, missed, second_thoughts
from ..models import Referral
from . import keyset
from .showing import show

GIVEN = ("interview", "put_off", "decline")  # by the buttons of a row
OVERDUE, ASKED, STEPS, ALL = "overdue", "asked", "steps", "all"


def waiting_for(organizations):
    """Open referrals these organizations see, with what the person shares with them."""
    rows = Referral.objects.filter(opening__organization__in=organizations, state__in=Referral.OPEN[1:])
    return rows.with_consents()


def lists(today: date) -> dict[str, Q]:
    """What a tab shows: what is past its day, what has no answer yet, what was arranged or put off."""
    asked = Q(state__in=Referral.WAITING)
    return {OVERDUE: Q(due_on__lt=today), ASKED: asked, STEPS: ~asked, ALL: Q()}


@login_required
@require_safe
def answer_board(request):
    """Who waits for us; it opens on what is overdue, where anything is."""
    organizations = organizations_of(request.user, *Organization.HIRES)
    if not organizations:
        raise Denied(_("This page is for people of employers and union halls."))
    today = timezone.localdate()
    which = lists(today)
    counts = Referral.objects.filter(opening__organization__in=organizations, state__in=Referral.OPEN[1:])
    counts = counts.order_by().aggregate(**{name: Count("pk", filter=q) for name, q in which.items()})
    tab = request.GET.get("tab")
    if tab not in which:
        tab = OVERDUE if counts[OVERDUE] else ASKED if counts[ASKED] else ALL
    found = waiting_for(organizations).filter(which[tab]).select_related("trainee__user", "opening__organization")
    page = keyset.cut(found, "due_on", request.GET.get("after", ""), date.fromisoformat)
    named = [referral.trainee.user_id for referral in page if referral.shares_contact]
    seen.note(request.user, named, seen.Purpose.LIST, at=timezone.now())
    for referral in page:
        referral.asked_on = referral.sent_at or referral.answered_at
        referral.to_answer = referral.state in Referral.WAITING
    words = {OVERDUE: _("Overdue"), ASKED: _("To answer"), STEPS: _("Arranged or put off"), ALL: _("All")}
    live = {
        "page": page,
        "tab": tab,
        "tabs": [(name, words[name], counts[name]) for name in which],
        "several": len(organizations) > 1,
        "decline_reasons": Referral.DeclineReason.choices,
        "query": f"tab={tab}",
        "today": today,
        "path": request.path,
    }

    def around():
        answered = second_thoughts.just_answered(request.user, organizations, at=timezone.now())
        return {"board": "answer_board", "here": request.get_full_path(), "last": None, "answered": answered}

    return show(request, "boards/answers.html", "boards/_answers.html", live, around)


@login_required
@require_POST
def answer_give(request, public_id):
    """One of the three buttons: interview, not now, or no and why. The list comes back where it was.

    What was not understood goes on at the person's page, with everything that was chosen and written.
    """
    organizations = organizations_of(request.user, *Organization.HIRES)
    # Who was answered meanwhile is found, too: what was written for them is not lost.
    rows = Referral.objects.shown().filter(opening__organization__in=organizations).with_consents()
    rows = rows.select_related("trainee__user", "opening__organization")
    found = get_object_or_404(rows, public_id=public_id)
    # The buttons of all rows stand in one form, so what is written in a row carries the row's name.
    step, reason, skill = (request.POST.get(name, "") for name in ("step", f"reason-{public_id}", f"skill-{public_id}"))
    if step not in GIVEN:
        messages.error(request, _("This answer is not possible."))
        return _back(request)
    written = {"step": step, "reason": reason, "skill": missed.OTHER if skill else "", "skill_said": skill}
    form = case_views.respond_form(request, found, written)
    if not form.is_valid():
        return case_views.show(request, case_views.found(request, public_id), form, status=422)
    try:
        actions.respond(found, step, by=request.user, at=timezone.now(), **form.answer())
    except (Denied, IllegalStep) as refused:
        return case_views.overtaken(request, public_id, form, str(refused))
    name = found.trainee.user.full_name if found.shares_contact else _("One person")
    messages.success(request, _("%(name)s: your answer is written down, and they are told.") % {"name": name})
    return _back(request)


def _back(request):
    tab = request.POST.get("tab")
    query = f"?tab={tab}" if tab in (OVERDUE, ASKED, STEPS, ALL) else ""
    return redirect(reverse("answer_board") + query)
