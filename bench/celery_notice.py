"""From the commit of a fact to the notice row, through Celery: a real broker, a real worker, started as the demo does.

Certificates that each complete an opening are verified at a steady rate, each in its own transaction, and the room's
bell is rung as the product rings it. PostgreSQL stamps both commits; the difference is the latency. Letters leave by
another worker, which is not started: their rows are written and wait. The first seconds are left out, as `bench.events`
leaves them out.
"""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from bench import events, stage
from bench.statements import summary
from ledger.log import Bell
from ledger.models import Handoff
from pipeline.celery import app
from pipeline.demo_server import commands


@contextmanager
def ringing(rooms: list[str]) -> Iterator[int]:
    """A pipe; for each byte that comes the bells of these rooms are rung, as `ledger.log.Bell` does on a commit."""
    heard, bell = os.pipe()

    def ring():
        while os.read(heard, 1):
            for room in rooms:
                Bell(room)()

    ringer = threading.Thread(target=ring)
    ringer.start()
    try:
        yield bell
    finally:
        os.close(bell)
        ringer.join()
        os.close(heard)


def latency(on, rate: float, seconds: float) -> dict:
    """Commit of the certificate to commit of the person's notice, at `rate` certificates a second."""
    by = stage.provider()
    stage.credentials()
    chosen = stage.completing(1 + events.many(rate, seconds), on)

    def write(certificate, at):
        stage.verify(certificate, by, at)

    recording = events.recorded(write, chosen[0])
    rooms = list(Handoff.objects.filter(event_id=recording.event).values_list("room", flat=True))
    swaps = [{chosen[0].trainee: c.trainee, chosen[0].credential: c.credential} for c in chosen[1:]]
    due = events.arrivals(len(swaps), rate)
    with tempfile.TemporaryDirectory(prefix="throughline-bench-worker-") as folder:
        command = commands(Path(folder), 0, "")["worker"]
        log = (Path(folder) / "worker.log").open("wb")
        worker = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=os.environ, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _until_it_answers()
            with ringing(rooms) as bell:
                written = events.write_on_time(recording, swaps, due, bell)
            late = events.await_done(list(written))
        finally:
            worker.terminate()
            worker.wait()
            log.close()
    with connection.cursor() as cursor:
        # The first notice of a person after the fact; whoever has none would be late for ever.
        cursor.execute(
            "SELECT e.id, extract(epoch FROM min(pg_xact_commit_timestamp(n.xmin)) - pg_xact_commit_timestamp(e.xmin))"
            " FROM ledger_event e JOIN accounts_traineeprofile p ON p.id = (e.facts ->> 'trainee')::bigint"
            " JOIN notifications_notice n ON n.user_id = p.user_id AND n.kind = 'matches' AND n.created_at >= e.at"
            " WHERE e.id = ANY(%s) GROUP BY e.id, e.xmin",
            [list(written)],
        )
        seconds_of = {event: float(value) for event, value in cursor.fetchall()}
    return {
        **summary(list(seconds_of.values())),
        "rate": rate,
        "unfinished": late,
        "without_notice": len(written) - len(seconds_of),
    }


def _until_it_answers(patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while not app.control.ping(timeout=1):
        if time.monotonic() > deadline:
            raise RuntimeError("The Celery worker did not start.")
