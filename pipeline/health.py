"""How the installation is: the same few facts for /readyz, /metrics, the banner for staff and the operations page.

Each fact costs one small question that an index answers, for it is asked on every page of staff.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger import heartbeats, scopes
from pipeline import mending
from pipeline.mending import Standstill

# Work that is due is taken within a minute even when nobody rings; five minutes are trouble.
LATE = timedelta(minutes=5)
# People are told that messages are delayed a little before.
DELAYED = timedelta(minutes=2)
BACKUP_AGE = timedelta(hours=26)  # one a night, and two hours for it
LOCAL = {"127.0.0.1", "localhost", "::1"}
FREE_SHARE, LEAST_BYTES, PLENTY_BYTES = 0.05, 500_000_000, 10_000_000_000

NAMES = {
    "worker": gettext_lazy("the worker that matches"),
    "sender": gettext_lazy("the sender of messages"),
    "beat": gettext_lazy("the clock"),
    "watch": gettext_lazy("the watch"),
}

REFUSES = {
    "email": gettext_lazy("The mail server takes no message."),
    "sms": gettext_lazy("The text message carrier takes no message."),
}


@dataclass(frozen=True)
class Lag:
    """Since when the oldest work waits that nobody has taken, how much is parked, when the last backup was proved."""

    handoffs: datetime | None
    deliveries: datetime | None
    parked: int
    backup: datetime | None
    # By way: the oldest message tried three times in vain, if none written after it left: one mute address is no
    # trouble yet.
    refused: dict[str, datetime]


_LAG = """
    WITH tried AS (
        SELECT channel, min(id) AS id, min(created_at) AS at
        FROM notifications_delivery
        WHERE state IN ('queued', 'waiting') AND attempts >= 3
        GROUP BY channel
        HAVING count(DISTINCT address) > 1 OR bool_or(reason = 'away')
    )
    SELECT
        least((SELECT min(due_at) FROM ledger_handoff
                WHERE state = 'waiting' AND due_at <= %(at)s AND (leased_until IS NULL OR leased_until < %(at)s)),
              (SELECT min(queued_at) FROM matching_untold),
              (SELECT min(queued_at) FROM matching_unfilled)),
        (SELECT min(due_at) FROM notifications_delivery
         WHERE due_at <= %(at)s AND (state IN ('queued', 'waiting') OR state = 'sending' AND leased_until < %(at)s)),
        (SELECT count(*) FROM ledger_handoff WHERE state = 'parked'),
        (SELECT ended_at FROM ledger_turn WHERE job = 'backup'),
        (SELECT coalesce(jsonb_object_agg(channel, at), '{}') FROM tried WHERE NOT EXISTS (
            SELECT FROM notifications_delivery AS left_since
            WHERE id > tried.id AND state = 'sent' AND left_since.channel = tried.channel
        ))
