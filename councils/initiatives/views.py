"""Pages of initiatives."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import policies
from ..editing import edit
from ..models import Council, Initiative, Meeting, Milestone, Phase, Resource
from . import actions
from .forms import InitiativeForm, MilestoneForm, PhaseForm
from .timeline import drawing, state_of


def _council(request, public_id) -> Council:
    return get_object_or_404(Council.objects.visible_to(request.user), public_id=public_id)


def _initiative(request, public_id) -> Initiative:
    rows = Initiative.objects.visible_to(request.user).select_related("council")
    return get_object_or_404(rows, public_id=public_id)


@require_safe
def initiative_list(request, public_id):
    """The initiatives of a council."""
    council = _council(request, public_id)
    context = {
        "council": council,
        "initiatives": Initiative.objects.visible_to(request.user).filter(council=council),
        "runs": policies.may_run(request.user, council),
    }
    return render(request, "councils/initiatives/list.html", context)


@require_safe
def initiative(request, public_id):
    """One initiative on its timeline: phases, milestones, deliverables."""
    found, today = _initiative(request, public_id), timezone.localdate()
    # What a milestone became is named only to who may see it.
    marks = Milestone.objects.prefetch_related(
        Prefetch("meeting", Meeting.objects.visible_to(request.user)),
        Prefetch("resource", Resource.objects.visible_to(request.user).defer("body_en", "body_es")),
    )
    phases = list(found.phases.prefetch_related(Prefetch("milestones", marks, to_attr="marks")))
    for phase in phases:
        phase.state = state_of(phase, today=today)
        for mark in phase.marks:
            mark.overdue = not mark.done_on and mark.due_on < today
    runs = bool(policies.may_run(request.user, found.council))
    context = {
        "initiative": found,
        "council": found.council,
        "phases": phases,
        "drawing": drawing(found, phases, today=today),
        "today": today,
        "runs": runs,
    }
    return render(request, "councils/initiatives/initiative.html", context)


def _edit(request, form, save, **context):
    return edit(request, form, save, "councils/initiatives/edit.html", page="initiative", **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def initiative_new(request, public_id):
    """A new initiative."""
    council = _council(request, public_id)
    policies.may_run.check(request.user, council)
    form = InitiativeForm(request.POST or None, instance=Initiative(council=council))
    return _edit(request, form, actions.write, title=_("New initiative"), council=council, initiative=None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def initiative_edit(request, public_id):
    """Change an initiative."""
    found = _initiative(request, public_id)
    policies.may_run.check(request.user, found.council)
    form = InitiativeForm(request.POST or None, instance=found)
    return _edit(request, form, actions.write, title=_("Change"), council=found.council, initiative=found)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def initiative_part(request, public_id, part):
    """Add a phase or a milestone."""
    found = _initiative(request, public_id)
    policies.may_run.check(request.user, found.council)
    if part == "phase":
        form = PhaseForm(request.POST or None, instance=Phase(initiative=found))
    else:
        form = MilestoneForm(request.POST or None, initiative=found, user=request.user)

    def save(written, *, by, at, **_new):
        actions.write_part(written, initiative=found, by=by, at=at)
        return found

    title = _("New phase") if part == "phase" else _("New milestone")
    return _edit(request, form, save, title=title, council=found.council, initiative=found)


@login_required
@require_POST
def milestone_reach(request, public_id):
    """A milestone is reached."""
    rows = Milestone.objects.filter(phase__initiative__in=Initiative.objects.visible_to(request.user))
    milestone = get_object_or_404(rows.select_related("phase__initiative__council"), public_id=public_id)
    actions.reach(milestone, by=request.user, at=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("initiative", milestone.phase.initiative.public_id)
