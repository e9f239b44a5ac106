"""Who may do what with a referral."""

from django.utils.translation import gettext as _

from accounts.models import Organization
from accounts.organizations import reach
from accounts.policies import Policy, acts_for, is_coordinator


@Policy
def answer(user, match):
    """The trainee answers for themselves, while the opening is open and still fits."""
    if match.trainee.user_id != user.pk:
        return _("Only the person who was asked can answer.")
    if match.opening.state != match.opening.State.PUBLISHED:
        return _("This opening is closed, so there is nothing to answer any more.")
    if match.state not in (match.State.FITS, match.State.ASK):
        return _("This opening does not fit any more, so there is nothing to answer.")
    return None


@Policy
def receive(_user, organization):
    """An organization is sent people only while somebody there can be reached; else the reason says whom to call."""
    return reach.nobody(organization) or None


@Policy
def respond(user, referral):
    """The people of the employer or hall answer; a coordinator may write down an answer that came by phone."""
    if acts_for(user, referral.opening.organization) or is_coordinator(user):
        return None
    return _("Only the employer or hall of this opening can answer.")


@Policy
def rest(user, referral):
    """Reminders rest for a while: the people of the employer or hall, and coordinators, who both see that they do."""
    if acts_for(user, referral.opening.organization) or is_coordinator(user):
        return None
    return _("Only the employer or hall and coordinators can let reminders rest.")


@Policy
def set_pace(user, organization):
    """How many people a week, and when it is reminded: its own people, and coordinators."""
    if organization.kind not in Organization.HIRES:
        return _("Only employers and halls are reminded.")
    if acts_for(user, organization) or is_coordinator(user):
        return None
    return _("Only the employer or hall and coordinators can change this.")


@Policy
def see_people(user, opening):
    """Who passes the gates of an opening: its organization and coordinators."""
    if acts_for(user, opening.organization) or is_coordinator(user):
        return None
    return _("Only the people of this employer or hall see who passes.")


@Policy
def see_board(user, _thing):
    """The board of people certified and not placed belongs to coordinators."""
    return None if is_coordinator(user) else _("This page is for coordinators.")
