"""Saved views: the filters of a board under a name, for oneself or for everybody one works with."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db import transaction
from django.db.models import BigIntegerField, F, Q, Value
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.policies import Denied, organizations_of

from ..models import SavedView

MOST = 30  # of one person on one board
# What belongs to the page of the moment, not to the view.
PASSING = {"after", "page"}


@dataclass(frozen=True)
class Shown:
    """A saved view as its board lists it; `by` is empty for one's own."""

    public_id: UUID
    name: str
    query: str
    by: str
    shared: bool


def around(user, board: str) -> dict:
    """What a board offers beside its list: the views one may open, and the coordinators a step can be given to.

    One question for both: a board asks few.
    """
    ours = [organization.pk for organization in organizations_of(user)]
    views = SavedView.objects.filter(Q(owner=user) | Q(organization__in=ours), board=board)
    words = (F("name"), F("query"), F("owner__full_name"), F("owner_id"), F("organization_id"))
    views = views.order_by().annotate(what=Value("view")).values_list("what", "public_id", *words)
    staff = User.objects.filter(is_active=True, pk__in=Membership.objects.coordinating().order_by().values("user"))
    nothing = (Value(""), Value(""), F("pk"), Value(None, output_field=BigIntegerField()))
    staff = staff.order_by().annotate(what=Value("person")).values_list("what", "public_id", "full_name", *nothing)
    shown, people = [], []
    for what, public_id, name, query, by, pk, organization in views.union(staff, all=True).order_by():
        if what == "view":
            shown.append(Shown(public_id, name, query, "" if pk == user.pk else by, organization is not None))
        else:
            people.append((public_id, name))
    shown.sort(key=lambda view: (view.name, view.by))
    return {"views": shown, "coordinators": sorted(people, key=lambda person: person[1])}


def tidy(query: str) -> str:
    """The filters alone, as an address writes them."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name not in PASSING])


@transaction.atomic(durable=True)
def save(board: str, name: str, query: str, *, shared: bool, by, at) -> SavedView:
    """Keep these filters under this name; the same name again takes their place."""
    organization = next(iter(organizations_of(by)), None) if shared else None
    mine = SavedView.objects.filter(owner=by, board=board)
    if mine.exclude(name=name).count() >= MOST:
        raise Denied(_("You have %(n)s views here. Remove one before you save another.") % {"n": MOST})
    view, _made = mine.update_or_create(
        owner=by,
        board=board,
        name=name,
        defaults={"query": tidy(query), "organization": organization, "created_at": at},
    )
    return view


@transaction.atomic(durable=True)
def remove(view: SavedView, *, by) -> None:
    """Only who saved it takes it away."""
    if view.owner_id != by.pk:
        raise Denied(_("Only who saved this view can remove it."))
    view.delete()
