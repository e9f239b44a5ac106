"""Who is alive: every background process says so every 20 seconds; two minutes of silence is trouble somebody sees.

What counts is the kind of work: as long as one worker lives, another that was taken away is no trouble. Rows of
processes that are gone are forgotten after an hour.
"""

import contextlib
import platform
from datetime import timedelta

import psycopg
from django.conf import settings
from django.db import connection
from django.utils import timezone

from .models import Heartbeat

EVERY = timedelta(seconds=20)
SILENT = timedelta(minutes=2)
FORGOTTEN = timedelta(hours=1)
# What must always be alive somewhere.
KINDS = ("worker", "sender", "beat", "watch")
STARTING = "(starting)"

_NOTE = """
    INSERT INTO ledger_heartbeat (kind, process, seen_at) SELECT unnest(%s::text[]), %s, %s
    ON CONFLICT (kind, process) DO UPDATE SET seen_at = greatest(ledger_heartbeat.seen_at, EXCLUDED.seen_at)
"""


def beat(kinds, process: str, *, at) -> None:
    """Note that `process` is alive and does these kinds of work."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [list(kinds), process, at])


def expect(*, at) -> None:
    """From now on everybody is expected: silence counts from here, not from what an earlier run left."""
    beat(KINDS, STARTING, at=at)


def forget(*, at) -> None:
    """Drop the rows of processes that have been silent for an hour, the last of each kind excepted."""
    last = Heartbeat.objects.order_by("kind", "-seen_at").distinct("kind").values("pk")
    Heartbeat.objects.filter(seen_at__lt=at - FORGOTTEN).exclude(
        pk__in=list(last.values_list("pk", flat=True))
    ).delete()


def last_seen() -> dict:
    """Kind -> when one of that kind was last seen; None for a kind that never was."""
    seen = dict.fromkeys(KINDS)
    for kind, at in Heartbeat.objects.order_by("seen_at").values_list("kind", "seen_at"):
        seen[kind] = at
    return seen


def silent(seen: dict, *, at) -> list[str]:
    """The kinds of work that nobody has been seen at for two minutes."""
    return [kind for kind in KINDS if seen[kind] is None or seen[kind] < at - SILENT]


def me(kind: str) -> str:
    """This process's name: what it does and on which host."""
    return f"{kind}@{platform.node()}"


class Pulse:
    """The heartbeat of a process that has no business with Django's connections.

    A Celery worker forks its children, and a connection opened before would be shared by all of them; so each beat
    opens one of its own and closes it. A database that is away costs two seconds and no error: the silence says it.
    """

    def __init__(self, kinds, process: str):
        self.kinds, self.process = list(kinds), process
        self.next = None

    def __call__(self) -> None:
        now = timezone.now()
        if self.next is None or now >= self.next:
            self.next = now + EVERY
            self._run(_NOTE, [self.kinds, self.process, now])

    def gone(self) -> None:
        """Say goodbye, so that an orderly end is no silence."""
        self._run("DELETE FROM ledger_heartbeat WHERE process = %s", [self.process])

    def _run(self, sql: str, values: list) -> None:
        with contextlib.suppress(psycopg.Error), apart() as line:
            line.execute(sql, values)


def apart(of=None):
    """A connection to our database that Django knows nothing of, closed when the block ends."""
    of = of or settings.DATABASES["default"]
    named = {"host": of["HOST"], "port": of["PORT"], "user": of["USER"], "password": of["PASSWORD"]}
    given = {name: value for name, value in of["OPTIONS"].items() if name not in ("pool", "options", "connect_timeout")}
    return psycopg.connect(
        dbname=of["NAME"],
        autocommit=True,
        connect_timeout=2,
        options="-c statement_timeout=2s -c lock_timeout=2s",
        **{name: str(value) for name, value in named.items() if value},
        **given,
    )
