"""One certificate verified, one opening published: the database's part, alone and at a steady rate.

Closed loop: the product's own code, one event after another; the time of its statements and commits is added up: the
transaction that writes the fact, the one that projects, matches and writes matches, and apart the one that tells.

Open loop: events arrive by a schedule (random gaps, so many a second) that waits for nobody. Writers (bench/writers.py)
say the statements the product says; the product's own worker code takes the handoffs, in as many processes as a worker
of production has. An event's latency runs from the moment it was scheduled until PostgreSQL stamped the commit that
marked its handoff done (of an opening until that of the last match of its list), and until that of the notice. Whatever
piled up is in it. The first seconds' events are said and not counted: their worker has just started, and makes its
plans.
"""

import os
import random
import subprocess
import sys
import time
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from bench import stage, writers
from bench.statements import Meter, Recording, percentile, summary
from ledger import handoffs
from matching import tell
from openings.models import Opening
from openings.publishing import publish_row

WRITERS = 8  # connections: an event that is due waits for no other's commit
DRAINS = 2  # processes: WORKER_CONCURRENCY in docker-compose.yml
EVERY, IN_A_ROW = 20, 100  # events timed alone; after so many the smallest transaction is said so many times in a row
BELLS = 65_536  # bytes, each of them a bell: more than can wait
WARM = 2.0  # seconds
PATIENCE = 120  # seconds for what is left after the last arrival
# The last match that each event's opening was put into.
LISTED = """
    SELECT e.id, max(pg_xact_commit_timestamp(m.xmin)) AS at
      FROM ledger_event e JOIN matching_match m ON m.opening_id = e.subject_id
     WHERE e.subject_type = 'opening' GROUP BY e.id"""
# The person's first notice after the fact; the notices of those who hire, which are written with the people's.
OF_TRAINEE = """
    SELECT e.id, min(pg_xact_commit_timestamp(n.xmin)) AS at
      FROM ledger_event e JOIN accounts_traineeprofile p ON p.id = (e.facts ->> 'trainee')::bigint
      JOIN notifications_notice n ON n.user_id = p.user_id AND n.kind = 'matches' AND n.created_at >= e.at
     WHERE e.subject_type = 'certification' GROUP BY e.id"""
OF_HIRERS = """
    SELECT e.id, max(pg_xact_commit_timestamp(n.xmin)) AS at
      FROM ledger_event e
      JOIN notifications_notice n ON split_part(n.once_key, ':', 2) = e.subject_id::text AND n.kind = 'people'
       AND n.created_at >= e.at
     WHERE e.subject_type = 'opening' GROUP BY e.id"""


