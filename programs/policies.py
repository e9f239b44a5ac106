"""Who may do what with certifications and classes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization
from accounts.policies import Policy, acts_for, is_coordinator, organizations_of

from . import confirmations

WHY_REVOKE = gettext_lazy("Say why the certificate is taken back. Its holder will read it.")


@Policy
def verify(user, certification):
    """Staff of a verified organization that trained the person or is asked, and coordinators who are asked; nobody for
    their own certificate."""
    if certification.trainee.user_id == user.pk:
        return _("You cannot confirm your own certificate. Ask the provider that gave it.")
    if certification.provider and acts_for(user, certification.provider):
        return None  # they did already
    body = credited(user, certification)
    if body is None or not (body.trains or body.kind == Organization.Kind.COALITION):
        return _("Only a training provider can confirm a certificate.")
    if body.trains and not body.verified_at:
        return _("Your organization is not verified yet. Ask your coordinator to do it; then you can confirm this.")
    return None


@Policy
def revoke(user, certification):
    """Staff of the provider that attested it (or of the declaring person's own provider), or a coordinator."""
    if certification.provider and acts_for(user, certification.provider):
        return None
    if certification.provider is None and credited(user, certification):
        return None
    if is_coordinator(user):
        return None
    return _("Only the provider that confirmed this certificate can take it back.")


def taught_by(user, trainee):
    """The organization of this user that knows the trainee as its own, or None."""
    ours = organizations_of(user)
    known = set(trainee.enrollments.filter(provider__in=ours).values_list("provider_id", flat=True))
    return next((organization for organization in ours if organization.pk in known), None)


def credited(user, certification):
    """For which organization this user gives their word: the one that was asked, else the one that taught, or None."""
    return confirmations.asked_of_us(user, certification) or taught_by(user, certification.trainee)


@Policy
def teach(user, program):
    """The people of the provider that gives the program, and coordinators."""
    if acts_for(user, program.provider) or is_coordinator(user):
        return None
    return _("Only the people of %(organization)s can change its classes.") % {"organization": program.provider}


@Policy
def keep_classes(user, _thing):
    """Whoever acts for an organization that trains, and coordinators."""
    if is_coordinator(user) or organizations_of(user, *Organization.TRAINS):
        return None
    return _("This page is for training providers.")
