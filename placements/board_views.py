"""Pages of the coordinator: certified and not placed, and one person."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
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
from .forms import BoardForm
from .models import Referral


@login_required
@require_safe
def board(request):
    """Certified and not placed, by days waiting, with what blocks each and who owns the next step."""
    policies.see_board.check(request.user, None)
    form = BoardForm(request.GET)
    form.is_valid()  # a filter that makes no sense is left out, the others count
    asked = {name: form.cleaned_data.get(name, "") for name in form.fields}
    people = everybody = queries.certified_not_placed()
    if asked.get("q"):
        people = people.filter(user__full_name__icontains=asked["q"])
    if asked.get("county"):
        people = people.filter(county=asked["county"])
    if asked.get("owner") == "me":
        people = people.filter(coordinator=request.user)
    elif asked.get("owner") == "none":
        people = people.filter(coordinator=None)
    blocks = queries.by_block(people)
    if asked.get("block") in queries.BLOCKS:
        people = people.filter(block=asked["block"])
    page = Paginator(people, 25).get_page(request.GET.get("page"))
    names = reasons.Names()
    page.object_list = queries.with_details(list(page.object_list))
    people = [person.user_id for person in page.object_list]
    seen.note(request.user, people, seen.Purpose.BOARD, at=timezone.now())
    for person in page.object_list:
        person.block_text = queries.BLOCKS[person.block]
        person.missing_names = sorted({names.credential(key) for pair in person.near for key in pair.missing})
    query = request.GET.copy()
    query.pop("page", None)
    tabless = query.copy()
    tabless.pop("block", None)
    context = {
        "page": page,
        "form": form,
        "asked": asked,
        "total": sum(blocks.values()),
        "tabs": [(key, text, blocks.get(key, 0)) for key, text in queries.TABS.items() if blocks.get(key)],
        "query": query.urlencode(),
        "tabless": tabless.urlencode(),
        "counties": everybody.exclude(county="").order_by("county").values_list("county", flat=True).distinct(),
        "not_agreed": queries.not_agreed(),
        "today": timezone.localdate(),
    }
    return render(request, "placements/board.html", context)


def _person(request, public_id):
    """A trainee who shares their record, for coordinators; anybody else finds nothing."""
    if not policies.see_board(request.user, None):
        raise Http404
    rows = TraineeProfile.objects.select_related("user", "coordinator").filter(user__in=consents.sharing_record())
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
