"""What else ends a referral: the places were filled, the opening was closed, the person was hired somewhere else.

For actions of this room: call it inside the action's transaction. Telling the person is the caller's, who knows why.
"""

from .lifecycle import REFERRAL
from .models import Appointment, Referral

# Nobody has the next step any more.
NOBODYS = {"owner": None, "due_on": None, "muted_until": None, "muted_reason": ""}


def close(referral, reason: str, *, by, at) -> Referral:
    """End an open referral for this `Referral.CloseReason`; its appointments are called off."""
    reason = Referral.CloseReason(reason)
    fresh = REFERRAL.advance(referral, "close", by=by, at=at, changes={"reason": reason, **NOBODYS}, reason=reason)
    call_off(fresh, at=at)
    return fresh


def call_off(referral, *, at) -> int:
    """Its appointments that are still to come do not take place; how many those were."""
    coming = Appointment.objects.filter(referral=referral, cancelled_at=None, starts_at__gt=at)
    return coming.update(cancelled_at=at, changed_at=at)
