"""Whose turn it is: an employer or hall is sent as many people as it can review in a week; the others wait in order.

A place of the week is taken by whoever waits for an answer, however long, and by whoever was sent in the last seven
days. It is free again when the week is over, when somebody who was sent earlier is answered, or when somebody steps
back. Who comes next is decided by the opening's own order, never by who was quicker to say yes.

People are called up by jobs (placements/jobs.py): whoever frees a place may not see who waits for it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from ledger.models import Event
from matching import tell
from notifications import outbox, topics
from openings.models import Opening

from . import closing, ladder, places
from .lifecycle import REFERRAL
from .models import Pace, Referral

WEEK = timedelta(days=7)


def lock(organization) -> Pace | None:
    """The organization's pace, where it set one, locked: no two yeses take the same place of the week."""
    rows = Pace.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("organization").filter(organization=organization).first()


def free(pace: Pace | None, *, at) -> int | None:
    """How many people can be put before it now; None for as many as come."""
    if pace is None or pace.weekly is None:
        return None
    taken = Q(state__in=Referral.WAITING)
    taken |= Q(sent_at__gt=at - WEEK) & ~Q(state__in=(Referral.State.WITHDRAWN, Referral.State.CLOSED))
    return max(pace.weekly - Referral.objects.filter(taken, opening__organization=pace.organization_id).count(), 0)


def step_of_a_yes(pace: Pace | None, *, at) -> str:
    """Whether a yes goes before the employer or hall at once, or waits."""
    return "yes" if free(pace, at=at) != 0 and not waiting(pace) else "queue"


def expecting(pace: Pace, days, *, at) -> dict:
    """What a yes that waits changes: it has a due day, too, the one by which its turn can be expected."""
    ahead = Referral.objects.filter(opening__organization=pace.organization_id, state=Referral.State.QUEUED).count()
    on = expected(ahead + 1, pace.weekly, on=timezone.localdate(at))
    clock = timezone.make_aware(datetime.combine(on - timedelta(days=days[0]), time()))
    return {"clock_at": clock, "due_on": on, "sent_at": None}


def waiting(pace: Pace | None) -> bool:
    """Whether anybody waits for their turn there."""
    queued = Referral.objects.filter(state=Referral.State.QUEUED)
    return pace is not None and queued.filter(opening__organization=pace.organization_id).exists()


def queue_of(opening: Opening) -> list[int]:
    """Who waits for their turn at this opening, by the referral's number, in its own order.

    Whoever it no longer fits comes last.
    """
    rows = Referral.objects.filter(opening=opening, state=Referral.State.QUEUED)
    queued = list(rows.order_by("answered_at", "pk").values_list("pk", "trainee_id"))
    if len(queued) > 1:
        order = places.order_of(opening)
        queued.sort(key=lambda one: order.get(one[1], len(order) + 1))
    return [pk for pk, _trainee in queued]


@dataclass(frozen=True)
class Turn:
    """Where somebody stands who waits: `number` of `total` at this opening, and by when their turn can be expected."""

    number: int
    total: int
    weekly: int | None
    about: date


def turn_of(referral: Referral, *, on: date) -> Turn | None:
    """The person's turn, as honestly as it can be said; None when they do not wait."""
    queue = queue_of(referral.opening)
    if referral.pk not in queue:
        return None
    pace = Pace.objects.filter(organization=referral.opening.organization_id).first()
    weekly, number = pace.weekly if pace else None, queue.index(referral.pk) + 1
    return Turn(number, len(queue), weekly, expected(number, weekly, on=on))


