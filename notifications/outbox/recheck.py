"""The last look: asked just before a message leaves, because much may have changed since it was written."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from django.db.models import F

from accounts.models import Consent

from .. import addresses, words
from ..channels import Channel
from ..models import Delivery, Preference
from ..preferences import day_of, next_morning, quiet_until

Reason = Delivery.Reason
A_DAY_AT_MOST = timedelta(hours=25)  # the day on which the clocks go back


def recheck(channel: Channel, taken: list[Delivery], chosen: dict, now: datetime) -> list[Delivery]:
    """Which of these leave now. The others are withheld, or wait until the morning, and say why.

    Costs the same few statements for one message and for a batch; whether each is still so, its room asks.
    """
    withheld = _withheld(channel, taken, chosen, now)
    ready = [delivery for delivery in taken if delivery.pk not in withheld]
    set_aside(withheld)
    held = _held(channel, ready, chosen, now)
    _hold(held)
    ready = [delivery for delivery in ready if delivery.pk not in held]
    for delivery in ready:
        if delivery.notice and delivery.address != (address := channel.address_of(delivery.user)):
            # Corrected since: to where they read now.
            delivery.address = address
            Delivery.objects.filter(pk=delivery.pk).update(address=address)
    return ready


def _withheld(channel: Channel, taken: list[Delivery], chosen: dict, now) -> dict[int, str]:
    """Why some of these shall never leave, by delivery."""
    agreed = _agreed(taken)
    now_at = {d.pk: channel.address_of(d.user) if d.notice else d.address for d in taken}
    closed = addresses.closed(channel.name, {address for address in now_at.values() if address})
    found = channel.why_not(taken, now)
    for delivery in taken:
        if not delivery.notice:
            # Somebody just asked for it, and by typing in the code they show that the address is right after all.
            continue
        if not delivery.user.is_active:
            found[delivery.pk] = Reason.CLOSED
        elif not now_at[delivery.pk]:
            found[delivery.pk] = Reason.ADDRESS
        elif now_at[delivery.pk] in closed:
            found[delivery.pk] = closed[now_at[delivery.pk]]
        elif chosen.get((delivery.user_id, delivery.notice.topic)) == Preference.Frequency.OFF:
            found[delivery.pk] = Reason.PREFERENCE
        elif (purpose := words.needs(delivery.notice)) and (delivery.user_id, purpose) not in agreed:
            found[delivery.pk] = Reason.CONSENT
        elif delivery.pk not in found and not words.still_true(delivery.notice):
            found[delivery.pk] = Reason.PAST
    return found


def _agreed(taken: list[Delivery]) -> set[tuple[int, str]]:
    """Who of the readers agrees to what their notices rest on."""
    asked = {(d.user_id, words.needs(d.notice)) for d in taken if d.notice and words.needs(d.notice)}
    if not asked:
        return set()
    standing = Consent.objects.standing().order_by()
    found = standing.filter(user__in={user for user, _purpose in asked}, purpose__in={p for _user, p in asked})
    return set(found.values_list("user_id", "purpose"))


def _held(channel: Channel, ready: list[Delivery], chosen: dict, now) -> dict[int, tuple[str, datetime]]:
    """Which of these wait until the morning, why and until when."""
    held: dict[int, tuple[str, datetime]] = {}
    asked_for = [d for d in ready if d.notice]
    if channel.keeps_quiet:
        for delivery in asked_for:
            if until := quiet_until(now, delivery.user.time_zone):
                held[delivery.pk] = (Reason.QUIET, until)
    # A digest, and what was held this morning, is one message, and is never put off again.
    single = [d for d in asked_for if d.pk not in held and not d.held and not _digest(d, chosen)]
    if not single:
        return held
    had = _had_today(channel, single, now)
    for delivery in single:
        had[delivery.user_id] += 1
        if had[delivery.user_id] > channel.a_day():
            morning = next_morning(now, delivery.user.time_zone, channel.keeps_quiet)
            held[delivery.pk] = (Reason.CAP, morning)
    return held


def _digest(delivery: Delivery, chosen: dict) -> bool:
    frequency = chosen.get((delivery.user_id, delivery.notice.topic))
    return frequency in (Preference.Frequency.DAILY, Preference.Frequency.WEEKLY)


def _had_today(channel: Channel, single: list[Delivery], now) -> Counter:
    """How many messages each reader had today by this way, and has before these in the hands of another worker."""
    zones = {d.user_id: d.user.time_zone for d in single}
    rows = Delivery.objects.filter(channel=channel.name, user__in=zones, notice__isnull=False).order_by()
    sent = rows.filter(state__in=[Delivery.State.SENT, Delivery.State.BOUNCED], sent_at__gt=now - A_DAY_AT_MOST)
    today = {
        (user, sent_as)
        for user, sent_as, sent_at in sent.values_list("user_id", "sent_as", "sent_at")
        if day_of(sent_at, zones[user]) == day_of(now, zones[user])
    }
    elsewhere = rows.filter(state=Delivery.State.SENDING, leased_until__gt=now, pk__lt=min(d.pk for d in single))
    return Counter([user for user, _sent_as in today] + list(elsewhere.values_list("user_id", flat=True)))


def set_aside(withheld: dict[int, str]) -> None:
    """These never leave, each for its reason."""
    by_reason = defaultdict(list)
    for pk, reason in withheld.items():
        by_reason[reason].append(pk)
    for reason, pks in by_reason.items():
        rows = Delivery.objects.filter(pk__in=pks)
        rows.update(state=Delivery.State.WITHHELD, reason=reason, leased_until=None)


def _hold(held: dict[int, tuple[str, datetime]]) -> None:
    together = defaultdict(list)
    for pk, why in held.items():
        together[why].append(pk)
    for (reason, until), pks in together.items():
        # It was not tried, so this try is not counted; former ones are, for they may have got through.
        Delivery.objects.filter(pk__in=pks).update(
            state=Delivery.State.WAITING,
            reason=reason,
            due_at=until,
            held=True,
            leased_until=None,
            attempts=F("attempts") - 1,
        )
