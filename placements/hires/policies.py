"""Who may do what with a hire. The person themselves; whoever hired them; coordinators they share their record with."""

from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import Organization
from accounts.policies import Policy, acts_for, is_coordinator, organizations_of
from programs.models import Certification, Enrollment

from ..models import Referral
from .models import Placement

Side = Placement.Side


def side_of(user, placement) -> str:
    """As whom the person speaks of this placement: the worker, the employer, a coordinator; or nobody."""
    if placement.trainee.user_id == user.pk:
        return Side.WORKER
    if placement.employer_id and placement.employer_knows and acts_for(user, placement.employer):
        return Side.EMPLOYER
    if is_coordinator(user) and consents.shares_record(placement.trainee.user, user):
        return Side.COORDINATOR
    if placement.declared_for_id and acts_for(user, placement.declared_for):
        return placement.declared_by
    return ""


@Policy
def end(user, placement):
    """The worker, the employer and the coordinators say that a job ended."""
    if side_of(user, placement) in (Side.WORKER, Side.EMPLOYER, Side.COORDINATOR):
        return None
    return _("Only the person, the employer or hall, and their coordinator can say that the job ended.")


@Policy
def correct(user, placement):
    """Whoever wrote it down, the worker, the employer and the coordinators mend what stands there."""
    return None if side_of(user, placement) else _("Only who takes part in this hire can change it.")


@Policy
def declare_for(user, trainee):
    """The person themselves; a coordinator they share their record with; the provider that trained them; an employer
    they said yes to."""
    if declaring_side(user, trainee):
        return None
    return _("You can write down hires of people you trained, who said yes to you, or who share their record with you.")


def declaring_side(user, trainee) -> str:
    """As whom the person may declare a hire of this trainee, or nobody."""
    if trainee.user_id == user.pk:
        return Side.WORKER
    if is_coordinator(user):
        return Side.COORDINATOR if consents.shares_record(trainee.user, user) else ""
    if trains(user, trainee):
        return Side.PROVIDER
    return Side.EMPLOYER if said_yes_to(user, trainee) else ""


def trains(user, trainee) -> Organization | None:
    """The provider the user acts for that trained this person."""
    own = {o.pk: o for o in organizations_of(user, *Organization.TRAINS)}
    if not own:
        return None
    for rows in (Enrollment.objects.all(), Certification.objects.taught()):
        taught = rows.filter(trainee=trainee, provider__in=own).order_by("pk")
        if found := taught.values_list("provider_id", flat=True).first():
            return own[found]
    return None


def said_yes_to(user, trainee) -> Organization | None:
    """The employer or hall the user acts for that this person shares their contact with."""
    own = {o.pk: o for o in organizations_of(user, *Organization.HIRES)}
    if not own:
        return None
    rows = Referral.objects.shown().with_consents().filter(trainee=trainee, opening__organization__in=own)
    rows = rows.filter(shares_contact=True).order_by("pk")
    found = rows.values_list("opening__organization_id", flat=True).first()
    return own.get(found)


@Policy
def declare(user, _thing):
    """Who may open the form for hires that were not made on this site."""
    if is_coordinator(user) or organizations_of(user, *Organization.TRAINS, *Organization.HIRES):
        return None
    return _("This page is for coordinators, training providers, employers and halls.")


@Policy
def report(user, _thing):
    """What funders ask for is taken out by coordinators."""
    return None if is_coordinator(user) else _("This page is for coordinators.")
