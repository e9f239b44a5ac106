"""An institution's own list for an opening: who registered when, and which rank the institution gave.

Both are written from papers with names on them, the out-of-work book or the results of tests. So an institution enters
them for people it sees by name and for nobody else: a number given to "Person 3" would be somebody's by mistake.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policies import Denied
from accounts.speech import day
from ledger.log import event, record, record_all
from ledger.models import Event

from . import notices, policies
from .models import ListPlace, Opening

EARLIEST = 1970  # no book of today goes back before it
RANK, DAY = "rank", "day"
NOT_RANKED = gettext_lazy("This opening is not ordered by a ranked list.")
NOT_NAMED = gettext_lazy("You give a place once the name of the person is shown to you, after they say yes.")


def takes(opening: Opening) -> str:
    """What its institution writes on the list of an opening: a rank, a day of its book, or nothing.

    Ranks follow tests and interviews, which may come after the last day to apply: a closed opening still takes them.
    """
    if opening.order_rule == Opening.OrderRule.RANKED:
        return RANK
    if opening.order_rule == Opening.OrderRule.FIFO and opening.state == Opening.State.PUBLISHED:
        return DAY
    return ""


def entry(opening: Opening, *, named: bool) -> str:
    """The same for one person, whom the institution sees by name or not: the page's button and the refusal agree."""
    return takes(opening) if named else ""


def _may_book(opening: Opening, trainee, *, by) -> None:
    policies.edit.check(by, opening)
    if takes(opening) != DAY:
        raise Denied(_("This opening keeps no list to register on."))
    if not entry(opening, named=trainee.referrals.named().filter(opening=opening).exists()):
        raise Denied(_("You enter the day once the name of the person is shown to you, after they say yes."))


@transaction.atomic(durable=True)
def register(opening: Opening, trainee, *, by, at) -> ListPlace:
    """Put a person on the opening's list; their place counts from the first registration."""
    if trainee.user_id != by.pk:
        raise Denied(_("Only the person can register."))
    if takes(opening) != DAY:
        raise Denied(_("This opening keeps no list to register on."))
    if opening.opens_on and opening.opens_on > timezone.localdate(at):
        raise Denied(_("The list opens on %(date)s. Come back then.") % {"date": day(opening.opens_on)})
    place, made = ListPlace.objects.get_or_create(opening=opening, trainee=trainee, defaults={"registered_at": at})
    if made:
        record("opening.registered", opening, by=by, at=at, trainee=trainee.pk)
    return place


@transaction.atomic(durable=True)
def book(opening: Opening, trainee, registered_at, *, by, at) -> ListPlace:
    """The institution says since when a person is in its own book: the day it wrote them down, or the right one.

    The order follows from then on; what the list was before stays in the ledger. Whose day becomes another is told so,
    with both days, for they may have registered themselves.
    """
    _may_book(opening, trainee, by=by)
    if registered_at > at:
        raise Denied(_("This day has not come yet. Write the day on which the person registered."))
    if registered_at.year < EARLIEST:
        raise Denied(_("This day is too long ago. Write the day on which the person registered."))
    place, made = ListPlace.objects.select_for_update(of=("self",)).get_or_create(
        opening=opening, trainee=trainee, defaults={"registered_at": registered_at}
    )
    # The form knows no seconds: saved as it stood, it is no correction.
    if made or place.registered_at.replace(second=0, microsecond=0) != registered_at:
        former = None if made else place.registered_at
        place.registered_at = registered_at
        place.save(update_fields=["registered_at"])
        record(
            "opening.booked",
            opening,
            by=by,
            at=at,
            organization=opening.organization,
            trainee=trainee.pk,
            registered_at=registered_at.isoformat(),
            before=former.isoformat() if former else None,
        )
        if former:
            notices.tell(opening, trainee, before=former, after=registered_at, at=at)
    return place


def booked(opening: Opening, trainee) -> Event | None:
    """When the institution last wrote the person's registration from its own book; nothing where they did it alone."""
    rows = Event.objects.filter(subject_type="opening", subject_id=opening.pk, kind="opening.booked")
    return rows.filter(facts__trainee=trainee.pk).order_by("-id").first()


def before(entry: Event | None) -> datetime | None:
    """Since when the person had been registered before this entry of the book; nothing where it was the first."""
    return datetime.fromisoformat(entry.facts["before"]) if entry and entry.facts.get("before") else None


@transaction.atomic(durable=True)
def rank_all(opening: Opening, ranks: dict[int, int | None], *, by, at) -> tuple[set[int], set[int]]:
    """The institution gives people their places on its ranked list, by their profiles' numbers; None takes one away.

    Returns whose place was written down, and whom the institution does not see by name (any more), so that theirs was
    not. As few statements for many as for one.
    """
    policies.edit.check(by, opening)
    if takes(opening) != RANK:
        raise Denied(NOT_RANKED)
    named = set(opening.referrals.named().filter(trainee__in=ranks).values_list("trainee_id", flat=True))
    _rank(opening, {trainee: rank for trainee, rank in ranks.items() if trainee in named}, by=by, at=at)
    return named, ranks.keys() - named


def _rank(opening: Opening, ranks: dict[int, int | None], *, by, at) -> None:
    """Write these down; what was so already is no news."""
    theirs = ListPlace.objects.filter(opening=opening, trainee__in=ranks)
    new = sorted(ranks.keys() - set(theirs.values_list("trainee_id", flat=True)))
    fresh = [ListPlace(opening=opening, trainee_id=trainee, registered_at=at) for trainee in new]
    ListPlace.objects.bulk_create(fresh, ignore_conflicts=True)
    places = theirs.select_for_update(of=("self",)).order_by("trainee_id")
    changed = [place for place in places if place.trainee_id in new or place.rank != ranks[place.trainee_id]]
    events = []
    for place in changed:
        said = {"trainee": place.trainee_id, "rank": ranks[place.trainee_id], "before": place.rank}
        events.append(event("opening.ranked", opening, by=by, at=at, organization=opening.organization, **said))
        place.rank = ranks[place.trainee_id]
    ListPlace.objects.bulk_update(changed, ["rank"])
    record_all(events)
