"""Reading who asked for a place; and who is to be asked."""

from accounts.models import Membership, Organization, User
from accounts.organizations import reach

from ..cohort_queries import joinable
from ..models import Cohort, PlaceRequest


def recipient(program) -> Organization | None:
    """Who is asked for a place in this program: the provider; where nobody of it can be reached here, the coalition of
    the county, which calls it; None where that is nobody, either."""
    if reach.person_of(program.provider):
        return program.provider
    return coalition_near({county.strip() for county in program.county.split(";")} - {""})


def coalition_near(counties: set[str]) -> Organization | None:
    """The coalition of one of these counties, else another, that has somebody who can be reached."""
    coalitions = list(Organization.objects.standing().filter(kind=Organization.Kind.COALITION).order_by("pk"))
    people = reach.people_of(coalitions)
    coalitions.sort(key=lambda coalition: coalition.county not in counties)
    return next((coalition for coalition in coalitions if coalition.pk in people), None)


def people_of(organization) -> list[User]:
    """Everybody who acts for it today, the facilitators of councils apart."""
    rows = Membership.objects.current().filter(organization=organization, user__is_active=True)
    rows = rows.exclude(role=Membership.Role.FACILITATOR).select_related("user").order_by("pk")
    return [membership.user for membership in rows]


def latest(program, user) -> PlaceRequest | None:
    """What a person asked last of this program, unless they took it back."""
    if not user.is_authenticated or not user.is_trainee:
        return None
    rows = PlaceRequest.objects.of(user).exclude(state=PlaceRequest.State.WITHDRAWN)
    return rows.select_related("to", "cohort", "other__program", "program__provider").filter(program=program).first()


def whole(rows):
    """Requests with all that their pages show."""
    return rows.select_related("trainee__user", "program__provider", "cohort", "other__program", "to")


def waiting_for(user, *, at) -> int:
    """How many wait for the answer of somebody's own organizations."""
    return PlaceRequest.objects.answerable_by(user, at=at).filter(state=PlaceRequest.State.ASKED).count()


def open_classes(program, *, on) -> list[Cohort]:
    """The classes of a program that one can ask to join, the next first."""
    rows = joinable(on).filter(program=program).exclude(state=Cohort.State.FULL).order_by("starts_on", "pk")
    return list(rows[:12])


def others_of(request: PlaceRequest, *, on) -> list[Cohort]:
    """The classes of the same provider that could be named instead, the next first."""
    rows = joinable(on).filter(program__provider=request.program.provider_id).exclude(state=Cohort.State.FULL)
    return list(rows.exclude(pk=request.cohort_id or 0).select_related("program").order_by("starts_on", "pk")[:25])
