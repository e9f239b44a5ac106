"""Taking handoffs: claim a few with a lease, commit, work, mark done. Any number of workers may do so at once.

1. Claim in its own short transaction (FOR UPDATE SKIP LOCKED), so two workers never hold the same row.
2. The lease outlives a killed worker by two minutes; the sweep then hands the row to another. While a worker is at it
   the row is locked as well, so a job that takes longer than its lease is not begun twice.
3. The work and the mark "done" commit together, so work that was done is not done again. That commit need not wait for
   the disk: lost in a crash, neither happened and both are made up for; what somebody acknowledges or sends on the
   strength of it is written after it, and waits.
4. A room may take what waits in one statement of its own and no claim (`jobs.at_once`): a worker killed at it leaves
   the work where it was. Nothing is counted then, so only a process goes this way that has claimed a batch before and
   seen nothing go wrong since; what ends a worker is claimed, and counted, by the next. Once a second a batch is
   claimed all the same: however much comes, what only a claim takes is not overtaken for ever.
5. Work that fails five times is parked with its error, and no longer holds up the rest; so is work whose worker ended
   five times. Staff see it on /ops/ and send it round again there, or by `manage.py handoffs retry`.
"""

import importlib
import json
import logging
import time
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from . import log as ledger
from . import prepared
from .models import Event, Handoff

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
TRIES = 5
FORGOTTEN_AT_ONCE = 5000
CUT_OFF = "The worker ended while it was at this, five times: out of memory, out of time, or killed."
# A worker is ended by force after ten minutes at one job: long before that it stops by itself.
STINT = 180  # seconds
ALONE = 727_005  # the first half of the lock of `drain_alone`
KEPT = timedelta(days=30)  # done work, for whoever looks into what happened
BATCH = 100  # a sheet of thousands is dealt with in pieces, each well within its lease, and others get their turn
CLAIMED = 1.0  # seconds; a drain that lasts longer claims a batch as often, however much may be taken without
# Rooms whose last batch this process claimed and dealt with, nothing going wrong: there it may do without a claim
# what is tried for the first time (`_at_once`).
_sound: set[str] = set()


def claim(room: str, now) -> list[Handoff]:
    """Up to BATCH handoffs, the first due first, leased to the caller; one at a time where a worker ended while it had
    them. Each carries its `event`.

    Whoever was in the hands of worker after worker that ended, as if it were what ends them, is parked.
    """
    asked = {"room": room, "now": now, "until": now + LEASE, "most": BATCH, "tries": TRIES, "why": CUT_OFF}
    with prepared.execute(_CLAIM, asked) as cursor:
        rows = cursor.fetchall()
    found = [_claimed(row) for row in rows]
    if parked := [h.pk for h in found if h.state == Handoff.State.PARKED]:
        log.error("handoffs parked, their worker ended each time: %s", parked)
    return [h for h in found if h.state == Handoff.State.WAITING]


_HANDOFF = tuple(field.attname for field in Handoff._meta.concrete_fields)
_EVENT = tuple(field.attname for field in Event._meta.concrete_fields)  # the facts come last

# One statement, for it is asked at every bell. By the hour they were due, not by id: an index holds what waits, and
# all that was done in a month lies in the order of ids. "Any of these" as well as joined: so the plan that is kept goes
# by the index, however much waited when it was made.
_CLAIM = f"""
    WITH found AS MATERIALIZED (
        SELECT id, attempts, leased_until IS NOT NULL AS cut_off FROM ledger_handoff
         WHERE room = %(room)s AND state = 'waiting' AND due_at <= %(now)s
           AND (leased_until IS NULL OR leased_until < %(now)s)
         ORDER BY due_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ), one AS (
        SELECT min(id) AS id FROM found WHERE cut_off AND attempts < %(tries)s
        HAVING NOT EXISTS (SELECT FROM found WHERE NOT cut_off)
    ), dealt AS (
        UPDATE ledger_handoff h
           SET state = CASE WHEN f.cut_off AND f.attempts >= %(tries)s THEN 'parked' ELSE h.state END,
               error = CASE WHEN f.cut_off AND f.attempts >= %(tries)s THEN %(why)s ELSE h.error END,
               attempts = h.attempts + CASE WHEN f.cut_off AND f.attempts >= %(tries)s THEN 0 ELSE 1 END,
               leased_until = CASE WHEN f.cut_off AND f.attempts >= %(tries)s THEN NULL ELSE %(until)s::timestamptz END
          FROM found f
         WHERE h.id = f.id AND h.id = ANY (ARRAY(SELECT id FROM found))
           AND (NOT f.cut_off OR f.attempts >= %(tries)s OR h.id IN (SELECT id FROM one))
        RETURNING {", ".join(f"h.{name}" for name in _HANDOFF)}
    )
    SELECT {", ".join(f"d.{name}" for name in _HANDOFF)}, {", ".join(f"e.{name}" for name in _EVENT)}
      FROM dealt d JOIN ledger_event e ON e.id = d.event_id AND e.id = ANY (ARRAY(SELECT event_id FROM dealt))
      -- A claim that is lost in a crash is claimed again: it need not wait for the disk.
     CROSS JOIN (SELECT set_config('synchronous_commit', 'off', true)) quick
     ORDER BY d.id
"""  # noqa: S608 - names of our own columns


def _claimed(row) -> Handoff:
    handoff = Handoff.from_db(connection.alias, _HANDOFF, row[: len(_HANDOFF)])
    *event, facts = row[len(_HANDOFF) :]
    handoff.event = Event.from_db(connection.alias, _EVENT, [*event, json.loads(facts)])
    return handoff