class Smallest:
    """The smallest durable transaction: one row updated, one inserted, committed."""

    def __init__(self):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS bench_one (id integer PRIMARY KEY, n integer NOT NULL)")
            cursor.execute("CREATE TABLE IF NOT EXISTS bench_log (id bigserial PRIMARY KEY, n integer)")
            cursor.execute("INSERT INTO bench_one VALUES (1, 0) ON CONFLICT DO NOTHING")

    def say(self) -> float:
        """Once; its seconds."""
        meter = Meter()
        with meter.on(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE bench_one SET n = n + 1 WHERE id = 1")
            cursor.execute("INSERT INTO bench_log (n) VALUES (%s)", [1])
        return meter.seconds

    def in_a_row(self) -> list[float]:
        """Again and again with nothing in between; the seconds of each, once PostgreSQL is at it."""
        return [self.say() for _ in range(IN_A_ROW)][IN_A_ROW // 5 :]


def closed(events, write) -> dict:
    """Each event by the product's own code, one after another: its database time, and how it is made up.

    By turns with the smallest transaction, so that both meet the same machine: how fast it is changes from minute to
    minute, and how soon an idle PostgreSQL wakes depends on what was done before. With the first that counts, and after
    every so many, it is also said many times in a row. The first fifth is not counted: a worker that has been up for a
    minute has its plans.
    """
    warm, least, turns, in_a_row = len(events) // 5, Smallest(), [], []
    meter, matched, told, parts, said, whole = Meter(), [], [], [], [], []
    for number, event in enumerate(events):
        if number == warm:
            meter.by_statement.clear()
        began, spent = time.perf_counter(), []
        with meter.on(), transaction.atomic():
            write(event, timezone.now())
        spent.append((meter.seconds, meter.statements))
        # What the worker does in one go, so that matching and telling are added up apart.
        waiting, tell.waiting = tell.waiting, lambda **_: False
        try:
            for step in (partial(handoffs.drain, "matching"), waiting):
                with meter.on():
                    step()
                spent.append((meter.seconds, meter.statements))
        finally:
            tell.waiting = waiting
        (written, _), (matching, _), (telling, _) = spent
        matched.append(written + matching)
        told.append(written + matching + telling)
        parts.append((written, matching, telling))
        said.append((spent[0][1] + spent[1][1], sum(statements for _seconds, statements in spent)))
        whole.append(time.perf_counter() - began)
        turns.append(least.say())
        if number >= warm and (number - warm) % EVERY == 0:
            in_a_row += least.in_a_row()
    keep = slice(warm, None)
    return {
        **summary(matched[keep]),
        "statements": percentile([few for few, _all in said[keep]], 0.5),
        "told": {**summary(told[keep]), "statements": percentile([every for _few, every in said[keep]], 0.5)},
        **{
            f"{name}_p50_ms": round(percentile(column, 0.5) * 1000, 3)
            for name, column in zip(("write", "match", "tell"), zip(*parts[keep], strict=True), strict=True)
        },
        "with_python_p50_ms": round(percentile(whole[keep], 0.5) * 1000, 3),
        "smallest": summary(turns[keep]),
        "smallest_in_a_row": summary(in_a_row),
        "dearest_ms": meter.dearest(len(matched) - warm),
    }


def many(rate: float, seconds: float) -> int:
    """How many events an open loop needs: those of so many seconds, and those before that are not counted."""
    return int(rate * (WARM + seconds))


def opened(recording: Recording, swaps: list[dict], rate: float, told: str, listed: str = "") -> dict:
    """Say the recording again for each set of swaps, at `rate` a second; latencies from schedule to matched, and told.

    `told` is SQL: the commit (`at`) of the notices that each event (`id`) led to; `listed`, of the matches where those
    are made after its handoff is done.
    """
    due = arrivals(len(swaps), rate)
    heard, bell = os.pipe()
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.steps", "drain"],
            cwd=settings.BASE_DIR,
            stdin=heard,
            stdout=subprocess.PIPE,
        )
        for _ in range(DRAINS)
    ]
    try:
        for worker in workers:
            worker.stdout.readline()  # it has started
        events = write_on_time(recording, swaps, due, bell)
        late = await_done(list(events))
    finally:
        os.close(bell)
        os.close(heard)
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait()
            worker.stdout.close()
    ends = _ends(list(events), told, listed)
    values = [[(end[place] - events[event]).total_seconds() for event, end in ends.items()] for place in (0, 1)]
    # Whatever was never done waited at least until now.
    matched, told_too = (some + [due[-1] + PATIENCE] * late for some in values)
    return {
        **summary(matched),
        "told": summary(told_too),
        "without_notice": sum(not noticed for _matched, _told, noticed in ends.values()),
        "rate": rate,
        "unfinished": late,
        "scheduled_s": round(due[-1] - WARM, 1),
        "warm_s": WARM,
        "writers": WRITERS,
        "drains": DRAINS,
    }


