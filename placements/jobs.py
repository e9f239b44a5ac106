"""What this room does when it hears of something: an opening that was closed ends what still waited for its answer; an
answer, or a yes taken back, may give the next person their turn; a hire by mistake gives back what it had ended."""

from ledger.lifecycle import IllegalStep
from matching import tell
from notifications import outbox, topics
from openings.models import Opening

from . import closing, turns
from .hires import undone
from .lifecycle import STATE_AFTER
from .models import Pace, Referral

SHUT = "opening.closed"
# What may free a place of an organization's week; and somebody new in its queue.
FREES = tuple(kind for kind in STATE_AFTER if kind not in ("referral.yes", "referral.call_up", "referral.see"))
HEARD = (SHUT, *FREES, *undone.HEARD)

# Who was not spoken with yet. With whoever has an interview, a trial day or an offer the employer or hall goes on.
WAITING = (Referral.State.QUEUED, *Referral.WAITING, Referral.State.PUT_OFF)


def take(handoffs, *, at) -> None:
    """Deal with these events. An opening whose last day came by itself still owes answers to whoever said yes in time;
    one that somebody closed does not, and whoever waited is told."""
    undone.take(handoffs, at=at)
    answered = {handoff.subject_id for handoff in handoffs if handoff.kind in FREES}
    theirs = Pace.objects.filter(organization__openings__referrals__in=answered).distinct().order_by("pk")
    paces = [turns.lock(pace.organization_id) for pace in theirs]
    shut = [handoff.subject_id for handoff in handoffs if handoff.kind == SHUT]
    if paces or shut:
        turns.line_up([pace.organization_id for pace in paces], shut, WAITING)
    for pace in paces:
        turns.call_up(pace, at=at)
    for event in (handoff.event for handoff in handoffs if handoff.kind == SHUT):
        opening = Opening.objects.select_related("organization").get(pk=event.subject_id)
        if event.actor_id and opening.state == Opening.State.CLOSED and opening.closed_at == event.at:
            _end(opening, at=at)


def _end(opening: Opening, *, at) -> None:
    rows = Referral.objects.filter(opening=opening, state__in=WAITING)
    for referral in rows.select_related("trainee__user", "opening__organization").order_by("pk"):
        try:
            closing.close(referral, Referral.CloseReason.SHUT, by=None, at=at)
        except IllegalStep:  # answered in this moment
            continue
        outbox.post(
            referral.trainee.user,
            "opening_shut",
            topic=topics.REFERRALS,
            once_key=f"referral:{referral.pk}:shut:{at:%Y%m%d%H%M%S%f}",
            data={"opening": tell.about(opening), "referral": referral.pk},
            path="/me/",
            at=at,
        )
