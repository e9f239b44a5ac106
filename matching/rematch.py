"""The full rematch: everybody with every opening, from PostgreSQL to PostgreSQL committed, in seconds.

It reads the projections, judges in compiled code (matching/kernel.py), and writes three tables beside the standing ones
(matching/sql/lists.sql): who comes first for each opening, and which credential would bring whom to what. They are
swapped in by one transaction, so whenever the process dies the former tables are whole.

All of it happens under the lock of `matching.jobs`, taken before anything is read: an event that arrives meanwhile
waits and is matched on top, so nothing it ended comes back. Before the swap a sample of openings is asked of the view;
one difference, and the run fails and says so.
"""

import contextlib
import logging
import os
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.db import connection, transaction
from django.utils import timezone

from . import changes, jobs
from .models import Run

log = logging.getLogger(__name__)

GUARD = 727_002  # whoever holds this lock is at it; it ends with the process
TABLES = changes.TABLES
THREADS = 2
LARGEST, OTHERS = 5, 20  # openings that are asked of the view before each swap
PATIENCE, PAUSE, TRIES = 200, 0.3, 100  # milliseconds for a table in use, seconds between tries


class Differs(Exception):
    """The compiled rules and the view do not agree."""


@dataclass
class Summary:
    """What a rematch looked at, what it found, and what took how long."""

    people: int = 0
    openings: int = 0
    passing: int = 0  # pairs that pass every gate
    near: int = 0  # pairs one credential short
    ledger: int = 0  # the last event that was in it
    seconds: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def timed(self, phase: str):
        began = time.perf_counter()
        yield
        self.seconds[phase] = round(time.perf_counter() - began, 3)


def run(*, at) -> Run | None:
    """One rematch, with a row that says how it went; None while another process is at it.

    A run whose process died is taken up again by the next one. Inside a transaction all of it belongs to that.
    """
    with _guard() as where:
        if where is None:
            log.info("rematch: another process is at it")
            return None
        row = Run.objects.filter(state=Run.State.RUNNING).first()
        if row:
            row.attempts += 1
        else:
            row = Run(started_at=at)
        row.on = timezone.localdate(at)
        row.save()
        try:
            with transaction.atomic() if connection.in_atomic_block else contextlib.nullcontext():
                summary = compute(where, row.on, keep_former=True)
            for name in ("people", "openings", "passing", "near", "seconds"):
                setattr(row, name, getattr(summary, name))
            row.changes = changes.tell(summary.ledger)
            row.state = Run.State.DONE
        except Exception as trouble:
            row.state, row.error = Run.State.FAILED, f"{type(trouble).__name__}: {trouble}"
            log.exception("rematch: failed; the former lists stand")
        row.finished_at = timezone.now()
        row.save()
        return row


@contextlib.contextmanager
def _guard():
    """Where to work, while nobody else can; None when somebody is at it."""
    asked = ("SELECT pg_try_advisory_xact_lock(%s)", [GUARD])
    if connection.in_atomic_block:
        yield connection.connection if connection.connection.execute(*asked).fetchone()[0] else None
        return
    with line(address()) as guard:
        yield address() if guard.execute(*asked).fetchone()[0] else None


def compute(where, on, *, audited: bool = True, keep_former: bool = False) -> Summary:
    """Match everything as of the day and swap the result in.

    `where` is the address of a database: several connections are opened to it, and the result is committed. Or a
    connection: everything happens in its own transaction.
    """
    # numba is loaded by those who match, never by a web process.
    _keep_compiled()
    from . import kernel_load, kernel_read, kernel_run, kernel_write

    summary = Summary()
    with summary.timed("total"), contextlib.ExitStack() as stack:
        with summary.timed("load"):
            writer = where if isinstance(where, psycopg.Connection) else stack.enter_context(line(where))
            kernel_load.load(writer)
        with summary.timed("lock"):
            _unhurried(writer)
            # The lock first, then the snapshot: whatever was committed before the lock was ours is in it.
            writer.execute("SELECT pg_advisory_xact_lock(%s)", [jobs.LOCK])
            readers = [writer] if writer is where else stack.enter_context(_readers(where, writer))
            summary.ledger = writer.execute("SELECT coalesce(max(id), 0) FROM ledger_event").fetchone()[0]
        with summary.timed("read"):
            world = kernel_read.everything(readers, on)
        with summary.timed("judge"):
            found = kernel_run.judge(world, THREADS)
        summary.openings, summary.people = len(found.ids), found.people
        summary.passing, summary.near = int(found.lists.passing.sum()), int(found.lists.near.sum())
        if audited:
            with summary.timed("audit"):
                audit(readers, found, on)
        with summary.timed("write"):
            rows = {
                "matching_top": kernel_write.top(found.ids, found.lists),
                "matching_short": kernel_write.short(found.ids, found.lists),
                "matching_gap": kernel_write.gap(found.gaps, world.counties),
            }
            for table, blocks in rows.items():
                _build(writer, table, blocks)
        with summary.timed("swap"):
            _swap(writer, keep_former)
        if writer is not where:
            with summary.timed("commit"):
                writer.commit()
    return summary