def expected(number: int, weekly: int | None, *, on: date) -> date:
    """When a turn can be expected if everybody before is looked at: so many weeks as it takes."""
    return on + timedelta(weeks=-(-number // (weekly or number or 1)))


def line_up(organizations, openings=(), states=()) -> None:
    """Lock who waits for their turn at these organizations, and who is in these states at these openings, by their
    number, as a hire locks whom it ends: so that the two never wait for each other for ever.
    """
    which = Q(opening__organization__in=organizations, state=Referral.State.QUEUED)
    which |= Q(opening__in=openings, state__in=states)
    list(Referral.objects.filter(which).order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))


def call_up(pace: Pace | None, *, at) -> list[Referral]:
    """Put whoever is next before the organization, as far as its week has room. Under the lock of its pace.

    Where several of its openings have people waiting, the one with the fewest before it goes first.
    """
    room = free(pace, at=at)
    if pace is None or room == 0:
        return []
    line_up([pace.organization_id])
    before = Count("referrals", filter=Q(referrals__state__in=Referral.WAITING))
    queued = Referral.objects.filter(opening__organization=pace.organization_id, state=Referral.State.QUEUED)
    openings = _going_on().filter(pk__in=queued.values("opening"))
    queues = [[opening.before, queue_of(opening)] for opening in openings.annotate(before=before).order_by("pk")]
    called, days = [], ladder.rungs(pace)
    while (room is None or len(called) < room) and any(queue for _before, queue in queues):
        chosen = min((one for one in queues if one[1]), key=lambda one: one[0])
        called.append(_call(chosen[1].pop(0), days, at=at))
        chosen[0] += 1
    return called


def _going_on():
    """Openings that still owe answers: those that are open, and those whose last day came by itself. Where somebody
    closed it, it ends for whoever waits (placements/jobs.py)."""
    ended = Event.objects.filter(subject_type="opening", subject_id=OuterRef("pk"), kind="opening.closed")
    by_hand = Exists(ended.filter(at=OuterRef("closed_at"), actor_id__isnull=False))
    return Opening.objects.filter(Q(state=Opening.State.PUBLISHED) | Q(state=Opening.State.CLOSED) & ~by_hand)


def _call(key: int, days, *, at) -> Referral:
    related = ("trainee__user", "opening__organization", "opening__contact", "owner")
    referral = Referral.objects.select_related(*related).get(pk=key)
    opening = referral.opening
    # While they waited a coordinator may have looked after it; now it is before the opening's own people.
    owner = next(iter(tell.people_of(opening)), referral.owner)
    changes = {"sent_at": at, "owner": owner, **ladder.waits("yes", days, at=at)}
    fresh = REFERRAL.advance(referral, "call_up", by=None, at=at, changes=changes)
    closing.settle(fresh, at=at)
    tell_hirer(fresh, opening, at=at)
    outbox.post(
        referral.trainee.user,
        "referral_turn",
        topic=topics.REFERRALS,
        once_key=f"referral:{fresh.pk}:turn:{at:%Y%m%d%H%M%S%f}",
        data={"opening": tell.about(opening), "referral": fresh.pk, "due_on": fresh.due_on.isoformat()},
        path=f"/referrals/{fresh.public_id}/",
        at=at,
    )
    return fresh


def tell_hirer(referral: Referral, opening: Opening, *, at, fits: bool = True) -> None:
    """The opening's people, and whoever owns the next step, read that somebody said yes."""
    told = [*tell.people_of(opening), referral.owner]
    for person in {person.pk: person for person in told if person}.values():
        outbox.post(
            person,
            "referral_yes",
            topic=topics.REFERRALS,
            once_key=f"referral:{referral.pk}:yes:{referral.sent_at:%Y%m%d%H%M%S%f}",
            data={
                "opening": tell.about(opening),
                "referral": referral.pk,
                "public_id": str(referral.public_id),
                "due_on": referral.due_on.isoformat(),
                "fits": fits,
            },
            path=f"/referrals/{referral.public_id}/",
            at=at,
        )


def queues(organizations) -> dict[int, int]:
    """How many people wait for their turn at each opening of these organizations."""
    rows = Referral.objects.filter(opening__organization__in=organizations, state=Referral.State.QUEUED)
    return dict(rows.order_by().values_list("opening").annotate(n=Count("pk")))


def with_queue():
    """The paces of organizations where people wait, for the job that looks whether their week has room again."""
    queued = Referral.objects.filter(state=Referral.State.QUEUED).order_by().values("opening__organization")
    return Pace.objects.filter(organization__in=queued).order_by("pk")