def _ends(events: list[int], told: str, listed: str = "") -> dict[int, tuple]:
    """When each event was matched, when it was told as well, and whether there was a notice at all, by its number."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            "SELECT e.id, greatest(h.at, m.at), greatest(h.at, m.at, n.at), n.at IS NOT NULL FROM ledger_event e"
            " JOIN (SELECT event_id, pg_xact_commit_timestamp(xmin) AS at FROM ledger_handoff"
            "        WHERE room = 'matching' AND state = 'done') h ON h.event_id = e.id"
            f" LEFT JOIN ({listed or 'SELECT NULL::bigint AS id, NULL::timestamptz AS at'}) m ON m.id = e.id"
            f" LEFT JOIN ({told}) n ON n.id = e.id WHERE e.id = ANY(%s)",
            [events],
        )
        return {event: tuple(end) for event, *end in cursor.fetchall()}


def arrivals(count: int, rate: float) -> list[float]:
    """Moments in seconds, `rate` a second with random gaps between them; the same every time."""
    rng, moments, moment = random.Random(stage.SEED), [], 0.0
    for _ in range(count):
        moments.append(moment := moment + rng.expovariate(rate))
    return moments


def write_on_time(recording: Recording, swaps: list[dict], due: list[float], bell=None) -> dict[int, object]:
    """Each transaction at its moment, by a few connections; the moment each was due, by its ledger event.

    After each the bell, a pipe, is rung if there is one. Those of the first seconds are said, too, and left out of what
    is returned.
    """
    start, events = writers.say(recording, swaps, due, WRITERS, bell)
    return {event: start + timedelta(seconds=late) for event, late in zip(events, due, strict=True) if late >= WARM}


def await_done(events: list[int]) -> int:
    """Wait until all are matched and nobody is told any more; returns how many are not when patience ends."""
    deadline, said = time.monotonic() + PATIENCE, None
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT count(*), (SELECT max(id) FROM notifications_notice) FROM ledger_handoff"
                " WHERE event_id = ANY(%s) AND room = 'matching' AND state <> 'done'",
                [events],
            )
            left, last = cursor.fetchone()
            if (not left and last == said) or time.monotonic() > deadline:
                return left
            said = last
            time.sleep(0.5)


def recorded(write, event) -> Recording:
    """One event written for real, its statements kept for others to say again."""
    recording, at = Recording(), timezone.now()
    with transaction.atomic(), recording.on():
        write(event, at)
    handoffs.drain("matching")
    recording.at = at
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(event_id) FROM ledger_handoff WHERE room = 'matching'")
        recording.event = cursor.fetchone()[0]
    return recording


def drain() -> None:
    """One process of the matching worker: take what waits whenever the bell is heard, which is a pipe and no broker."""
    stage.quiet_bells()
    handoffs.drain("matching")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while os.read(sys.stdin.fileno(), BELLS):
        handoffs.drain("matching")


# --- The two kinds of event -------------------------------------------------------------------------------------------
def certificate_events(on, kind: str, alone: int, rate: float, seconds: float) -> dict:
    """Certificates of that kind (bench/stage.py) verified: `alone` one after another, then `rate` a second for so many
    seconds.
    """
    stage.quiet_bells()
    by = stage.provider()
    stage.credentials()
    chosen = getattr(stage, kind)(alone + 1 + many(rate, seconds), on)

    def write(certificate, at):
        stage.verify(certificate, by, at)

    found = {"closed": closed(chosen[:alone], write)}
    first, rest = chosen[alone], chosen[alone + 1 :]
    recording = recorded(write, first)
    swaps = [{first.trainee: c.trainee, first.credential: c.credential} for c in rest]
    return {**found, "open": opened(recording, swaps, rate, OF_TRAINEE)}


def opening_events(alone: int, rate: float, seconds: float) -> dict:
    """Openings published: `alone` one after another, then `rate` a second for so many seconds."""
    stage.quiet_bells()
    made = stage.drafts(alone + 1 + many(rate, seconds))

    def write(opening, at):
        publish_row(Opening(pk=opening), by=None, at=at)

    found = {"closed": closed(made[:alone], write)}
    recording = recorded(write, made[alone])
    known = dict(zip(made, _facts_of(made), strict=True))
    swaps = [dict(zip(known[made[alone]], known[pk], strict=True)) for pk in made[alone + 1 :]]
    return {**found, "open": opened(recording, swaps, rate, OF_HIRERS, LISTED)}


def _facts_of(openings: list[int]) -> list[tuple]:
    """What the statements of publishing say of an opening besides the moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.id, o.organization_id, o.zip, z.latitude, z.longitude, o.lottery_seed"
            " FROM openings_opening o JOIN accounts_zip z ON z.code = o.zip WHERE o.id = ANY(%s) ORDER BY o.id",
            [openings],
        )
        return cursor.fetchall()
