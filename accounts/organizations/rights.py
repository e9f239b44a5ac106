"""Who may do what with an organization and the people who act for it; computed from today's memberships."""

from django.utils.translation import gettext as _

from accounts.models import JoinRequest, Membership, Organization, User
from accounts.policies import Policy, acts_for, is_coordinator, memberships_of


def administers(user, organization) -> bool:
    return any(m.organization_id == organization.pk and m.is_admin for m in memberships_of(user))


def again(user) -> User:
    """The person read anew, so that what they may do is what is so now and not what was when the request began."""
    return User.objects.get(pk=user.pk)


def administrators(organization):
    """The memberships of those who may invite and let go today."""
    rows = Membership.objects.current().filter(organization=organization, role=Membership.Role.ADMIN)
    return rows.filter(user__is_active=True)


@Policy
def read(user, organization):
    """The people of the organization, and coordinators."""
    if acts_for(user, organization) or is_coordinator(user):
        return None
    return _("Only the people of %(organization)s and coordinators see this.") % {"organization": organization}


@Policy
def manage(user, organization):
    """Its administrators; coordinators everywhere but in the coalition, and there while it has no administrator."""
    if not user.is_active:
        return _("This account is closed.")
    if administers(user, organization):
        return None
    coalition = organization.kind == Organization.Kind.COALITION
    if is_coordinator(user) and not (coalition and administrators(organization).exists()):
        return None
    return _("Only the administrators of %(organization)s can do this.") % {"organization": organization}


@Policy
def verify(user, organization):
    """Coordinators, but nobody their own organization."""
    if not is_coordinator(user):
        return _("Organizations are verified by coordinators.")
    if acts_for(user, organization):
        return _("You act for this organization, so somebody else verifies it.")
    return None


@Policy
def oversee(user, _thing):
    """Coordinators know every organization, make new ones, and put two rows of the same one together."""
    return None if is_coordinator(user) else _("This page is for coordinators.")


def hears_requests(user) -> bool:
    """Who answers requests to act for an organization: coordinators, and the operators while there are none."""
    if is_coordinator(user):
        return True
    operates = user.is_active and user.is_staff
    return operates and not Membership.objects.coordinating().filter(user__is_active=True).exists()


@Policy
def answer(user, request):
    """Whoever hears requests and to whose coalition this one went; nobody their own."""
    if request.user_id == user.pk:
        return _("This request is your own, so somebody else answers it.")
    if user.is_active and JoinRequest.objects.visible_to(user).filter(pk=request.pk).exists():
        return None
    return _("Requests to act for an organization are answered by coordinators.")
