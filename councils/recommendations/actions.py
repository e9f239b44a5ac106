"""Writing a recommendation, moving it on, its steps, and who hears of it."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.lifecycle import IllegalStep
from ledger.log import history, record
from notifications import topics
from notifications.outbox import Post, post, post_all

from .. import policies as council_policies
from ..models import ActionStep, Following, Meeting, Recommendation
from . import course, followers, policies
from .lifecycle import ANSWERS, RECOMMENDATION


@transaction.atomic(durable=True)
def write(recommendation: Recommendation, themes, *, by, at, still=None) -> Recommendation:
    """Propose a recommendation, or change one that is not adopted yet; `still` refuses when somebody saved just now."""
    council_policies.may_run.check(by, recommendation.council)
    kind = "recommendation.changed" if recommendation.pk else "recommendation.proposed"
    if not recommendation.pk:
        recommendation.proposed_on = timezone.localdate(at)
    else:
        fresh = RECOMMENDATION.lock(recommendation)
        if fresh.state != Recommendation.State.PROPOSED:
            raise IllegalStep(_("It was adopted. What was adopted is not changed any more."))
        if still:
            still(fresh)
    recommendation.save()
    recommendation.themes.set([theme for theme in themes if theme.council_id == recommendation.council_id])
    event = record(kind, recommendation, by=by, at=at)
    if kind == "recommendation.proposed":
        _tell(recommendation, event, by=by, at=at)
    return recommendation


@transaction.atomic(durable=True)
def move(
    recommendation: Recommendation, name: str, *, by, at, on=None, answer="", language="", translated=""
) -> Recommendation:
    """Take one step of its life, on the day it happened. At its adoption the figure is read and kept.

    `answer` is what the addressee said, in this language; `translated` what it says in the other one.
    """
    policies.may_move.check(by, recommendation)
    on = on or timezone.localdate(at)
    changes = {Recommendation.DAYS[RECOMMENDATION[name].to]: on}
    if name in ANSWERS and answer:
        changes |= {"answer": answer, "answer_language": language}
        if translated or answer != recommendation.answer:  # of other words an old translation says nothing
            changes["answer_translated"] = translated
    fresh = RECOMMENDATION.advance(recommendation, name, by=by, at=at, changes=changes)
    if name == "adopt":
        course.read(fresh, today=timezone.localdate(at))
    _tell(fresh, history(fresh).first(), by=by, at=at)
    return fresh


@transaction.atomic(durable=True)
def translate(recommendation: Recommendation, *, by, at, still) -> Recommendation:
    """Say in which language the answer was given, and what it says in the other one."""
    policies.may_move.check(by, recommendation)
    fresh = RECOMMENDATION.lock(recommendation)
    if not fresh.answer:
        raise IllegalStep(_("There is no answer yet."))
    still(fresh)
    recommendation.save(update_fields=["answer_language", "answer_translated"])
    record("recommendation.translated", recommendation, by=by, at=at)
    return recommendation


@transaction.atomic(durable=True)
def plan(step: ActionStep, *, by, at) -> ActionStep:
    """Add a step that somebody does by a day."""
    policies.may_move.check(by, step.recommendation)
    step.save()
    record("action.planned", step.recommendation, by=by, at=at)
    if step.assignee and step.assignee != by:
        remind_of(step, "action_planned", 0, at=at)
    return step


@transaction.atomic(durable=True)
def finish(step: ActionStep, *, by, at) -> ActionStep:
    """The step is done; on agendas that are not called yet it is no longer carried."""
    policies.may_finish.check(by, step)
    fresh = ActionStep.objects.select_for_update(of=("self",)).select_related("recommendation").get(pk=step.pk)
    if fresh.done_on:
        return fresh
    fresh.done_on = timezone.localdate(at)
    fresh.save(update_fields=["done_on"])
    fresh.items.filter(meeting__state=Meeting.State.PLANNED, version=0).delete()
    event = record("action.done", fresh.recommendation, by=by, at=at)
    _tell(fresh.recommendation, event, by=by, at=at, step=fresh)
    return fresh


@transaction.atomic(durable=True)
def follow(recommendation: Recommendation, *, wanted: bool, by) -> None:
    """Hear of it from now on, or no more."""
    Following.objects.update_or_create(recommendation=recommendation, user=by, defaults={"is_muted": not wanted})


def page_of(recommendation: Recommendation) -> str:
    return reverse("recommendation", args=[recommendation.public_id])


def _tell(recommendation: Recommendation, event, *, by, at, step=None) -> None:
    """Everybody who follows it hears of it, except who did it."""
    data = {"recommendation": recommendation.pk, "state": recommendation.state}
    if step:
        data["step"] = step.pk
    people = followers.followers(recommendation, on=timezone.localdate(at))
    path, once = page_of(recommendation), f"recommendation:{event.pk}"
    post_all(
        [
            Post(person, "recommendation_moved", topics.COUNCILS, once, data, path)
            for person in people
            if not by or person.pk != by.pk
        ],
        at=at,
    )


def remind_of(step: ActionStep, kind: str, rung: int, *, at) -> None:
    """Whose step it is, else the owner of the recommendation: whoever of them takes part in the council still."""
    council = step.recommendation.council
    asked = [one for one in (step.assignee, step.recommendation.owner) if one and one.is_active]
    person = next((one for one in asked if council_policies.roles_in(one, council)), None)
    if person:
        post(
            person,
            kind,
            topic=topics.COUNCILS,
            once_key=f"{kind}:{step.pk}:{step.due_on}",
            data={"step": step.pk},
            path=page_of(step.recommendation),
            rung=rung,
            at=at,
        )
