"""Sending: claim, commit, look once more, hand over, record."""

import logging
import random
from collections import defaultdict
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from .. import addresses, channels, letters
from ..channels import Channel, Later, Outcome, Refused, Sent
from ..models import Delivery
from .posting import ring
from .recheck import recheck

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 50
# Tries grow apart, from 15 seconds to an hour, and end after two days.
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=48)
OPEN = [Delivery.State.QUEUED, Delivery.State.WAITING]


def claim(now, only: int | None = None) -> list[Delivery]:
    """Up to BATCH deliveries that are due, marked as being sent and leased to the caller.

    What waits for a person's digest is claimed whole, so that a digest is one letter.
    """
    due = Q(state__in=OPEN, due_at__lte=now)
    stuck = Q(state=Delivery.State.SENDING, leased_until__lt=now)
    with transaction.atomic():
        rows = Delivery.objects.filter(pk=only) if only else Delivery.objects.all()
        rows = rows.filter(due | stuck).select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")
        taken = {d.pk: d for d in rows[:BATCH]}
        readers = {d.user_id for d in taken.values() if d.held or d.state == Delivery.State.WAITING}
        if readers:
            rest = rows.filter(Q(held=True) | Q(state=Delivery.State.WAITING), user__in=readers)
            taken |= {d.pk: d for d in rest}
        Delivery.objects.filter(pk__in=taken).update(
            state=Delivery.State.SENDING, leased_until=now + LEASE, attempts=F("attempts") + 1
        )
    return list(Delivery.objects.filter(pk__in=taken).select_related("notice", "user").order_by("pk"))


def send_due(only: int | None = None) -> int:
    """Send everything that is due, batch by batch; return how many rows were dealt with."""
    total = 0
    while taken := claim(timezone.now(), only):
        _send(taken)
        total += len(taken)
        if only:
            break
    return total


@transaction.atomic
def again(deliveries, *, at) -> int:
    """Put these back in the queue as if they were new; each is looked at once more before it leaves.

    Nothing that was sent or is leaving now is sent twice; a letter's words are gone, so a letter is not sent again.
    """
    ended = [Delivery.State.FAILED, Delivery.State.BOUNCED, Delivery.State.WITHHELD]
    count = deliveries.filter(Q(notice__isnull=False) & Q(state__in=ended) | Q(state__in=OPEN)).update(
        state=Delivery.State.QUEUED,
        reason="",
        error="",
        attempts=0,
        first_tried_at=None,
        due_at=at,
        leased_until=None,
        sent_at=None,
    )
    if count:
        ring()
    return count


@transaction.atomic
def abort(deliveries, *, at) -> int:
    """Stop these before they leave, if they have not left."""
    return deliveries.filter(state__in=OPEN).update(
        state=Delivery.State.WITHHELD, reason=Delivery.Reason.ABORTED, due_at=at, leased_until=None
    )


def _send(taken: list[Delivery]) -> None:
    by_way = defaultdict(list)
    for delivery in taken:
        by_way[delivery.channel].append(delivery)
    for name, deliveries in by_way.items():
        if channel := channels.by_name(name):
            _send_by(channel, deliveries)
        else:  # this installation no longer has the way
            _failed(deliveries, Refused(Delivery.Reason.REFUSED, f"no channel {name}"))


def _send_by(channel: Channel, taken: list[Delivery]) -> None:
    chosen = channel.chosen({delivery.user_id for delivery in taken if delivery.notice})
    ready = recheck(channel, taken, chosen, timezone.now())
    away: Later | None = None
    for message in letters.bundle(ready, chosen):
        if not _still_ours(message):
            continue
        if away is None:
            try:
                channel.open()
            except Exception as error:
                # Nobody answers: the rest of the batch need not wait for that, one by one.
                away = Later(f"{type(error).__name__}: {error}", away=True)
        _record(message, away or channel.send(message))
    with suppress(Exception):
        channel.close()


def _still_ours(deliveries: list[Delivery]) -> bool:
    """Renew the lease just before sending; a slow server may have outlasted it, and then another has the letter."""
    now = timezone.now()
    mine = Delivery.objects.filter(pk__in=[d.pk for d in deliveries], leased_until__gt=now)
    lease = max(d.leased_until for d in deliveries)
    return mine.filter(leased_until__lte=lease).update(leased_until=now + LEASE) == len(deliveries)


def _record(deliveries: list[Delivery], outcome: Outcome) -> None:
    if isinstance(outcome, Sent):
        _sent(deliveries, outcome)
    else:
        _failed(deliveries, outcome)


def _sent(deliveries: list[Delivery], outcome: Sent) -> None:
    for delivery in deliveries:
        # A code must not lie about in the database once it has left.
        letter = {"subject": delivery.letter["subject"]} if delivery.letter else None
        Delivery.objects.filter(pk=delivery.pk).update(
            state=Delivery.State.SENT,
            sent_at=timezone.now(),
            sent_as=deliveries[0].message_id,
            provider_id=outcome.provider_id[:150],
            leased_until=None,
            reason="",
            error="",
            letter=letter,
        )


def _failed(deliveries: list[Delivery], outcome: Refused | Later) -> None:
    now = timezone.now()
    # Spread out, so that one bad letter does not meet the same good ones on every try.
    tries = min(max(d.attempts for d in deliveries) - 1, 12)
    wait = min(FIRST_WAIT * 2**tries, LONGEST_WAIT) * random.uniform(1, 1.2)  # noqa: S311 - no secret
    for delivery in deliveries:
        if isinstance(outcome, Refused):
            state, reason = Delivery.State.FAILED, outcome.code
        elif now - (delivery.first_tried_at or now) > GIVE_UP_AFTER:
            state, reason = Delivery.State.FAILED, Delivery.Reason.EXPIRED
        else:
            state = Delivery.State.QUEUED
            reason = Delivery.Reason.AWAY if outcome.away else Delivery.Reason.LATER
        log.warning("delivery %s not sent (try %s): %s", delivery.pk, delivery.attempts, reason)
        changes = {"state": state, "reason": reason, "error": outcome.text[:300]}
        changes["first_tried_at"] = delivery.first_tried_at or now
        if delivery.letter and state == Delivery.State.FAILED:  # nobody needs its words any more
            changes["letter"] = {"subject": delivery.letter["subject"]}
        Delivery.objects.filter(pk=delivery.pk).update(due_at=now + wait, leased_until=None, **changes)
    if isinstance(outcome, Refused):
        addresses.refused(deliveries[0], outcome, at=now)
