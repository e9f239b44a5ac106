"""Pages of recommendations."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policies import Denied
from ledger.lifecycle import IllegalStep

from .. import policies as council_policies
from ..editing import edit
from ..models import ActionStep, Council, Decision, Minutes, Recommendation, Theme
from . import actions, followers, policies
from . import course as courses
from .forms import MoveForm, RecommendationForm, StepForm, TranslationForm
from .lifecycle import ANSWERS, RECOMMENDATION

# What a step says of the answer, and the field of the form in which that stands.
ANSWER = {"answer": "answer", "language": "answer_language", "translated": "answer_translated"}


def _council(request, public_id) -> Council:
    return get_object_or_404(Council.objects.visible_to(request.user), public_id=public_id)


def _recommendation(request, public_id) -> Recommendation:
    rows = Recommendation.objects.visible_to(request.user)
    rows = rows.select_related("council", "owner", "organization", "decision__meeting__paper")
    rows = rows.annotate(mine_is_muted=followers.wish_of(request.user))
    return get_object_or_404(rows, public_id=public_id)


@require_safe
def recommendation_list(request, public_id):
    """What a council recommends, and how far each is."""
    council = _council(request, public_id)
    rows = Recommendation.objects.visible_to(request.user).filter(council=council).prefetch_related("readings")
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    for one in page:
        one.helped = _helped(one)
    context = {"council": council, "page": page, "runs": council_policies.may_run(request.user, council)}
    return render(request, "councils/recommendations/list.html", context)


def _helped(one: Recommendation) -> dict | None:
    """What a figure was before and is now, in words, where both may be shown."""
    course, indicator = courses.course(one, list(one.readings.all())), one.measured
    if not (indicator and course and course.frozen and course.latest):
        return None
    before, after = indicator.say(course.frozen.value), indicator.say(course.latest.value)
    return {"name": indicator.name, "before": before, "after": after, "improved": course.improved}


@require_safe
def recommendation(request, public_id):
    """One recommendation: how far it is, what it stands on, who does what by when, and whether it helped."""
    return _page(request, _recommendation(request, public_id))


def _page(request, found: Recommendation, *, step_form=None, translation=None, status=200):
    moves = bool(policies.may_move(request.user, found))
    themes = Theme.objects.visible_to(request.user).filter(recommendations=found)
    steps = list(found.steps.select_related("assignee"))
    for step in steps:
        step.recommendation = found
        step.mine = bool(not step.done_on and request.user.is_authenticated and policies.may_finish(request.user, step))
        step.overdue = not step.done_on and step.due_on < timezone.localdate()
    readings = list(found.readings.all())
    inside = bool(council_policies.takes_part(request.user, found.council))
    context = {
        "recommendation": found,
        "council": found.council,
        "themes": themes,
        "steps": steps,
        "inside": inside,
        **_grounds(found, inside=inside),
        "life": _life(found),
        "moves": moves,
        "next": RECOMMENDATION.open_steps(found.state) if moves else [],
        "step_form": step_form or (StepForm(council=found.council) if moves else None),
        "answer": found.answer_spoken,
        "translation": translation or (TranslationForm(instance=found) if moves and found.answer else None),
        "editable": found.state == "proposed" and council_policies.may_run(request.user, found.council),
        "indicator": found.measured,
        "readings": [(r, found.measured.say(r.value) if found.measured else r.value) for r in readings],
        "course": courses.course(found, readings),
        "hears": followers.hears(request.user, found),
    }
    return render(request, "councils/recommendations/recommendation.html", context, status=status)


def _grounds(found: Recommendation, *, inside: bool) -> dict:
    """The decision it stands on and the minutes of that meeting, as far as the reader may open them."""
    decision, council = found.decision, found.council
    if not decision:
        return {"decision": None, "minutes_of": None}
    paper = getattr(decision.meeting, "paper", None)
    told = paper and paper.state == Minutes.State.PUBLISHED
    told = told and council.tells_everybody("meetings") and council.tells_everybody("minutes")
    decided = decision.state in Decision.DONE and council.tells_everybody("decisions")
    return {
        "decision": decision if inside or decided else None,
        "minutes_of": decision.meeting if paper and (inside or told) else None,
    }


def _life(found: Recommendation) -> list[tuple[str, object]]:
    """The states it was in, each with its day."""
    days = [(Recommendation.State(state).label, getattr(found, name)) for state, name in Recommendation.DAYS.items()]
    return [(label, day) for label, day in days if day]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_new(request, public_id):
    """Propose a recommendation."""
    council = _council(request, public_id)
    council_policies.may_run.check(request.user, council)
    return _edit(request, Recommendation(council=council))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_edit(request, public_id):
    """Change a recommendation that is not adopted yet."""
    found = _recommendation(request, public_id)
    council_policies.may_run.check(request.user, found.council)
    if found.state != "proposed" and request.method != "POST":  # what was typed meanwhile is given back
        raise Denied(_("It was adopted. What was adopted is not changed any more."))
    return _edit(request, found)


def _edit(request, found: Recommendation):
    form = RecommendationForm(request.POST or None, instance=found)

    def save(written, **done):
        return actions.write(written, form.cleaned_data["themes"], **done)

    page = {"page": "recommendation", "council": found.council}
    return edit(request, form, save, "councils/recommendations/edit.html", **page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_step(request, public_id, name):
    """One step of its life: a page that asks for the day, and the answer where one was given."""
    found = _recommendation(request, public_id)
    policies.may_move.check(request.user, found)
    step = next((one for one in RECOMMENDATION.steps if one.name == name), None)
    if not step:
        raise Http404
    form = MoveForm(request.POST or None, recommendation=found, step=step, answers=ANSWERS)
    taken = _("This step was taken already, or it is not its turn yet.")
    if found.state not in step.sources:
        if not form.has_more(found):
            messages.info(request, taken)
            return redirect("recommendation", public_id)
        form.add_error(None, taken)
    elif request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            words = {name: said.get(field, "") for name, field in ANSWER.items()}
            actions.move(found, name, by=request.user, at=timezone.now(), on=said["on"], **words)
        except IllegalStep:
            form.add_error(None, taken)
        else:
            messages.success(request, _("Saved. Everybody who follows it is told."))
            return redirect("recommendation", public_id)
    context = {"form": form, "step": step, "recommendation": found, "council": found.council}
    return render(request, "councils/recommendations/step.html", context)


@login_required
@require_POST
def answer_translate(request, public_id):
    """In which language the answer was given, and what it says in the other one."""
    found = _recommendation(request, public_id)
    policies.may_move.check(request.user, found)
    # The form writes on an instance of its own: what is refused must not show as if it were saved.
    form = TranslationForm(request.POST, instance=Recommendation.objects.select_related("council").get(pk=found.pk))
    if form.is_valid():
        try:
            actions.translate(form.instance, by=request.user, at=timezone.now(), still=form.must_still_stand)
        except IllegalStep as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("recommendation", public_id)
    return _page(request, found, translation=form, status=422)


@login_required
@require_POST
def recommendation_follow(request, public_id):
    """Hear of it, or no more."""
    found = _recommendation(request, public_id)
    wanted = request.POST.get("wanted") == "yes"
    actions.follow(found, wanted=wanted, by=request.user)
    messages.success(
        request, _("You hear of every change.") if wanted else _("You hear nothing more of this recommendation.")
    )
    return redirect("recommendation", public_id)


@login_required
@require_POST
def action_new(request, public_id):
    """Add something to do."""
    found = _recommendation(request, public_id)
    policies.may_move.check(request.user, found)
    form = StepForm(request.POST, council=found.council, instance=ActionStep(recommendation=found))
    if form.is_valid():
        actions.plan(form.instance, by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("recommendation", public_id)
    return _page(request, found, step_form=form, status=422)


@login_required
@require_POST
def action_done(request, public_id):
    """Say that a step is done."""
    rows = ActionStep.objects.filter(recommendation__in=Recommendation.objects.visible_to(request.user))
    step = get_object_or_404(rows.select_related("recommendation__council", "assignee"), public_id=public_id)
    actions.finish(step, by=request.user, at=timezone.now())
    messages.success(request, _("Done. Everybody who follows it is told."))
    return redirect("recommendation", step.recommendation.public_id)
