"""Posting and sending. A message is a row before it is a message, so nothing that was decided is ever untold.

Why no message is lost and none is told twice, step by step:

1. `post_all()` writes the notices and their deliveries in the caller's transaction: they exist if and only if the fact
   does. The unique (person, once_key) makes telling twice impossible, whatever runs twice.
2. On commit the bell is rung. A bell nobody hears is no harm: the sweep looks every 30 seconds.
3. `claim()` marks rows "sending" with a lease and commits. Two workers never hold the same row (SKIP LOCKED).
4. The letter leaves outside any transaction, with a Message-ID fixed when the row was written.
5. The row is marked sent. A worker killed between 4 and 5 leaves a lease that runs out; the letter is then sent once
   more with the same Message-ID, by which mail programs recognise a repeat. That is the honest limit.
"""

import json
import logging
import random
import smtplib
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.utils import make_msgid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User

from . import letters, words
from .models import Delivery, Notice, Preference

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 50
# So many posts are one statement: what is told after a long outage does not fill the memory.
POSTED_AT_ONCE = 5000
# Tries grow apart, from 15 seconds to an hour, and end after two days.
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=48)
DIGEST_HOUR = time(7, 0)
OPEN = [Delivery.State.QUEUED, Delivery.State.WAITING]


@dataclass(frozen=True)
class Post:
    """One thing to tell one person."""

    user: User
    kind: str
    topic: str
    once_key: str
    data: dict
    path: str


def post_all(posts: Iterable[Post], *, at) -> list[Notice]:
    """Tell people things, each once, as often and by the way they chose; return what they had not been told before.

    Costs the same few statements for one post and for a thousand. Raises RuntimeError outside a transaction.
    """
    _inside()
    wanted: dict[tuple[int, str], Post] = {}
    for one in posts:
        wanted.setdefault((one.user.pk, one.once_key), one)
    # Two that post the same things take them in the same order: one waits for the other, never both.
    keys = sorted(wanted)
    made: dict[tuple[int, str], Notice] = {}
    for start in range(0, len(keys), POSTED_AT_ONCE):
        made |= _write([wanted[key] for key in keys[start : start + POSTED_AT_ONCE]], at)
    new = [(wanted[key], made[key]) for key in wanted if key in made]
    _mail([(one.user, notice) for one, notice in new if one.user.email], at)
    return [notice for _one, notice in new]


def post(user, kind: str, *, topic: str, once_key: str, data: dict, path: str, at) -> Notice | None:
    """Tell one person one thing as `post_all` does; None when they were told already."""
    told = post_all([Post(user, kind, topic, once_key, data, path)], at=at)
    return told[0] if told else None


# Django's own "ignore conflicts" does not say which rows are new, and only the new ones may be mailed.
_INSERT = """
    INSERT INTO notifications_notice (created_at, public_id, user_id, kind, topic, once_key, data, path)
    SELECT %s, new.* FROM json_to_recordset(%s) AS new (
        public_id uuid, user_id bigint, kind text, topic text, once_key text, data jsonb, path text
    )
    ON CONFLICT (user_id, once_key) DO NOTHING
    RETURNING user_id, once_key, id
"""


def _write(posts: list[Post], at) -> dict[tuple[int, str], Notice]:
    """Write these notices and return those that were not there yet, by person and key."""
    rows = {(one.user.pk, one.once_key): Notice(**vars(one), created_at=at) for one in posts}
    values = [
        {"public_id": str(notice.public_id), "user_id": notice.user_id}
        | {name: getattr(notice, name) for name in ("kind", "topic", "once_key", "data", "path")}
        for notice in rows.values()
    ]
    made = {}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [at, json.dumps(values)])
        for user, once_key, pk in cursor.fetchall():
            notice = made[user, once_key] = rows[user, once_key]
            notice.pk = pk
            notice._state.adding, notice._state.db = False, connection.alias
    return made


def _mail(told: list[tuple[User, Notice]], at) -> None:
    """Put these notices in the mail, each in the way its reader chose."""
    if not told:
        return
    chosen = frequencies({user.pk for user, _notice in told})
    deliveries = Delivery.objects.bulk_create(
        [
            Delivery(
                notice=notice,
                user=user,
                address=user.email,
                **_when(user, chosen.get((user.pk, notice.topic), Preference.Frequency.NOW), at),
                **_new(at),
            )
            for user, notice in told
        ],
        batch_size=POSTED_AT_ONCE,
    )
    if any(delivery.state == Delivery.State.QUEUED for delivery in deliveries):
        ring()


def send_letter(address: str, *, subject: str, text: str, html: str = "", user=None, at) -> Delivery:
    """Post a letter that is no notice, such as a sign-in code. It leaves at once, even while the broker is away."""
    _inside()
    delivery = Delivery.objects.create(
        user=user, address=address, letter={"subject": subject, "text": text, "html": html}, due_at=at, **_new(at)
    )
    ring(urgent=delivery.pk)
    return delivery


def frequencies(users: Iterable[int]) -> dict[tuple[int, str], str]:
    """How often these people want mail, by person and topic; about what is not in it, at once."""
    rows = Preference.objects.filter(user__in=users).order_by().values_list("user_id", "topic", "frequency")
    return {(user, topic): frequency for user, topic, frequency in rows}


def _inside():
    if not connection.in_atomic_block:
        raise RuntimeError("Messages are posted inside the action's transaction.")


