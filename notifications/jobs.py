"""What this room does when it hears of something: letters of invitation, tasks about who acts for organizations, and
what follows from who asks to."""

from ledger.models import Handoff

from . import acting, joining

HEARD = {
    "invitation.made": acting.invite,
    "membership.changed": acting.followed,
    "membership.ended": acting.followed,
    "membership.left": acting.followed,
    "membership.started": acting.followed,
    "invitation.accepted": acting.followed,
    "organization.merged": acting.followed,
    "organization.reviewed": acting.reviewed,
    "joining.asked": joining.asked,
    "joining.granted": joining.granted,
    "joining.declined": joining.declined,
    "joining.withdrawn": joining.withdrawn,
    "person.erased": joining.forgotten,
}


def take(handoffs: list[Handoff], *, at) -> None:
    """Deal with these events, in their order."""
    for handoff in handoffs:
        HEARD[handoff.kind](handoff.event, at=at)
