"""Sending: claim, commit, look once more, hand over, record."""

import logging
import math
import random
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from ledger.log import event, record_all

from .. import addresses, channels, letters
from ..channels import Channel, Held, Later, Outcome, Refused, Sent
from ..models import Delivery
from .posting import ring
from .recheck import recheck, set_aside

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 50
# A worker is ended by force after ten minutes at one job: long before that it stops by itself and rings once more.
STINT = 180  # seconds
# What was looked at longer ago than this is looked at again before it leaves: a slow server held up those before it.
FRESH = timedelta(seconds=2)
# Tries grow apart, from 15 seconds to an hour, and end after two days.
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=48)
OPEN = [Delivery.State.QUEUED, Delivery.State.WAITING]


def claim(now, only: int | None = None) -> list[Delivery]:
    """Up to BATCH deliveries that are due, marked as being sent and leased to the caller.

    What waits for a person's digest is claimed whole, so that a digest is one letter; so is one that was tried before.
    """
    due = Q(state__in=OPEN, due_at__lte=now)
    stuck = Q(state=Delivery.State.SENDING, leased_until__lt=now)
    with transaction.atomic():
        rows = Delivery.objects.filter(pk=only) if only else Delivery.objects.all()
        rows = rows.filter(due | stuck).select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")
        taken = {d.pk: d for d in rows[:BATCH]}
        readers = {d.user_id for d in taken.values() if d.held or d.sent_as or d.state == Delivery.State.WAITING}
        if readers:
            several = Q(held=True) | Q(state=Delivery.State.WAITING) | ~Q(sent_as="")
            rest = rows.filter(several, user__in=readers)
            taken |= {d.pk: d for d in rest}
        Delivery.objects.filter(pk__in=taken).update(
            state=Delivery.State.SENDING, leased_until=now + LEASE, attempts=F("attempts") + 1
        )
    return list(Delivery.objects.filter(pk__in=taken).select_related("notice", "user").order_by("pk"))


def send_due(only: int | None = None) -> int:
    """Send everything that is due, batch by batch; return how many rows were dealt with.

    After three minutes the rest is left to the next bell, which is rung at once.
    """
    total, end = 0, time.monotonic() + STINT
    while taken := claim(timezone.now(), only):
        _send(taken, end)
        total += len(taken)
        if only:
            break
        if time.monotonic() > end:
            ring()
            break
    return total


@transaction.atomic
def again(deliveries, *, by, at) -> int:
    """Put these back in the queue as if they were new; each is looked at once more before it leaves.

    Nothing that was sent or is leaving now is sent twice; a letter's words are gone, so a letter is not sent again.
    The ledger keeps who asked for it, and each reader's history says so.
    """
    ended = [Delivery.State.FAILED, Delivery.State.BOUNCED, Delivery.State.WITHHELD]
    rows = deliveries.filter(Q(notice__isnull=False) & Q(state__in=ended) | Q(state__in=OPEN))
    count = _held(rows, stopped=False, by=by, at=at).update(
        state=Delivery.State.QUEUED,
        reason="",
        error="",
        attempts=0,
        first_tried_at=None,
        due_at=at,
        leased_until=None,
        sent_at=None,
        sent_as="",
    )
    if count:
        ring()
    return count


@transaction.atomic
def abort(deliveries, *, by, at) -> int:
    """Stop these before they leave, if they have not left; the ledger keeps who did."""
    return _held(deliveries.filter(state__in=OPEN), stopped=True, by=by, at=at).update(
        state=Delivery.State.WITHHELD, reason=Delivery.Reason.ABORTED, due_at=at, leased_until=None
    )


def _held(deliveries, *, stopped: bool, by, at):
    """These rows, locked, with what is done to them in the ledger: of each reader, or of a letter to no account."""
    kind = "message.stopped" if stopped else "message.again"
    held, theirs = list(deliveries.select_for_update(of=("self",)).order_by("pk")), defaultdict(list)
    for delivery in held:
        theirs[delivery.user_id].append(delivery)
    people = User.objects.in_bulk([user for user in theirs if user])
    events = [
        event(kind, people[user], by=by, at=at, deliveries=[delivery.pk for delivery in some])
        for user, some in theirs.items()
        if user
    ]
    record_all(events + [event(kind, letter, by=by, at=at) for letter in theirs.get(None, [])])
    return Delivery.objects.filter(pk__in=[delivery.pk for delivery in held])


def _send(taken: list[Delivery], end: float = math.inf) -> None:
    by_way = defaultdict(list)
    for delivery in taken:
        by_way[delivery.channel].append(delivery)
    for name, deliveries in by_way.items():
        if channel := channels.by_name(name):
            _send_by(channel, deliveries, end)
        else:  # this installation no longer has the way
            _failed(deliveries, Refused(Delivery.Reason.REFUSED, f"no channel {name}"))


def _send_by(channel: Channel, taken: list[Delivery], end: float) -> None:
    looked = timezone.now()
    ready, chosen = _look(channel, taken, looked)
    away: Later | None = None
    for message in letters.bundle(ready, chosen):
        if time.monotonic() > end:
            _give_back(message)
            continue
        now = timezone.now()
        if now - looked > FRESH and away is None:
            message, _chosen = _look(channel, _as_now(message), now)
        if away is None and message:
            try:
                channel.open()
            except Exception as error:
                # Nobody answers: the rest of the batch need not wait for that, one by one.
                away = Later(f"{type(error).__name__}: {error}", away=True)
        if message and _still_ours(message):
            outcome = away or channel.send(message)
            try:
                _record(message, outcome)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                # What became of this one cannot be kept: its lease runs out, and it comes again. The others go on.
                log.exception("deliveries %s: their outcome cannot be kept", [d.pk for d in message])
    with suppress(Exception):
        channel.close()


