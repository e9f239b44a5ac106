"""Who may ask for a place, and who answers."""

from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import Membership
from accounts.policies import Policy, memberships_of


@Policy
def ask(user, program):
    """People who look for training, for programs that take people."""
    if not user.is_trainee:
        return _("Only people who look for training or work can ask for a place.")
    if not program.is_open:
        return _("This program takes nobody now.")
    return consents.why_no_school(user)


@Policy
def answer(user, request):
    """Whoever acts for whom was asked: the provider, or the coalition that calls it."""
    if any(m.organization_id == request.to_id for m in memberships_of(user) if m.role != Membership.Role.FACILITATOR):
        return None
    return _("Only the people of %(organization)s can answer this.") % {"organization": request.to}
