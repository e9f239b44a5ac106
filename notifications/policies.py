"""Who reads what of others: the coalition's staff see how messages went; whose tasks are whose."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import Organization, TraineeProfile, User
from accounts.policies import Policy, is_coordinator, memberships_of, organizations_of

# The kind of task about an account that looked at very many people: whoever acts for others has a name.
RECORDS_SEEN = "records_seen"
# The kind of task about somebody who asks to act for an organization: for the coordinators it went to.
JOINING = "join_request"


# Kinds of task that are there only while their reader may open what they are about; filled by the rooms that ask them.
_opened: dict[str, Callable] = {}


def only_while_opened(kind: str, of: Callable) -> None:
    """`of(user)` gives what tasks of this kind are about, as far as the user may open it now."""
    _opened[kind] = of


@Policy
def see_messages(user, _thing):
    """How messages to others went is for the staff of the coalition."""
    return None if is_coordinator(user) else _("This page is for coordinators.")


@Policy
def have_tasks(user, _thing):
    """Tasks are for people who act for an organization."""
    return None if memberships_of(user) else _("This page is for people who act for an organization.")


def readable(reader=None):
    """The people whose names and messages this coordinator reads (or any, without one): trainees only while they share
    their record."""
    trainee = TraineeProfile.objects.filter(user=OuterRef("pk"))
    agreed = consents.record_shared(reader).filter(user=OuterRef("pk"))
    return User.objects.filter(~Exists(trainee) | Exists(agreed))


def tasks_of(user) -> Q:
    """Which tasks a person may see and finish: their own, their organizations'; and for coordinators all but those
    about a person whose name they may not read. An organization's about a person are for coordinators alone: whoever
    else acts for a coalition, such as a facilitator of its councils, does not read who cannot be reached. Who asks to
    act for an organization is for the coordinators of the coalition it went to. And no task leads where nothing is to
    be opened any more, for instance because a parent took back their yes: it is there again with what it is about."""
    found = _theirs(user)
    for kind, of in _opened.items():
        found &= ~Q(kind=kind) | Q(Exists(of(user).filter(pk=OuterRef("about_id")).order_by()))
    return found


def _theirs(user) -> Q:
    if is_coordinator(user):
        about_others = ~Q(about_type="user") | Q(kind=RECORDS_SEEN)
        coalitions = [body.pk for body in organizations_of(user, Organization.Kind.COALITION)]
        came_here = ~Q(kind=JOINING) | Q(organization=None) | Q(organization__in=coalitions)
        read = Q(Exists(readable(user).filter(pk=OuterRef("about_id")).order_by()))
        return came_here & (about_others | read)
    ours = Q(organization__in=[organization.pk for organization in organizations_of(user)])
    return Q(owner=user) | ours & ~Q(about_type="user") & ~Q(kind=JOINING)
