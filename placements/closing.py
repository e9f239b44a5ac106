"""What else ends a referral: the places were filled, the opening was closed, the person was hired.

For actions of this room: call it inside the action's transaction. Telling the person why is the caller's.
"""

from notifications.models import Task

from . import arranging
from .lifecycle import REFERRAL
from .models import Referral

# Nobody has the next step any more.
NOBODYS = {"owner": None, "due_on": None, "muted_until": None, "muted_reason": ""}
# The task of a coordinator who took over a step (placements/reminders.py).
STUCK = "referral_stuck"


def close(referral, reason: str, *, by, at) -> Referral:
    """End an open referral for this `Referral.CloseReason`; its appointments are called off, and both sides told so."""
    reason = Referral.CloseReason(reason)
    fresh = REFERRAL.advance(referral, "close", by=by, at=at, changes={"reason": reason, **NOBODYS}, reason=reason)
    call_off(fresh, at=at, but=by)
    return fresh


def call_off(referral, *, at, but=None) -> int:
    """It ended: what is still to come of appointments does not take place, and nobody is asked to look after it.

    Both sides are told of the appointments, apart from `but`; how many those were.
    """
    settle(referral, at=at)
    off = arranging.call_off(referral, at=at)
    for appointment in off:
        arranging.tell_of(appointment, referral, but=but, at=at)
    return len(off)


def settle(referral, *, at) -> None:
    """The step moved on, so the coordinator who was to look after it need not."""
    Task.objects.filter(kind=STUCK, about_type="referral", about_id=referral.pk, done_at=None).update(done_at=at)
