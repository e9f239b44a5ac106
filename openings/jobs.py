"""What this room does when it hears of something: an opening whose last place was filled closes itself.

Who counts the places is downstream of this room; the event says how many there were, so that one to which more were
added meanwhile stays open.
"""

from . import actions
from .models import Opening

HEARD = ("opening.filled",)


def take(handoffs, *, at) -> None:
    """Deal with these events, inside the transaction of whoever hands them over."""
    for handoff in handoffs:
        opening = Opening.objects.select_related("organization").filter(pk=handoff.event.subject_id).first()
        if opening and opening.state == Opening.State.PUBLISHED and opening.seats <= handoff.event.facts["seats"]:
            actions.close_filled(opening, at=at)
