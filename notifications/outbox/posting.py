"""Posting: notices and their deliveries, written in the transaction of what they tell."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import make_msgid

from django.conf import settings
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from accounts.models import User
from ledger import bells, prepared, scopes

from .. import channels
from ..channels import Told
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


@scopes.task("telling")
def post_all(posts: Iterable[Post], *, at) -> list[Notice]:
    """Tell people things, each once, as often and by the way they chose; return what they had not been told before.

    Costs the same few statements for one post and for a thousand. Raises RuntimeError outside a transaction.
    """
    _inside()
    wanted: dict[Key, Post] = {}
    for one in posts:
        wanted.setdefault((one.user.pk, one.once_key, one.rung), one)
    keys, told = list(wanted), {}
    for start in range(0, len(keys), POSTED_AT_ONCE):
        rows = _tell([wanted[key] for key in keys[start : start + POSTED_AT_ONCE]], at)
        told |= {(row.user, row.once_key, row.rung): row for row in rows}
    deliver([told[key] for key in keys if key in told], at=at)
    return [_notice(wanted[key], told[key], at) for key in keys if key in told]


def post(user, kind: str, *, topic: str, once_key: str, data: dict, path: str, at, rung: int = 0) -> Notice | None:
    """Tell one person one thing as `post_all` does; None when they were told already."""
    told = post_all([Post(user, kind, topic, once_key, data, path, rung)], at=at)
    return told[0] if told else None


_TELL = """
    SELECT * FROM notifications_tell(ARRAY(
        SELECT ROW(p.*)::notifications_post
          FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::smallint[], %s::jsonb[], %s::text[]) p
    ), %s::timestamptz, %s::text)
"""


def _tell(posts: list[Post], at) -> list[Told]:
    """Write the notices of these posts; those that were not there yet."""
    columns = [[getattr(one, name) for one in posts] for name in ("kind", "topic", "once_key", "rung", "data", "path")]
    columns[4] = [Jsonb(data) for data in columns[4]]
    with prepared.execute(_TELL, [[one.user.pk for one in posts], *columns, at, host()]) as cursor:
        return [Told(*row) for row in cursor.fetchall()]


def _notice(one: Post, told: Told, at) -> Notice:
    notice = Notice(pk=told.notice, public_id=told.public_id, created_at=at, **vars(one))
    notice._state.adding, notice._state.db = False, connection.alias
    return notice


# As one JSON text: of lists of values the driver would write each value by itself, for longer than it takes to tell.
_DELIVER = """
    INSERT INTO notifications_delivery (notice_id, user_id, channel, address, state, reason, due_at, message_id,
                                        created_at, error, sent_as, provider_id, held, attempts)
    SELECT new.notice, new.user, new.way, new.address, new.state, new.reason, new.due_at,
           '<' || gen_random_uuid() || '@' || %s::text || '>', %s::timestamptz, '', '', '', false, 0
      FROM json_to_recordset(%s::json)
           new (notice bigint, "user" bigint, way text, address text, state text, reason text, due_at timestamptz)
"""


@scopes.task("telling")
def deliver(told: list[Told], *, at) -> None:
    """Put what people were just told on its ways, each as its reader chose; inside the transaction that told it.

    Letters were written with the notices.
    """
    if not told:
        return
    going = [(channel.name, out) for channel in channels.every() for out in channel.write(told, at)]
    for start in range(0, len(going), POSTED_AT_ONCE):
        some = [
            {
                "notice": out.notice,
                "user": out.user,
                "way": way,
                "address": out.address,
                "state": out.state,
                "reason": out.reason,
                "due_at": out.due_at.isoformat(),
            }
            for way, out in going[start : start + POSTED_AT_ONCE]
        ]
        prepared.execute(_DELIVER, [host(), at, json.dumps(some)]).close()
    if any(one.letter for one in told) or any(out.state == Delivery.State.QUEUED for _way, out in going):
        ring()


@scopes.task("telling")
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
    return make_msgid(domain=host())


def host() -> str:
    """Where our messages say they come from, in their Message-ID."""
    return settings.SITE_URL.split("//")[-1].split(":")[0]


def others() -> bool:
    """Whether there are ways out besides letters, which are to see what was told (`deliver`)."""
    return any(channel.is_on() for channel in channels.every() if channel.name != Way.EMAIL)


class Bell:
    """Wakes the sender. An urgent letter is sent from here when the broker cannot be reached."""

    def __init__(self, urgent: int | None = None):
        self.urgent = urgent

    @scopes.task("telling")
    def __call__(self):
        from ..tasks import send

        if not bells.ring(send, once="send") and self.urgent:
            from .sending import send_due

            send_due(only=self.urgent)


def ring(urgent: int | None = None) -> None:
    """Wake the sender on commit, once per transaction however many messages it posts."""
    if urgent or not any(isinstance(hook[1], Bell) for hook in connection.run_on_commit):
        transaction.on_commit(Bell(urgent), robust=True)
