"""Who may: computed from dated memberships, never stored."""

from django.core.exceptions import PermissionDenied

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
    """The person's memberships in force today, with their organizations; read once per request."""
    if not user.is_authenticated:
        return []
    if not hasattr(user, "_memberships_today"):
        user._memberships_today = list(Membership.objects.current().filter(user=user).select_related("organization"))
    return user._memberships_today


def organizations_of(user, *kinds):
    """Organizations the person acts for today, of these kinds when any are named."""
    found = [membership.organization for membership in memberships_of(user)]
    return [organization for organization in found if not kinds or organization.kind in kinds]


def acts_for(user, organization) -> bool:
    return any(membership.organization_id == organization.pk for membership in memberships_of(user))


def is_coordinator(user) -> bool:
    """Coordinators are the staff of the coalition."""
    return bool(organizations_of(user, Organization.Kind.COALITION))
