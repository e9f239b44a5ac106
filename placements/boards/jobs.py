"""What wakes the boards: anything by which somebody comes onto one, leaves it, or waits for something else."""

from accounts.models import TraineeProfile
from ledger.models import Event

from ..lifecycle import STATE_AFTER
from ..models import Referral
from . import waiting

ROOM = "placements.boards"
WITHIN = 2  # seconds from bell to bell: whoever is to be told goes first
OF_PERSON = (
    *(f"certification.{what}" for what in ("verified", "expired", "revoked", "withdrawn")),
    *("profile.changed", "profile.rested", "profile.looking"),
)
OF_CONSENT = ("consent.given", "consent.withdrawn")
OF_OPENING = ("opening.published", "opening.opened", "opening.amended", "opening.closed")
OF_PLACEMENT = ("placement.hire", "placement.end")
KINDS = (*OF_PERSON, *OF_CONSENT, *OF_OPENING, *OF_PLACEMENT, *STATE_AFTER)


def take(handoffs, *, at) -> None:
    """Write the rows of whomever these events touch."""
    events = Event.objects.in_bulk([handoff.event_id for handoff in handoffs])
    people, users, openings, referrals = set(), set(), set(), set()
    for event in events.values():
        if event.kind in OF_OPENING:
            openings.add(event.subject_id)
        elif event.kind in STATE_AFTER:
            referrals.add(event.subject_id)
        elif event.kind in OF_CONSENT:
            users |= {event.subject_id} if event.facts.get("purpose") in ("match", "record") else set()
        else:
            people.add(event.facts.get("trainee") or event.subject_id)
    if users:
        people |= set(TraineeProfile.objects.filter(user__in=users).values_list("pk", flat=True))
    if referrals:
        people |= set(Referral.objects.filter(pk__in=referrals).values_list("trainee", flat=True))
    if openings:
        people |= set(TraineeProfile.objects.filter(matches__opening__in=openings).values_list("pk", flat=True))
    waiting.refresh(people, at=at, again=True)
