"""One certificate verified, one opening published: the database's part, alone and at a steady rate.

Closed loop: the product's own code, one event after another; the time of its statements and commits is added up, first
the transaction that writes the fact, then the one that projects, matches and writes matches, notices and deliveries.

Open loop: events arrive by a schedule (random gaps, so many a second) that waits for nobody. Writers say the statements
the product says; the product's own worker code takes the handoffs. An event's latency runs from the moment it was
scheduled to the commit that marked its handoff done, as PostgreSQL stamped it: whatever piled up is in it.
"""

import random
import subprocess
import sys
import threading
import time
from datetime import timedelta

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from bench import stage
from bench.statements import Meter, Recording, percentile, summary
from ledger import handoffs
from matching import rematch
from openings.models import Opening
from openings.publishing import publish_row

WRITERS = 2
PATIENCE = 120  # seconds for what is left after the last arrival


def smallest(count: int) -> dict:
    """The smallest durable transaction: one row updated, one inserted, committed."""
    meter, seconds = Meter(), []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_one (id integer PRIMARY KEY, n integer NOT NULL)")
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_log (id bigserial PRIMARY KEY, n integer)")
        cursor.execute("INSERT INTO bench_one VALUES (1, 0) ON CONFLICT DO NOTHING")
        for number in range(count + 50):
            with meter.on(), transaction.atomic():
                cursor.execute("UPDATE bench_one SET n = n + 1 WHERE id = 1")
                cursor.execute("INSERT INTO bench_log (n) VALUES (%s)", [number])
            seconds.append(meter.seconds)
    return summary(seconds[50:])


def closed(events, write) -> dict:
    """Each event by the product's own code, one after another: its database time, and how it is made up.

    The first fifth is not counted: a worker that has been up for a minute has its plans.
    """
    warm = len(events) // 5
    meter, both, fact, matched, said, whole = Meter(), [], [], [], [], []
    for number, event in enumerate(events):
        if number == warm:
            meter.by_statement.clear()
        began = time.perf_counter()
        with meter.on(), transaction.atomic():
            write(event, timezone.now())
        first, statements = meter.seconds, meter.statements
        with meter.on():
            handoffs.drain("matching")
        fact.append(first)
        matched.append(meter.seconds)
        both.append(first + meter.seconds)
        said.append(statements + meter.statements)
        whole.append(time.perf_counter() - began)
    keep = slice(warm, None)
    return {
        **summary(both[keep]),
        "write_p50_ms": round(percentile(fact[keep], 0.5) * 1000, 3),
        "match_p50_ms": round(percentile(matched[keep], 0.5) * 1000, 3),
        "with_python_p50_ms": round(percentile(whole[keep], 0.5) * 1000, 3),
        "statements": percentile(said[keep], 0.5),
        "dearest_ms": meter.dearest(len(both) - warm),
    }


def opened(recording: Recording, swaps: list[dict], rate: float) -> dict:
    """Say the recording again for each set of swaps, at `rate` a second; latencies from schedule to matched."""
    due = arrivals(len(swaps), rate)
    worker = subprocess.Popen([sys.executable, "-m", "bench.steps", "drain"], cwd=settings.BASE_DIR)
    try:
        time.sleep(4)  # until it has started; the first handoff warms it
        events = write_on_time(recording, swaps, due)
        late = await_done(list(events))
    finally:
        worker.terminate()
        worker.wait()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_id, pg_xact_commit_timestamp(xmin) FROM ledger_handoff"
            " WHERE event_id = ANY(%s) AND room = 'matching' AND state = 'done'",
            [list(events)],
        )
        latencies = {event: (done - events[event]).total_seconds() for event, done in cursor.fetchall()}
    # Whatever was never done waited at least until now.
    values = list(latencies.values()) + [due[-1] + PATIENCE] * late
    return {**summary(values), "rate": rate, "unfinished": late, "scheduled_s": round(due[-1], 1)}


def arrivals(count: int, rate: float) -> list[float]:
    """Moments in seconds, `rate` a second with random gaps between them; the same every time."""
    rng, moments, moment = random.Random(stage.SEED), [], 0.0
    for _ in range(count):
        moments.append(moment := moment + rng.expovariate(rate))
    return moments


def write_on_time(recording: Recording, swaps: list[dict], due: list[float]) -> dict[int, object]:
    """Each transaction at its moment, by a few connections; the moment each was due, by its ledger event."""
    events, turn, guard = {}, iter(range(len(due))), threading.Lock()
    begun, start = time.perf_counter() + 0.5, timezone.now() + timedelta(seconds=0.5)

    def writer():
        with psycopg.connect(rematch.address(), autocommit=True) as line:
            while True:
                with guard:
                    number = next(turn, None)
                if number is None:
                    return
                wait = begun + due[number] - time.perf_counter()
                if wait > 0:
                    time.sleep(wait)
                made = recording.again(line, {**swaps[number], recording.at: timezone.now()})
                events[made[recording.event]] = start + timedelta(seconds=due[number])

    threads = [threading.Thread(target=writer) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return events


def await_done(events: list[int]) -> int:
    """Wait until all are matched; returns how many are not when patience ends."""
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT count(*) FROM ledger_handoff"
                " WHERE event_id = ANY(%s) AND room = 'matching' AND state <> 'done'",
                [events],
            )
            left = cursor.fetchone()[0]
            if not left or time.monotonic() > deadline:
                return left
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
    """The matching worker without a broker: take what waits, again and again, until told to stop."""
    stage.quiet_bells()
    while True:
        if not handoffs.drain("matching"):
            time.sleep(0.0005)


# --- The two kinds of event -------------------------------------------------------------------------------------------
def certificate_events(on, alone: int, rate: float, seconds: float) -> dict:
    """Certificates verified: `alone` one after another, then `rate` a second for so many seconds."""
    stage.quiet_bells()
    by = stage.provider()
    stage.credentials()
    chosen = stage.certificates(alone + 1 + int(rate * seconds), on)

    def write(certificate, at):
        stage.verify(certificate, by, at)

    found = {"closed": closed(chosen[:alone], write)}
    first, rest = chosen[alone], chosen[alone + 1 :]
    recording = recorded(write, first)
    swaps = [{first.trainee: c.trainee, first.credential: c.credential} for c in rest]
    return {**found, "open": opened(recording, swaps, rate)}


def opening_events(alone: int, rate: float, seconds: float) -> dict:
    """Openings published: `alone` one after another, then `rate` a second for so many seconds."""
    stage.quiet_bells()
    made = stage.drafts(alone + 1 + int(rate * seconds))

    def write(opening, at):
        publish_row(Opening(pk=opening), by=None, at=at)

    found = {"closed": closed(made[:alone], write)}
    recording = recorded(write, made[alone])
    known = dict(zip(made, _facts_of(made), strict=True))
    swaps = [dict(zip(known[made[alone]], known[pk], strict=True)) for pk in made[alone + 1 :]]
    return {**found, "open": opened(recording, swaps, rate)}


def _facts_of(openings: list[int]) -> list[tuple]:
    """What the statements of publishing say of an opening besides the moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.id, o.organization_id, o.zip, z.latitude, z.longitude, o.lottery_seed"
            " FROM openings_opening o JOIN accounts_zip z ON z.code = o.zip WHERE o.id = ANY(%s) ORDER BY o.id",
            [openings],
        )
        return cursor.fetchall()
