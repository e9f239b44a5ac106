"""Who may move a recommendation on: those who run the council, and its owner while they take part in it."""

from django.utils.translation import gettext as _

from accounts.policies import Policy

from .. import policies


@Policy
def may_move(user, recommendation):
    """Those who run the council, and the owner while they take part in it."""
    if recommendation.owner_id == user.pk and policies.roles_in(user, recommendation.council):
        return None
    return policies.may_run.why_not(user, recommendation.council)


@Policy
def may_finish(user, step):
    """Whose it is, while they take part in the council, and those who may move the recommendation."""
    if step.assignee_id == user.pk and policies.roles_in(user, step.recommendation.council):
        return None
    if may_move(user, step.recommendation):
        return None
    return _("Only whose step it is, and those who run the council, can say that it is done.")
