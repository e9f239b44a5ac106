"""Who may do what with openings."""

from django.utils.translation import gettext as _

from accounts.models import Organization
from accounts.policies import Policy, acts_for, is_coordinator, organizations_of


@Policy
def offer(user, organization):
    """The people of an organization that hires, and coordinators for each of them."""
    if not organization.hires:
        return _("Openings are offered by employers, union locals and apprenticeship sponsors.")
    if acts_for(user, organization) or is_coordinator(user):
        return None
    return _("You do not act for %(organization)s.") % {"organization": organization}


@Policy
def edit(user, opening):
    """The people of its organization, and coordinators."""
    if acts_for(user, opening.organization) or is_coordinator(user):
        return None
    return _("Only the people of %(organization)s can change this opening.") % {"organization": opening.organization}


def offers_for(user):
    """The organizations in whose name the person may write openings, by name."""
    if is_coordinator(user):
        return list(Organization.objects.standing().filter(kind__in=Organization.HIRES).order_by("name", "pk"))
    return sorted(organizations_of(user, *Organization.HIRES), key=lambda organization: organization.name)


@Policy
def write(user, _thing):
    """Whoever acts for an organization that hires, and coordinators."""
    if is_coordinator(user) or organizations_of(user, *Organization.HIRES):
        return None
    return _("Openings are written by the people of employers, union locals and apprenticeship sponsors.")
