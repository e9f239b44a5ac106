"""Pages of classes for the people of training providers, and for coordinators. Everybody reads them on the program."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policies import is_coordinator, organizations_of
from ledger.lifecycle import IllegalStep

from . import cohort_queries, cohorts, policies
from .cohort_forms import CohortForm, initial_of
from .lifecycle import COHORT
from .models import Cohort, Program

PAGE = 25
PAST_SHOWN = 20


@login_required
@require_safe
def cohort_list(request):
    """The classes one looks after: coming ones first, past ones folded."""
    policies.keep_classes.check(request.user, None)
    today = timezone.localdate()
    ours = cohort_queries.kept_by(request.user)
    page = Paginator(ours.filter(starts_on__gte=today).order_by("starts_on", "pk"), PAGE)
    return render(
        request,
        "programs/cohorts.html",
        {
            "page": page.get_page(request.GET.get("page")),
            "past": ours.past(today).order_by("-starts_on", "-pk")[:PAST_SHOWN],
            "today": today,
            "organizations": organizations_of(request.user),
            "everyones": is_coordinator(request.user),
            "may_add": bool(cohort_queries.programs_of(request.user)),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_new(request):
    policies.keep_classes.check(request.user, None)
    programs = _choices(request)
    if not programs and is_coordinator(request.user):
        messages.info(request, _("Open the program, then add a class there."))
        return redirect("program_list")
    if not programs:
        messages.info(request, _("None of your programs takes people now. Bring in a spreadsheet of programs first."))
        return redirect("cohort_list")
    form = CohortForm(
        request.POST or None,
        today=timezone.localdate(),
        programs=programs,
        initial={"program": request.GET.get("program", "")},
    )
    if request.method == "POST" and form.is_valid():
        cohort = cohorts.announce(
            form.of_program(),
            facts=form.facts(),
            takes_people=form.takes_people_now(),
            by=request.user,
            at=timezone.now(),
            public_id=_uuid(request.POST.get("token", "")),
        )
        messages.success(request, _("Saved. Everybody sees this class on the program’s page."))
        return _back(request, cohort)
    context = {
        "form": form,
        "cohort": None,
        "program": programs[0] if len(programs) == 1 else None,
        "token": _uuid(request.POST.get("token", "")) or uuid.uuid4(),
        "changed": [],
        "version": "",
        "today": timezone.localdate(),
        "steps": [],
    }
    return render(request, "programs/cohort_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_edit(request, public_id):
    cohort = _own(request, public_id)
    version, changed = cohorts.version_of(cohort), []
    form = CohortForm(request.POST or None, today=timezone.localdate(), cohort=cohort, initial=initial_of(cohort))
    if request.method == "POST":
        version = request.POST.get("version", "")
    if request.method == "POST" and form.is_valid():
        try:
            cohort = cohorts.amend(cohort, facts=form.facts(), version=version, by=request.user, at=timezone.now())
        except cohorts.Changed as meanwhile:
            form.add_error(None, str(meanwhile))
            cohort, version = meanwhile.cohort, cohorts.version_of(meanwhile.cohort)
            changed = _differing(form, cohort)
        else:
            messages.success(request, _("Saved. Everybody sees the change."))
            return _back(request, cohort)
    context = {
        "form": form,
        "cohort": cohort,
        "program": cohort.program,
        "token": None,
        "changed": changed,
        "version": version,
        "today": timezone.localdate(),
        "steps": COHORT.open_steps(cohort.state),
    }
    return render(request, "programs/cohort_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def cohort_step(request, public_id, step):
    """A button of the life cycle: takes people, full, cancelled."""
    said = {
        "opened": _("Saved. People read that the class takes people."),
        "full": _("Saved. People read that the class is full."),
        "cancelled": _("Cancelled. People no longer see this class. Tell those who had a place."),
    }
    if step not in said:
        raise Http404
    cohort = _own(request, public_id)
    try:
        cohorts.step(cohort, step, by=request.user, at=timezone.now())
    except IllegalStep as moved:
        messages.error(request, str(moved))
    else:
        messages.success(request, said[step])
    return _back(request, cohort)


def _choices(request) -> list[Program]:
    """The programs a new class may be of: one's own, or the one that the address names where one may."""
    own = cohort_queries.programs_of(request.user)
    if named := _uuid(request.GET.get("program", "")):
        program = get_object_or_404(Program.objects.select_related("provider"), public_id=named)
        policies.teach.check(request.user, program)
        return [program]
    return own


def _own(request, public_id) -> Cohort:
    """A class the reader may change; everybody may read it, so others are told why not."""
    cohort = get_object_or_404(Cohort.objects.select_related("program__provider"), public_id=public_id)
    policies.teach.check(request.user, cohort.program)
    return cohort


def _back(request, cohort: Cohort):
    """To one's own list; a coordinator, whose list is everybody's, to the program."""
    if policies.acts_for(request.user, cohort.program.provider):
        return redirect("cohort_list")
    return redirect("program", cohort.program.public_id)


def _uuid(said: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(said)
    except ValueError:
        return None


def _differing(form: CohortForm, cohort: Cohort) -> list[str]:
    """The labels of what stands otherwise in the database than in the form."""
    facts = form.facts()
    return [form.fields[name].label for name in cohorts.FACTS if getattr(cohort, name) != facts[name]]
