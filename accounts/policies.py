"""Who may: computed from dated memberships, never stored."""

from django.core.exceptions import PermissionDenied
from django.db.models import F

from .models import Membership, Organization


class Policy:
    """A question with a reason: truthy for a button, `check` for an action.

    Wraps a function that returns None when it is allowed, else the sentence that says why not.
    """

    def __init__(self, why_not):
        self.why_not = why_not
        self.__doc__ = why_not.__doc__

    def __call__(self, user, thing) -> bool:
        return self.why_not(user, thing) is None

    def check(self, user, thing) -> None:
        """Raise Denied with the sentence the person reads."""
        if reason := self.why_not(user, thing):
            raise Denied(reason)


class Denied(PermissionDenied):
    """Not allowed; the message is the sentence the person reads."""


def memberships_of(user):
    """The person's memberships in force today, with their organizations, the one they chose last first; read once per
    request."""
    if not user.is_authenticated:
        return []
    if not hasattr(user, "_memberships_today"):
        user._memberships_today = list(_today(user).select_related("organization"))
    return user._memberships_today


def _today(user):
    rows = Membership.objects.current().filter(user=user)
    return rows.order_by(F("chosen_at").desc(nulls_last=True), "pk")


def stands_for(user, subject) -> int | None:
    """For which organization the person acts on this record, by its row number: the one they chose last, and none where
    the record is about themselves. The ledger asks it of whatever is done without naming an organization."""
    if _about(subject, user):
        return None
    if not hasattr(user, "_stands_for"):
        user._stands_for = _today(user).values_list("organization_id", flat=True).first()
    return user._stands_for


def _about(subject, user) -> bool:
    if subject == user or getattr(subject, "user_id", None) == user.pk:
        return True
    trainee = getattr(subject, "trainee_id", None)
    return trainee is not None and user.is_trainee and user.trainee.pk == trainee


def organizations_of(user, *kinds):
    """Organizations the person acts for today, of these kinds when any are named."""
    found = [membership.organization for membership in memberships_of(user)]
    return [organization for organization in found if not kinds or organization.kind in kinds]


def acts_for(user, organization) -> bool:
    return any(membership.organization_id == organization.pk for membership in memberships_of(user))


def is_coordinator(user) -> bool:
    """Coordinators are the staff of the coalition, the facilitators of its councils apart."""
    return any(
        membership.organization.kind == Organization.Kind.COALITION and membership.role != Membership.Role.FACILITATOR
        for membership in memberships_of(user)
    )
