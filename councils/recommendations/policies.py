"""Who may move a recommendation on: those who run the council, and its owner."""

from django.utils.translation import gettext as _

from accounts.policies import Policy

from .. import policies


@Policy
def may_move(user, recommendation):
    """Those who run the council, and the owner."""
    if recommendation.owner_id and recommendation.owner_id == user.pk:
        return None
    return policies.may_run.why_not(user, recommendation.council)


@Policy
def may_finish(user, step):
    """Whose it is, and those who may move the recommendation."""
    if step.assignee_id and step.assignee_id == user.pk:
        return None
    if may_move(user, step.recommendation):
        return None
    return _("Only whose step it is, and those who run the council, can say that it is done.")