def _new(at) -> dict:
    return {"message_id": make_msgid(domain=settings.SITE_URL.split("//")[-1].split(":")[0]), "created_at": at}


def _when(user, frequency: str, at) -> dict:
    if frequency == Preference.Frequency.OFF:
        return {"state": Delivery.State.WITHHELD, "reason": "preference", "due_at": at}
    if frequency == Preference.Frequency.NOW:
        return {"due_at": at}
    return {"state": Delivery.State.WAITING, "due_at": next_digest(at, user.time_zone, frequency)}


def next_digest(at: datetime, zone: str, frequency: str) -> datetime:
    """The next 7:00 on the person's own clock: tomorrow's, or next Monday's for a weekly digest."""
    local = at.astimezone(ZoneInfo(zone))
    days = 7 - local.weekday() if frequency == Preference.Frequency.WEEKLY else 1
    return datetime.combine(local.date() + timedelta(days=days), DIGEST_HOUR, ZoneInfo(zone))


class Bell:
    """Wakes the sender. An urgent letter is sent from here when the broker cannot be reached."""

    def __init__(self, urgent: int | None = None):
        self.urgent = urgent

    def __call__(self):
        from .tasks import send

        try:
            send.delay()
        except Exception as away:
            log.warning("broker away, the sweep will send: %s", away)
            if self.urgent:
                send_due(only=self.urgent)


def ring(urgent: int | None = None) -> None:
    """Wake the sender on commit, once per transaction however many messages it posts."""
    if urgent or not any(isinstance(hook[1], Bell) for hook in connection.run_on_commit):
        transaction.on_commit(Bell(urgent), robust=True)


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
        readers = {d.user_id for d in taken.values() if d.state == Delivery.State.WAITING}
        if readers:
            rest = rows.filter(user__in=readers, state=Delivery.State.WAITING)
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


def _send(taken: list[Delivery]) -> None:
    chosen = frequencies({delivery.user_id for delivery in taken if delivery.notice})
    ready = _still_wanted(taken, chosen)
    server, open_ = get_connection(), False
    for mail in letters.bundle(ready, chosen):
        if not _still_ours(mail.deliveries):
            continue
        try:
            if not open_:
                server.open()
                open_ = True
            server.send_messages([mail.compose(server)])
        except Exception as error:
            _failed(mail.deliveries, error)
            # A server that hung up on one letter must not cost the others theirs.
            with suppress(Exception):
                server.close()
            server, open_ = get_connection(), False
        else:
            _sent(mail.deliveries)
    with suppress(Exception):
        server.close()


def _still_ours(deliveries: list[Delivery]) -> bool:
    """Renew the lease just before sending; a slow server may have outlasted it, and then another has the letter."""
    now = timezone.now()
    mine = Delivery.objects.filter(pk__in=[d.pk for d in deliveries], leased_until__gt=now)
    lease = max(d.leased_until for d in deliveries)
    return mine.filter(leased_until__lte=lease).update(leased_until=now + LEASE) == len(deliveries)


def _still_wanted(taken: list[Delivery], chosen: dict) -> list[Delivery]:
    """Ask once more, at the last moment, which of these should still leave; note the reason of those withheld."""
    ready, withheld = [], defaultdict(list)
    for delivery in taken:
        if reason := _why_not(delivery, chosen):
            withheld[reason].append(delivery.pk)
            continue
        ready.append(delivery)
        if delivery.notice and delivery.address != delivery.user.email:  # corrected since: to where they read now
            delivery.address = delivery.user.email
            Delivery.objects.filter(pk=delivery.pk).update(address=delivery.address)
    for reason, pks in withheld.items():
        rows = Delivery.objects.filter(pk__in=pks)
        rows.update(state=Delivery.State.WITHHELD, reason=reason, leased_until=None)
    return ready


def _why_not(delivery: Delivery, chosen: dict) -> str:
    if not delivery.notice:
        return ""
    if not delivery.user.is_active:
        return "closed"
    if not delivery.user.email:
        return "address"
    if chosen.get((delivery.user_id, delivery.notice.topic)) == Preference.Frequency.OFF:
        return "preference"
    return "" if words.still_true(delivery.notice) else "past"


def _sent(deliveries: list[Delivery]) -> None:
    for delivery in deliveries:
        # A code must not lie about in the database once it has left.
        letter = {"subject": delivery.letter["subject"]} if delivery.letter else None
        Delivery.objects.filter(pk=delivery.pk).update(
            state=Delivery.State.SENT, sent_at=timezone.now(), leased_until=None, reason="", letter=letter
        )


def _failed(deliveries: list[Delivery], error: Exception) -> None:
    now = timezone.now()
    refused = isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _text in error.recipients.values()
    )
    # Spread out, so that one bad letter does not meet the same good ones on every try.
    tries = min(max(d.attempts for d in deliveries) - 1, 12)
    wait = min(FIRST_WAIT * 2**tries, LONGEST_WAIT) * random.uniform(1, 1.2)  # noqa: S311 - no secret
    for delivery in deliveries:
        given_up = refused or now - delivery.created_at > GIVE_UP_AFTER
        log.warning("delivery %s not sent (try %s): %s", delivery.pk, delivery.attempts, type(error).__name__)
        Delivery.objects.filter(pk=delivery.pk).update(
            state=Delivery.State.FAILED if given_up else Delivery.State.QUEUED,
            due_at=now + wait,
            leased_until=None,
            reason=f"{type(error).__name__}: {error}"[:200],
        )