def _keep_compiled() -> None:
    """What numba compiles is kept beside the code or in the user's cache; where both are closed, in a new folder."""
    if not any(os.access(folder, os.W_OK) for folder in (Path(__file__).parent, Path.home())):
        os.environ.setdefault("NUMBA_CACHE_DIR", tempfile.mkdtemp(prefix="throughline-numba-"))


# --- Connections: one that holds the lock and writes, others that read what stands while it is held -------------------
@contextlib.contextmanager
def _readers(where: str, writer):
    """Connections that see what the writer sees at this moment."""
    snapshot = writer.execute("SELECT pg_export_snapshot()").fetchone()[0]
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(line(where)) for _ in range(THREADS)]
        for reader in readers:
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            reader.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        yield readers


@contextlib.contextmanager
def line(where: str):
    """A connection with a transaction of its own that may take its time; committed at the end."""
    with psycopg.connect(where) as opened:
        _unhurried(opened)
        yield opened


def _unhurried(opened) -> None:
    for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "jit"):
        opened.execute(f"SET LOCAL {limit} = 0")


def address() -> str:
    """Where Django's database is, for connections of our own."""
    given = connection.get_connection_params()
    known = {name: value for name, value in given.items() if name in ("dbname", "user", "password", "host", "port")}
    known |= {name: value for name, value in given.items() if name.startswith("ssl")}
    return psycopg.conninfo.make_conninfo("", **known)


# --- Before it is believed --------------------------------------------------------------------------------------------
def audit(readers, found, on) -> None:
    """Ask the view for the largest openings and some others; raise `Differs` when it says anything else."""
    from .kernel_read import together

    size = found.lists.passing + found.lists.near
    largest = size.argsort()[::-1][:LARGEST].tolist()
    others = random.SystemRandom().sample(range(len(size)), min(OTHERS, len(size)))
    bits = dict(readers[0].execute("SELECT credential_id, bit FROM matching_bit").fetchall())

    def check(o):
        def task(reader):
            opening = int(found.ids[o])
            asked = "SELECT trainee_id, tenths, key FROM matching_passing(%s, %s, '{}', 50)"
            said = reader.execute(asked, [opening, on]).fetchall()
            _same(opening, "the first", found.top(o), said)
            asked = "SELECT credential_id, people FROM matching_short_of(%s, %s)"
            said = {bits[credential]: people for credential, people in reader.execute(asked, [opening, on])}
            _same(opening, "one credential short", found.short(o), said)

        return task

    together(readers, [check(o) for o in dict.fromkeys(largest + others)])


def _same(opening, what, ours, theirs) -> None:
    if ours != theirs:
        raise Differs(f"Opening {opening}, {what}: computed {str(ours)[:400]}, the view says {str(theirs)[:400]}")


# --- Writing ----------------------------------------------------------------------------------------------------------
def _build(writer, table: str, blocks) -> None:
    """Make tomorrow's table beside the standing one (matching/sql/swap.sql)."""
    writer.execute("SELECT matching_list_begin(%s)", [table])
    with writer.cursor() as cursor, cursor.copy(f"COPY {table}_next FROM STDIN (FORMAT binary)") as copy:
        for block in blocks:
            copy.write(block)
    writer.execute("SELECT matching_list_key(%s)", [table])


def _swap(writer, keep_former: bool) -> None:
    """Put the new tables in the place of the standing ones. Whoever reads these now is waited for, but without
    keeping others from reading: a short try, a pause, another try.
    """
    for tried in range(TRIES):
        with contextlib.suppress(psycopg.errors.LockNotAvailable), writer.transaction():
            writer.execute(f"SET LOCAL lock_timeout = {PATIENCE}")
            writer.execute("SELECT matching_lists_lock()")
            break
        time.sleep(PAUSE)
        if tried == TRIES - 1:
            raise TimeoutError("The standing tables were in use all the time.")
    for table in TABLES:
        writer.execute("SELECT matching_list_swap(%s, %s)", [table, keep_former])