"""


@scopes.task("health")
def lag(*, at) -> Lag:
    """What waits, in one question."""
    with connection.cursor() as cursor:
        cursor.execute(_LAG, {"at": at})
        *found, refused = cursor.fetchone()
        said = json.loads(refused) if isinstance(refused, str) else refused
        return Lag(*found, {way: datetime.fromisoformat(since) for way, since in said.items()})


def is_public() -> bool:
    """Whether others than this machine can reach the site, as far as its address says."""
    return urlsplit(settings.SITE_URL).hostname not in LOCAL


def seconds(since: datetime | None, at: datetime) -> int:
    """How long ago, 0 for nothing that waits."""
    return max(0, int((at - since).total_seconds())) if since else 0


def delayed(*, at) -> bool:
    """Whether messages leave later than people expect: they wait, nobody sends, or the mail server refuses all."""
    waiting = lag(at=at)
    if waiting.deliveries and at - waiting.deliveries > DELAYED:
        return True
    if any(at - since > DELAYED for since in waiting.refused.values()):
        return True
    seen = heartbeats.last_seen()
    return {"sender", "watch"} <= set(heartbeats.silent(seen, at=at)) and any(seen.values())


def troubles(*, at) -> list[Standstill]:
    """What stands still, in words for staff; empty when all is well."""
    seen, waiting, found = heartbeats.last_seen(), lag(at=at), []
    for kind in heartbeats.silent(seen, at=at):
        values = {"who": NAMES[kind], "minutes": seconds(seen[kind], at) // 60}
        if seen[kind]:
            said = _("Nothing was heard from %(who)s for %(minutes)s minutes.") % values
        else:
            said = _("Nothing was ever heard from %(who)s.") % values
        found.append(Standstill(said, mending.SILENT[kind], mending.START[kind]))
    if waiting.handoffs and at - waiting.handoffs > LATE:
        minutes = seconds(waiting.handoffs, at) // 60
        said = _("Work has been waiting for %(minutes)s minutes.") % {"minutes": minutes}
        found.append(Standstill(said, mending.WORK_WAITS, mending.START["worker"]))
    if waiting.deliveries and at - waiting.deliveries > LATE:
        minutes = seconds(waiting.deliveries, at) // 60
        said = _("Messages have been waiting for %(minutes)s minutes.") % {"minutes": minutes}
        found.append(Standstill(said, mending.MAIL_WAITS, mending.START["sender"]))
    for way, since in sorted(waiting.refused.items()):
        if at - since > LATE:
            found.append(Standstill(str(REFUSES.get(way, way)), mending.REFUSED.get(way, "")))
    if waiting.parked:
        said = _("Work failed again and again and waits for a person: %(n)s.") % {"n": waiting.parked}
        found.append(Standstill(said, mending.PARKED))
    if late_backup(waiting.backup, at):
        said = _("No backup was made and proved in the last day.")
        found.append(Standstill(said, mending.NO_BACKUP, mending.BACKUP))
    return found


def late_backup(last: datetime | None, at: datetime) -> bool:
    """Whether one is overdue, the last having been proved then; on one machine alone nobody needs one."""
    return is_public() and (last is None or at - last > BACKUP_AGE)


# --- What /readyz says ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Part:
    """One part of being ready; `more` are numbers that give nothing away."""

    ok: bool
    more: dict


def parts(*, at) -> dict[str, Part]:
    """Every part, also when the database is away: then nothing that is asked of it is known."""
    found = {"disk": disk()}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return {"database": Part(False, {}), **found}
    found["database"] = Part(True, {})
    try:
        found["migrations"] = migrations()
        if found["migrations"].ok:
            found |= _work(at)
    except DatabaseError:
        found["database"] = Part(False, {})
    return found


def _work(at) -> dict[str, Part]:
    waiting, seen = lag(at=at), heartbeats.last_seen()
    silent = heartbeats.silent(seen, at=at)
    ages = {kind: seconds(when, at) if when else None for kind, when in seen.items()}
    return {
        "handoffs": _lag_part(waiting.handoffs, at),
        "outbox": _lag_part(waiting.deliveries, at),
        "heartbeats": Part(not silent, {"silent": silent, "seconds": ages}),
    }


def _lag_part(since, at) -> Part:
    return Part(since is None or at - since <= LATE, {"lag_seconds": seconds(since, at)})


_applied = False


def migrations() -> Part:
    """Whether the database is as this code needs it. Once it is, it stays so as long as this process lives."""
    global _applied
    waiting = 0
    if not _applied:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        _applied = not waiting
    return Part(not waiting, {"waiting": waiting})


def disk() -> Part:
    """Room on the disk this process writes to."""
    usage = shutil.disk_usage(settings.BASE_DIR)
    share = usage.free / usage.total
    enough = usage.free >= LEAST_BYTES and (share >= FREE_SHARE or usage.free >= PLENTY_BYTES)
    return Part(enough, {"free_percent": round(100 * share)})
