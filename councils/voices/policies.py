"""Who reads what was said in trust: less than who takes part, and no coordinator or administrator."""

from django.utils.translation import gettext as _

from accounts.policies import Policy

from .. import policies

READERS = {policies.MEMBER, policies.CHAIR, policies.FACILITATOR}


@Policy
def reads_voices(user, council):
    """Members, the chair and the facilitators; members only what was not for those two alone."""
    if policies.roles_in(user, council) & READERS:
        return None
    return _("Only members and facilitators of this council read what was said to it.")