def drain(room: str) -> int:
    """Hand the room all its due work, batch by batch; return how many handoffs were dealt with.

    After three minutes the rest is left to the next bell, which is rung at once. What a room does at the end of each
    batch, apart from its transaction, is its `jobs.afterwards`: as long as that says that there may be more of it, it
    has its turn again after whatever came meanwhile.
    """
    jobs = importlib.import_module(f"{room}.jobs")
    afterwards = getattr(jobs, "afterwards", None)
    total, more, left, began = 0, True, False, time.monotonic()
    claims, end = began + CLAIMED, began + STINT
    while more or left:
        found = _at_once(room, jobs) if time.monotonic() < claims else None
        if found is None:
            found, claims = _batch(room, jobs), time.monotonic() + CLAIMED
        taken, more = found
        if afterwards and (taken or left):
            left = afterwards()
        total += taken
        if (more or left) and time.monotonic() > end:
            ledger.ring_for(room)
            break
    return total


def _at_once(room: str, jobs) -> tuple[int, bool] | None:
    """The room's own way to take a batch, if it has one and all is well; None when it is to be claimed after all."""
    if room not in _sound or not hasattr(jobs, "at_once"):
        return None
    try:
        taken, more = jobs.at_once(BATCH, at=timezone.now())
    except Exception:
        log.warning("%s: taken all at once something went wrong; now one after the other", room, exc_info=True)
        _sound.discard(room)
        return None
    return (taken, more) if taken or not more else None


def _batch(room: str, jobs) -> tuple[int, bool]:
    """Claim a batch and deal with it; how much it was, and whether there may be more."""
    taken, well = claim(room, timezone.now()), True
    try:
        if taken:
            _do(jobs.take, taken)
    except Exception as error:
        well = False
        if len(taken) == 1:
            _failed(taken[0], error)
        else:  # one of them is poison: find it by taking them one at a time
            for handoff in taken:
                try:
                    _do(jobs.take, [handoff])
                except Exception as single:
                    _failed(handoff, single)
    if taken:
        (_sound.add if well else _sound.discard)(room)
    # That was all of a first try; whatever came since rings its own bell.
    return len(taken), len(taken) == BATCH or any(handoff.attempts > 1 for handoff in taken)


def drain_alone(room: str) -> int:
    """`drain`, unless another worker is at this room: one that lets others go first takes one place and not all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [ALONE, room])
        if not cursor.fetchone()[0]:
            return 0
        try:
            return drain(room)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [ALONE, room])


def _do(take, handoffs: list[Handoff]) -> None:
    now = timezone.now()
    with transaction.atomic():
        # Marked done first, so that they are locked until the end: work that outlasts its lease is not begun by another
        # meanwhile, and what another took over after such a lease is left to them. It is done when this commits.
        with prepared.execute(_DONE, [now, [h.pk for h in handoffs], [h.attempts for h in handoffs]]) as cursor:
            done = {pk for (pk,) in cursor.fetchall()}
        if ours := [h for h in handoffs if h.pk in done]:
            take(ours, at=now)


# "Neither done nor parked", not "waiting": an index of all that waits, in every room, would look like the short way.
_DONE = """
    UPDATE ledger_handoff h SET state = 'done', done_at = %s, leased_until = NULL, error = ''
      FROM unnest(%s::bigint[], %s::integer[]) ours (id, attempts)
     CROSS JOIN (SELECT set_config('synchronous_commit', 'off', true)) quick
     WHERE h.id = ours.id AND h.attempts = ours.attempts AND h.state NOT IN ('done', 'parked')
    RETURNING h.id
"""


def _failed(handoff: Handoff, error: Exception) -> None:
    log.exception("handoff %s failed (try %s)", handoff.pk, handoff.attempts, exc_info=error)
    parked = handoff.attempts >= TRIES
    mine = Handoff.objects.filter(pk=handoff.pk, attempts=handoff.attempts, state=Handoff.State.WAITING)
    mine.update(
        state=Handoff.State.PARKED if parked else Handoff.State.WAITING,
        due_at=timezone.now() + timedelta(seconds=10 * 3**handoff.attempts),
        leased_until=None,
        error=f"{type(error).__name__}: {error}"[:2000].replace("\0", ""),
    )


def rooms_waiting(now) -> list[str]:
    """Rooms with due work that nobody holds."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    rows = Handoff.objects.filter(free, state=Handoff.State.WAITING, due_at__lte=now).order_by("room")
    return list(rows.values_list("room", flat=True).distinct())


def forget(*, at) -> int:
    """Delete work that was done a month ago; what happened stays in the ledger. Returns how much there was."""
    old, total = Handoff.objects.filter(state=Handoff.State.DONE, done_at__lt=at - KEPT).order_by("id"), 0
    while pks := list(old.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
        total += Handoff.objects.filter(pk__in=pks).delete()[0]
    return total


def parked():
    """What waits for a person, oldest first."""
    return Handoff.objects.filter(state=Handoff.State.PARKED).order_by("id")


@transaction.atomic(durable=True)
def retry(pks=None, *, by, at) -> int:
    """Give parked work its five tries again, all of it or that named; return how much there was."""
    rows = parked().select_for_update(skip_locked=True)
    again = list(rows if pks is None else rows.filter(pk__in=pks))
    Handoff.objects.filter(pk__in=[h.pk for h in again]).update(
        state=Handoff.State.WAITING, attempts=0, due_at=at, leased_until=None
    )
    ledger.record_all([ledger.event("handoff.retried", h, by=by, at=at, kind_of=h.kind) for h in again])
    for room in dict.fromkeys(h.room for h in again):
        ledger.ring_for(room)
    return len(again)
