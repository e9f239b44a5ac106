"""How news of recommendations is told."""

from django.utils.translation import gettext as _

from accounts.speech import day
from notifications.words import Action, Message, register

from ..models import ActionStep, Recommendation


def moved(notice) -> Message:
    """To followers: a recommendation took a step, or a step for it is done."""
    found = Recommendation.objects.select_related("council").get(pk=notice.data["recommendation"])
    values = {"title": found.title, "council": found.council.name}
    values["state"] = Recommendation.State(notice.data["state"]).label
    step = ActionStep.objects.filter(pk=notice.data.get("step")).first()
    if step:
        return Message(
            subject=_("Done for: %(title)s") % values,
            paragraphs=[_("Done: %(step)s") % {"step": step.title}, values["council"]],
            actions=[Action(_("See the recommendation"), notice.path)],
        )
    paragraphs = [_("%(council)s: this recommendation is now %(state)s.") % values]
    if notice.data["state"] in ("answered", "accepted", "declined") and found.answer:
        paragraphs.append(_("The answer: “%(answer)s”") % {"answer": found.answer_spoken[0]})
    paragraphs.append(_("You hear of it because you take part in the council or asked to. The page lets you stop it."))
    return Message(
        subject=_("%(title)s: %(state)s") % values,
        paragraphs=paragraphs,
        actions=[Action(_("See the recommendation"), notice.path)],
    )


def still_there(notice) -> bool:
    """Whether the reader may still see it."""
    return Recommendation.objects.visible_to(notice.user).filter(pk=notice.data["recommendation"]).exists()


def _step(notice) -> ActionStep:
    return ActionStep.objects.select_related("recommendation__council").get(pk=notice.data["step"])


def planned(notice) -> Message:
    """To whose step it is: somebody gave it to them."""
    step = _step(notice)
    return Message(
        subject=_("For you to do: %(step)s") % {"step": step.title},
        paragraphs=[
            _("For the recommendation “%(title)s” of %(council)s, by %(date)s.")
            % {
                "title": step.recommendation.title,
                "council": step.recommendation.council.name,
                "date": day(step.due_on),
            }
        ],
        actions=[Action(_("See the recommendation"), notice.path)],
    )


def due(notice) -> Message:
    """To whose step it is: the day is near, or over."""
    step = _step(notice)
    values = {"step": step.title, "date": day(step.due_on), "title": step.recommendation.title}
    subject = _("Overdue: %(step)s") if notice.rung >= 2 else _("Due soon: %(step)s")
    return Message(
        subject=subject % values,
        paragraphs=[
            _("It is due on %(date)s, for the recommendation “%(title)s”.") % values,
            _("Until it is done it comes back on the agenda of each next meeting."),
        ],
        actions=[Action(_("Say that it is done"), notice.path)],
    )


def still_open(notice) -> bool:
    """Whether the step is not done yet."""
    return ActionStep.objects.filter(pk=notice.data["step"], done_on=None).exists()


register("recommendation_moved", moved, still_there)
register("action_planned", planned, still_open)
register("action_due", due, still_open)
