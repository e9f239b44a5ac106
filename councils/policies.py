"""Who may do what in a council: computed from today's terms and offices, never stored.

A member holds a seat, or stands in for who does. Beside the seats there are the chair, facilitators, observers and the
council's staff; coordinators, the staff of the coalition, keep every council but are not its members.
"""

from collections import defaultdict

from django.db.models import CharField, F, Value
from django.utils.translation import gettext as _

from accounts.policies import Policy, is_coordinator

from .models import Office, Term

MEMBER = "member"
CHAIR, FACILITATOR = Office.Role.CHAIR.value, Office.Role.FACILITATOR.value
OBSERVER, STAFF = Office.Role.OBSERVER.value, Office.Role.STAFF.value


def councils_of(user) -> dict[int, set[str]]:
    """What the person is today in each of their councils, by its row number; read once per request."""
    if not user.is_authenticated:
        return {}
    if not hasattr(user, "_councils_today"):
        seats = Term.objects.current().filter(user=user).order_by()
        seats = seats.values_list(F("seat__council_id"), Value(MEMBER, output_field=CharField()))
        offices = Office.objects.current().filter(user=user).order_by().values_list("council_id", "role")
        found = defaultdict(set)
        for council, role in seats.union(offices):
            found[council].add(role)
        user._councils_today = dict(found)
    return user._councils_today


def roles_in(user, council) -> set[str]:
    """What the person is in this council today: member, chair, facilitator, observer, staff."""
    return councils_of(user).get(council.pk, set())


def is_led(council_id: int) -> bool:
    """Whether somebody leads the council today: a chair or a facilitator."""
    return Office.objects.current().filter(council=council_id, role__in=(CHAIR, FACILITATOR)).exists()


@Policy
def may_see(user, council):
    """A public council is everybody's to see; another is for those who take part, and for coordinators."""
    if council.is_public or roles_in(user, council) or is_coordinator(user):
        return None
    return _("Only those who take part in this council see it.")


@Policy
def is_member(user, council):
    """Those who hold a seat today, or stand in for who does."""
    return None if MEMBER in roles_in(user, council) else _("Only members of this council can do this.")


@Policy
def takes_part(user, council):
    """Everybody with a role in it, observers too, and coordinators: they read what is not published."""
    if roles_in(user, council) or is_coordinator(user):
        return None
    return _("Only those who take part in this council see this.")


@Policy
def may_facilitate(user, council):
    """The chair and the facilitators. Coordinators are not among them: what workers say in trust is not theirs."""
    if roles_in(user, council) & {CHAIR, FACILITATOR}:
        return None
    return _("Only the chair and the facilitators of this council can do this.")


@Policy
def may_run(user, council):
    """Call meetings, write agenda and minutes, check people in, open and close votes: chair, facilitators, staff."""
    if roles_in(user, council) & {CHAIR, FACILITATOR, STAFF} or is_coordinator(user):
        return None
    return _("Only the chair, the facilitators and the staff of this council can do this.")


@Policy
def may_keep(user, council):
    """Change the council itself, its seats and who does what for it: its chair and staff, and coordinators."""
    if roles_in(user, council) & {CHAIR, STAFF} or is_coordinator(user):
        return None
    return _("Only the chair and the staff of this council can change it.")


@Policy
def may_found(user, _thing):
    """New councils are set up by coordinators."""
    return None if is_coordinator(user) else _("Coordinators set up the councils of the region.")


@Policy
def may_read_needs(user, council):
    """Who needs what in order to come is for those who arrange it: the council's facilitators and staff."""
    if roles_in(user, council) & {FACILITATOR, STAFF}:
        return None
    return _("Only the facilitators and the staff of this council see who needs what.")
