"""Posting: notices and their deliveries, written in the transaction of what they tell."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import make_msgid

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from ledger import bells

from .. import channels
from ..models import Delivery, Notice, Way

# So many posts are one statement: what is told after a long outage does not fill the memory.
POSTED_AT_ONCE = 5000

# Person, event and rung: the same thing is never told twice.
Key = tuple[int, str, int]


@dataclass(frozen=True)
class Post:
    """One thing to tell one person."""

    user: User
    kind: str
    topic: str
    once_key: str  # the event
    data: dict
    path: str
    rung: int = 0  # 0 the news itself, 1 its first reminder, and so on


def post_all(posts: Iterable[Post], *, at) -> list[Notice]:
    """Tell people things, each once, as often and by the way they chose; return what they had not been told before.

    Costs the same few statements for one post and for a thousand. Raises RuntimeError outside a transaction.
    """
    _inside()
    wanted: dict[Key, Post] = {}
    for one in posts:
        wanted.setdefault((one.user.pk, one.once_key, one.rung), one)
    # Two that post the same things take them in the same order: one waits for the other, never both.
    keys = sorted(wanted)
    made: dict[Key, Notice] = {}
    for start in range(0, len(keys), POSTED_AT_ONCE):
        made |= _write([wanted[key] for key in keys[start : start + POSTED_AT_ONCE]], at)
    new = [(wanted[key], made[key]) for key in wanted if key in made]
    _deliver([(one.user, notice) for one, notice in new], at)
    return [notice for _one, notice in new]


def post(user, kind: str, *, topic: str, once_key: str, data: dict, path: str, at, rung: int = 0) -> Notice | None:
    """Tell one person one thing as `post_all` does; None when they were told already."""
    told = post_all([Post(user, kind, topic, once_key, data, path, rung)], at=at)
    return told[0] if told else None


# Django's own "ignore conflicts" does not say which rows are new, and only the new ones may be mailed.
_INSERT = """
    INSERT INTO notifications_notice (created_at, public_id, user_id, kind, topic, once_key, rung, data, path)
    SELECT %s, new.* FROM json_to_recordset(%s) AS new (
        public_id uuid, user_id bigint, kind text, topic text, once_key text, rung smallint, data jsonb, path text
    )
    ON CONFLICT (user_id, once_key, rung) DO NOTHING
    RETURNING user_id, once_key, rung, id
"""


def _write(posts: list[Post], at) -> dict[Key, Notice]:
    """Write these notices and return those that were not there yet."""
    rows = {(one.user.pk, one.once_key, one.rung): Notice(**vars(one), created_at=at) for one in posts}
    values = [
        {"public_id": str(notice.public_id), "user_id": notice.user_id}
        | {name: getattr(notice, name) for name in ("kind", "topic", "once_key", "rung", "data", "path")}
        for notice in rows.values()
    ]
    made = {}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [at, json.dumps(values)])
        for *key, pk in cursor.fetchall():
            notice = made[tuple(key)] = rows[tuple(key)]
            notice.pk = pk
            notice._state.adding, notice._state.db = False, connection.alias
    return made


def _deliver(told: list[tuple[User, Notice]], at) -> None:
    """Put these notices on their ways, each as its reader chose."""
    if not told:
        return
    deliveries = [delivery for channel in channels.every() for delivery in channel.write(told, at)]
    for delivery in deliveries:
        delivery.message_id, delivery.created_at = _message_id(), at
    Delivery.objects.bulk_create(deliveries, batch_size=POSTED_AT_ONCE)
    if any(delivery.state == Delivery.State.QUEUED for delivery in deliveries):
        ring()


def send_letter(
    address: str, *, subject: str = "", text: str, html: str = "", user=None, channel: str = Way.EMAIL, at
) -> Delivery:
    """Post what is no notice but an answer to what somebody just did, such as a sign-in code.

    It leaves at once: at night, above the day's number, and even while the broker is away.
    """
    _inside()
    delivery = Delivery.objects.create(
        user=user,
        channel=channel,
        address=address,
        letter={"subject": subject, "text": text, "html": html},
        message_id=_message_id(),
        created_at=at,
        due_at=at,
    )
    ring(urgent=delivery.pk)
    return delivery


def _inside():
    if not connection.in_atomic_block:
        raise RuntimeError("Messages are posted inside the action's transaction.")


def _message_id() -> str:
    return make_msgid(domain=settings.SITE_URL.split("//")[-1].split(":")[0])


class Bell:
    """Wakes the sender. An urgent letter is sent from here when the broker cannot be reached."""

    def __init__(self, urgent: int | None = None):
        self.urgent = urgent

    def __call__(self):
        from ..tasks import send

        if not bells.ring(send) and self.urgent:
            from .sending import send_due

            send_due(only=self.urgent)


def ring(urgent: int | None = None) -> None:
    """Wake the sender on commit, once per transaction however many messages it posts."""
    if urgent or not any(isinstance(hook[1], Bell) for hook in connection.run_on_commit):
        transaction.on_commit(Bell(urgent), robust=True)
