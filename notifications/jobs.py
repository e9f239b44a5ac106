"""What this room does when it hears of something: letters of invitation, and tasks about who acts for organizations."""

from ledger.models import Handoff

from . import acting

HEARD = {
    "invitation.made": acting.invite,
    "membership.changed": acting.followed,
    "membership.ended": acting.followed,
    "membership.left": acting.followed,
    "membership.started": acting.followed,
    "invitation.accepted": acting.followed,
    "organization.merged": acting.followed,
    "organization.reviewed": acting.reviewed,
}


def take(handoffs: list[Handoff], *, at) -> None:
    """Deal with these events, in their order."""
    for handoff in handoffs:
        HEARD[handoff.kind](handoff.event, at=at)
