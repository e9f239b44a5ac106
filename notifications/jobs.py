"""What this room does when it hears of something: letters of invitation, and tasks about who acts for organizations."""

from ledger.models import Event, Handoff

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
    events = Event.objects.in_bulk([handoff.event_id for handoff in handoffs])
    for handoff in handoffs:
        event = events[handoff.event_id]
        HEARD[event.kind](event, at=at)
