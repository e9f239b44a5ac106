"""A hire that was written down by mistake: what it had ended goes on again.

The yes it ended as "hired", the person's other yeses, and those of whoever waited for the last place wait for an answer
again, with a new due day. Whoever took their contact back, works by now, or has no place left there stays as they are.

A job does it (placements/jobs.py): whoever says that it was a mistake may not see whom it touched. Everything is locked
as a hire locks it: the openings, then the people, then the referrals, each by their number.
"""

from datetime import timedelta

from django.db.models import Q

from accounts.models import TraineeProfile
from ledger.models import Event
from matching import tell
from notifications import outbox, topics
from openings.models import Opening

from .. import ladder, reminders, turns
from ..lifecycle import REFERRAL
from ..models import Pace, Referral
from . import taking
from .models import Placement

HEARD = ("placement.end", "placement.withdrawn")
# After so long nobody goes on where they stood: who still wants it says yes anew.
FRESH = timedelta(days=30)
CLOSED = Referral.CloseReason


def take(handoffs, *, at) -> None:
    """Give back what the mistaken hires among these events had ended. Run twice, the second changes nothing."""
    mistaken = [
        handoff.subject_id
        for handoff in handoffs
        if handoff.kind == "placement.withdrawn"
        or (handoff.kind == "placement.end" and handoff.event.facts.get("reason") == Placement.End.MISTAKE)
    ]
    if not mistaken:
        return
    hires = list(Event.objects.filter(subject_type="placement", subject_id__in=mistaken, kind="placement.hire"))
    own = {hire.facts["referral"] for hire in hires if hire.facts.get("referral")}
    own -= set(Placement.objects.current().filter(referral__in=own).values_list("referral", flat=True))
    ended = set()
    for hire in hires:
        ended |= set() if hire.at < at - FRESH else _ended_by(hire)
    rows = Referral.objects.filter(Q(pk__in=own, state=Referral.State.HIRED) | Q(pk__in=ended))
    rows = rows.select_related("opening__organization", "opening__contact", "trainee__user").with_consents()
    found = list(rows.order_by("pk"))
    openings = Opening.objects.filter(pk__in={one.opening_id for one in found}).order_by("pk")
    openings = {one.pk: one for one in openings.select_for_update(of=("self",), no_key=True)}
    people = TraineeProfile.objects.filter(pk__in={one.trainee_id for one in found}).order_by("pk")
    looking = {one.pk: one.looking for one in people.select_for_update(of=("self",), no_key=True)}
    late = {hire.facts.get("referral") for hire in hires if hire.at < at - FRESH}
    for referral in found:
        willing = referral.shares_contact and looking[referral.trainee_id] and referral.trainee.user.is_active
        if willing and referral.pk not in late and _has_room(openings[referral.opening_id]):
            _goes_on(referral, at=at)
        elif referral.state == Referral.State.HIRED:
            changes = {"owner": None, "reason": CLOSED.MISTAKE}
            REFERRAL.advance(referral, "annul", by=None, at=at, changes=changes, reason=CLOSED.MISTAKE)


def _ended_by(hire: Event) -> set[int]:
    """The referrals that ended in the moment of this hire, because of it, and did not go on since."""
    filled = Q(opening=hire.facts.get("opening"), reason=CLOSED.FILLED)
    which = Q(trainee=hire.facts["trainee"], reason__in=(CLOSED.ELSEWHERE, CLOSED.HERE)) | filled
    rows = Referral.objects.filter(which, state=Referral.State.CLOSED).order_by().values_list("pk", flat=True)
    events = Event.objects.filter(subject_type="referral", subject_id__in=list(rows), kind="referral.close", at=hire.at)
    return set(events.values_list("subject_id", flat=True))


def _has_room(opening: Opening) -> bool:
    """A place is free, and nobody closed the opening: one that closed by itself still owes answers."""
    if taking.seats_left(opening) < 1:
        return False
    by_hand = Event.objects.filter(subject_type="opening", subject_id=opening.pk, kind="opening.closed")
    by_hand = by_hand.filter(at=opening.closed_at, actor_id__isnull=False)
    return opening.state == Opening.State.PUBLISHED or not by_hand.exists()


def _goes_on(referral: Referral, *, at) -> None:
    opening = referral.opening
    pace = Pace.objects.filter(organization=opening.organization_id).first()
    days = ladder.rungs(pace)
    owner = next(iter(tell.people_of(opening)), None) or reminders.coordinator_for(referral)
    if owner is None:
        return
    # Who had not come before the employer or hall yet waits for their turn again.
    waits = referral.state == Referral.State.CLOSED and not referral.sent_at and pace is not None
    step = "requeue" if waits else "reopen"
    changes = {"reason": "", "owner": owner, "hirer_answered_at": None, **ladder.waits(step, days, at=at)}
    changes |= turns.expecting(pace, days, at=at) if waits else {"sent_at": at}
    fresh = REFERRAL.advance(referral, step, by=None, at=at, changes=changes)
    if not waits:
        turns.tell_hirer(fresh, opening, at=at)
    outbox.post(
        referral.trainee.user,
        "yes_again",
        topic=topics.REFERRALS,
        once_key=f"referral:{fresh.pk}:again:{at:%Y%m%d%H%M%S%f}",
        data={"opening": tell.about(opening), "referral": fresh.pk},
        path=f"/referrals/{fresh.public_id}/",
        at=at,
    )
