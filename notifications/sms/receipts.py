"""What the carrier says of a text afterwards. Receipts come twice, late and in any order; the furthest one counts."""

from django.db import transaction
from django.db.models import Q

from .. import addresses
from ..models import Delivery, Way
from . import gateway
from .channel import refusal
from .models import Text

Status = Text.Status
# The carrier's words and ours. A word that is not here is none of our business.
_WORDS = {
    "accepted": Status.QUEUED,
    "scheduled": Status.QUEUED,
    "queued": Status.QUEUED,
    "sending": Status.QUEUED,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "failed": Status.FAILED,
    "canceled": Status.FAILED,
}
_FAR = {Status.BEGUN: 0, Status.QUEUED: 1, Status.SENT: 2}  # the others are the end
END = 3
# So many texts in a row to a phone that is out of reach, and the number counts as dead.
OUT_OF_REACH = 3


@transaction.atomic(durable=True)
def told(public_id, *, sid: str, status: str, code: str, at) -> bool:
    """Note what became of a text; whether it was news. A text we do not know, and an old receipt, change nothing."""
    new = _WORDS.get(status)
    text = Text.objects.select_for_update().filter(public_id=public_id).first()
    if new is None or text is None or not sid or (text.sid and text.sid != sid):
        return False
    if _FAR.get(text.status, END) >= _FAR.get(new, END):
        return False
    text.sid, text.status, text.error, text.told_at, text.unsure_since = sid, new, code[:10], at, None
    text.save()
    first = text.delivery
    which = Q(provider_id=sid)
    if first:  # and all that left with it as one text
        which |= Q(pk=first.pk) | Q(user=first.user_id, sent_as=first.message_id)
    mine = Delivery.objects.filter(which, channel=Way.SMS)
    # The answer to our request was lost, and it waits to be tried again, or for the morning: it has left.
    lost = mine.filter(state__in=[Delivery.State.QUEUED, Delivery.State.WAITING])
    for delivery in lost:
        letter = {"subject": ""} if delivery.letter else None
        lost.filter(pk=delivery.pk).update(
            state=Delivery.State.SENT,
            sent_at=at,
            provider_id=sid,
            sent_as=first.message_id,
            leased_until=None,
            reason="",
            error="",
            letter=letter,
        )
    if new == Status.DELIVERED:
        mine.update(delivered_at=at)
    elif new in (Status.UNDELIVERED, Status.FAILED):
        _came_back(text, mine, at)
    return True


def _came_back(text: Text, mine, at) -> None:
    said = f"{text.status} {text.error}".strip()
    about = gateway.about(text.error)
    if text.error in gateway.UNREACHABLE_CODES and _out_of_reach(text.number):
        about = gateway.DEAD
    outcome = refusal(about, said, text.number, at)
    # One still in the sender's hands comes back there (`settle`), once it is recorded.
    mine.filter(state=Delivery.State.SENT).update(state=Delivery.State.BOUNCED, reason=outcome.code, error=said)
    if outcome.address:
        addresses.mark_refused(Way.SMS, text.number, said, at=at)


def _out_of_reach(number: str) -> bool:
    last = Text.objects.filter(number=number).exclude(told_at=None).order_by("-pk")[:OUT_OF_REACH]
    return [t.error in gateway.UNREACHABLE_CODES for t in last] == [True] * OUT_OF_REACH


@transaction.atomic(durable=True)
def settle(deliveries: list[int], at) -> int:
    """Those of these that were recorded as sent while their text was coming back; returns how many."""
    back = Text.objects.filter(
        delivery__in=deliveries, delivery__state=Delivery.State.SENT, status__in=[Status.UNDELIVERED, Status.FAILED]
    )
    count = 0
    for text in back.select_for_update(of=("self",), skip_locked=True):
        _came_back(text, Delivery.objects.filter(pk=text.delivery_id), at)
        count += 1
    return count
