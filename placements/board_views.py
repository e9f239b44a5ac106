"""One person's page, for the coordinator; the lists that lead to it are placements/boards."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, consents, timeline
from accounts.models import TraineeProfile
from accounts.record import seen
from ledger.models import Event
from matching import queries as matching
from matching import reasons

from . import policies, queries, teaching
from .models import Referral


def _person(request, public_id):
    """A trainee who shares their record, for coordinators; anybody else finds nothing."""
    if not policies.see_board(request.user, None):
        raise Http404
    shared = consents.sharing_record(request.user)
    rows = TraineeProfile.objects.select_related("user", "coordinator").filter(user__in=shared)
    return get_object_or_404(rows, public_id=public_id)


@login_required
@require_safe
def person(request, public_id):
    """One person on their way: certificates, matches, answers, and what happened."""
    trainee = _person(request, public_id)
    seen.note(request.user, [trainee.user_id], seen.Purpose.RECORD, at=timezone.now())
    names = reasons.Names()
    found, near = matching.of_trainee(trainee, explained=True)
    for match in found:
        match.reasons = reasons.explain(match.gates, names)
    steps = teaching.steps(near, names)
    teaching.teach(steps, trainee, names, timezone.localdate())
    context = {
        "trainee": trainee,
        "person": trainee.user,
        "certifications": trainee.certifications.select_related("credential", "provider"),
        "matches": found,
        "steps": steps,
        "today": timezone.localdate(),
        "referrals": queries.answers_of(trainee).values(),
        "history": timeline.told(_events(trainee), reader=request.user),
    }
    return render(request, "placements/person.html", context)


def _events(trainee):
    """What happened to the person, their answers included, newest first."""
    answers = Referral.objects.filter(trainee=trainee).values("pk")
    theirs = Q(facts__trainee=trainee.pk) | Q(subject_type="referral", subject_id__in=answers)
    return Event.objects.filter(theirs).order_by("-id")[: timeline.SHOWN]


@login_required
@require_POST
def person_take(request, public_id):
    """The coordinator becomes the owner of the person's next step."""
    trainee = _person(request, public_id)
    actions.take_over(trainee, by=request.user, at=timezone.now())
    messages.success(request, _("You now own the next step for %(name)s.") % {"name": trainee.user.full_name})
    return redirect("person", public_id)
