"""Whom one can reach at an organization, and whom to call where that is nobody."""

from collections.abc import Iterable

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext as _

from accounts.models import Membership, Organization, User
from accounts.speech import phone


def _reachable():
    """Memberships by which somebody can be reached today, other than the facilitators of councils."""
    way = Q(user__email__isnull=False) | ~Q(user__phone="") | ~Q(organization__phone="")
    rows = Membership.objects.current().filter(way, user__is_active=True)
    return rows.exclude(role=Membership.Role.FACILITATOR)


def somebody(organization: str) -> Exists:
    """Whether anybody can be reached at the organization in this column: to ask along with something else."""
    return Exists(_reachable().filter(organization=OuterRef(organization)))


def people_of(organizations: Iterable) -> dict[int, User]:
    """The person others can reach today at each of these, by row number; whoever has nobody is not in it.

    It is the person the organization named, while they act for it; else an administrator; else whoever came first.
    """
    keys = [getattr(organization, "pk", organization) for organization in organizations]
    named = Case(
        When(organization__contact=F("user"), then=Value(0)),
        When(role=Membership.Role.ADMIN, then=Value(1)),
        default=Value(2),
    )
    rows = _reachable().filter(organization__in=keys).select_related("user").order_by(named, "pk")
    found: dict[int, User] = {}
    for membership in rows:
        found.setdefault(membership.organization_id, membership.user)
    return found


def person_of(organization) -> User | None:
    """The person others can reach there today."""
    return people_of([organization]).get(organization.pk)


def whom_to_call(organization) -> str:
    """Name and number of the coordinator who helps where an organization has nobody; nothing when there is none.

    The coalition of the same county comes first.
    """
    near = Case(When(county=organization.county, then=Value(0)), default=Value(1))
    coalitions = list(Organization.objects.standing().filter(kind=Organization.Kind.COALITION).order_by(near, "pk"))
    people = people_of(coalitions)
    for coalition in coalitions:
        if person := people.get(coalition.pk):
            way = phone(coalition.phone or person.phone) or person.email
            return _("%(person)s of %(organization)s, %(way)s") % {
                "person": person.full_name,
                "organization": coalition.name,
                "way": way,
            }
    return ""


def nobody(organization) -> str:
    """The sentence that says that nobody can be sent there now, and whom to call; nothing where somebody is there."""
    if person_of(organization):
        return ""
    said = _("Nobody of %(organization)s can be reached right now, so nobody can be sent to them.") % {
        "organization": organization.name
    }
    call = whom_to_call(organization)
    return f"{said} {_('Please call %(whom)s.') % {'whom': call}}" if call else said