def _look(channel: Channel, taken: list[Delivery], now) -> tuple[list[Delivery], dict]:
    """Which of these leave now, and how often their readers want to hear.

    One that cannot be judged is tried again later and holds up no other.
    """
    try:
        chosen = channel.chosen({delivery.user_id for delivery in taken if delivery.notice})
        return recheck(channel, taken, chosen, now), chosen
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(taken) > 1:
            looked = [_look(channel, [delivery], now) for delivery in taken]
            return [d for ready, _chosen in looked for d in ready], {k: v for _r, one in looked for k, v in one.items()}
        log.exception("delivery %s cannot be judged", taken[0].pk)
        _failed(taken, Later(f"{type(error).__name__}: {error}"))
        return [], {}


def _as_now(message: list[Delivery]) -> list[Delivery]:
    """These with what is known of their readers now, and with the lease that was given to us."""
    leases = {d.pk: d.leased_until for d in message}
    fresh = list(Delivery.objects.filter(pk__in=leases).select_related("notice", "user").order_by("pk"))
    for delivery in fresh:
        delivery.leased_until = leases[delivery.pk]
    return fresh


def _give_back(message: list[Delivery]) -> None:
    """Our time is over: another takes these up, together if they are one message. They were not tried."""
    several = len(message) > 1 or message[0].held
    lease = max(d.leased_until for d in message)
    mine = Delivery.objects.filter(
        pk__in=[d.pk for d in message], state=Delivery.State.SENDING, leased_until__lte=lease
    )
    mine.update(
        state=Delivery.State.WAITING if several else Delivery.State.QUEUED,
        leased_until=None,
        attempts=F("attempts") - 1,
    )


def _still_ours(deliveries: list[Delivery]) -> bool:
    """Renew the lease just before sending; a slow server may have outlasted it, and then another has the letter.

    From here on the letter may have left under this Message-ID, so it is never sent under another.
    """
    now = timezone.now()
    mine = Delivery.objects.filter(
        pk__in=[d.pk for d in deliveries], state=Delivery.State.SENDING, leased_until__gt=now
    )
    lease = max(d.leased_until for d in deliveries)
    renewed = mine.filter(leased_until__lte=lease).update(
        leased_until=now + LEASE, sent_as=letters.message_id(deliveries)
    )
    return renewed == len(deliveries)


def _record(deliveries: list[Delivery], outcome: Outcome) -> None:
    if isinstance(outcome, Sent):
        _sent(deliveries, outcome)
    elif isinstance(outcome, Held):
        set_aside({delivery.pk: outcome.code for delivery in deliveries})
    else:
        _failed(deliveries, outcome)


def _sent(deliveries: list[Delivery], outcome: Sent) -> None:
    for delivery in deliveries:
        # A code must not lie about in the database once it has left.
        letter = _subject_alone(delivery.letter) if delivery.letter else None
        Delivery.objects.filter(pk=delivery.pk).update(
            state=Delivery.State.SENT,
            sent_at=timezone.now(),
            sent_as=letters.message_id(deliveries),
            provider_id=_writable(outcome.provider_id, 150),
            leased_until=None,
            reason="",
            error="",
            letter=letter,
        )


def _subject_alone(letter) -> dict:
    """What stays of a letter once nobody needs its words; one without a subject must not hold up the others."""
    return {"subject": letter.get("subject", "") if isinstance(letter, dict) else ""}


def _writable(said: str, most: int) -> str:
    """What the other side said, as the database takes it. What cannot be kept would be sent again for ever."""
    return str(said).replace("\0", "").encode(errors="replace").decode()[:most]


def _failed(deliveries: list[Delivery], outcome: Refused | Later) -> None:
    now = timezone.now()
    outcome = replace(outcome, text=_writable(outcome.text, 300))
    # Spread out, so that one bad letter does not meet the same good ones on every try.
    tries = min(max(d.attempts for d in deliveries) - 1, 12)
    wait = min(FIRST_WAIT * 2**tries, LONGEST_WAIT) * random.uniform(1, 1.2)  # noqa: S311 - no secret
    given_up = []
    for delivery in deliveries:
        if isinstance(outcome, Refused):
            state, reason = Delivery.State.FAILED, outcome.code
        elif now - (delivery.first_tried_at or now) > GIVE_UP_AFTER:
            state, reason = Delivery.State.FAILED, Delivery.Reason.EXPIRED
            given_up.append(delivery)
        else:
            state = Delivery.State.QUEUED
            reason = Delivery.Reason.AWAY if outcome.away else Delivery.Reason.LATER
        log.warning("delivery %s not sent (try %s): %s", delivery.pk, delivery.attempts, reason)
        changes = {"state": state, "reason": reason, "error": outcome.text}
        changes["first_tried_at"] = delivery.first_tried_at or now
        if not outcome.unsure:  # it certainly did not leave: it may join others, under their Message-ID
            changes["sent_as"] = ""
        if delivery.letter and state == Delivery.State.FAILED:  # nobody needs its words any more
            changes["letter"] = _subject_alone(delivery.letter)
        Delivery.objects.filter(pk=delivery.pk).update(due_at=now + wait, leased_until=None, **changes)
    if isinstance(outcome, Refused):
        addresses.refused(deliveries[0], outcome, at=now)
    elif given_up:
        addresses.expired(given_up[0], outcome, at=now)
