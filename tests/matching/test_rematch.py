"""The full rematch survives: killed at any point, doubled, slowed down, wrong, or overtaken by a revocation."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections, transaction

from ledger import scopes
from ledger.handoffs import drain, rooms_waiting
from ledger.models import Event
from matching import changes, live, nightly, rematch, tasks
from matching.models import Match, Run
from programs import actions as training
from tests import copied
from tests.matching.projected import DAY, World

AT = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def db(compiled, django_db_blocker):
    """In the place of the tests' own: a copy in which commits stay."""
    with django_db_blocker.unblock(), copied.database("rematch"):
        yield


@pytest.fixture
def world(db):
    """A generated world, matched once."""
    made = World(5, people=120, openings=30)
    with transaction.atomic():
        made.write()
    assert rematch.run(at=AT).state == Run.State.DONE
    return made


def tables() -> list:
    with connection.cursor() as cursor:
        found = []
        for table in rematch.TABLES:
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            found.append([row for (row,) in cursor.fetchall()])
        return found


def take_away(trainee=None) -> None:
    """Somebody is gone from the projection; nobody was told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT trainee_id FROM matching_top ORDER BY opening_id, place LIMIT 1")
        cursor.execute("DELETE FROM matching_seeker WHERE trainee_id = %s", [trainee or cursor.fetchone()[0]])


def killed_at(where) -> None:
    """Another process starts the rematch and is gone, as after `kill -9`, when it comes to this function."""
    connection.close()
    child = os.fork()
    if not child:
        try:
            module, name = where
            setattr(module, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
            rematch.run(at=AT)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def run_soon() -> Run:
    """The server needs a moment to notice that a process is gone."""
    for _ in range(100):
        if run := rematch.run(at=AT):
            return run
        time.sleep(0.05)
    raise AssertionError("The lock was never free.")


def test_the_role_of_the_jobs_can_do_it_though_it_may_create_and_drop_nothing(world, monkeypatch):
    former, given = tables(), rematch.address()
    as_worker = psycopg.conninfo.make_conninfo(given, options="-c role=throughline_worker")
    with scopes.job("test"), monkeypatch.context() as patch:
        patch.setattr(rematch, "address", lambda: as_worker)
        for _twice in range(2):
            assert (run := rematch.run(at=AT)).state == Run.State.DONE, run.error
    assert tables() == former
    with psycopg.connect(as_worker) as line:
        for refused in ("DROP TABLE matching_top", "CREATE TABLE matching_top_next ()", "TRUNCATE matching_top"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), line.transaction():
                line.execute(refused)


@pytest.mark.parametrize("name", ["audit", "_build", "_swap"])
def test_killed_before_the_commit_the_former_lists_are_whole_and_it_is_taken_up_again(world, name):
    former = tables()
    take_away()
    killed_at((rematch, name))
    assert tables() == former
    assert Run.objects.get(state="running").attempts == 1
    run = run_soon()
    assert (run.state, run.attempts, Run.objects.count()) == ("done", 2, 2)
    assert tables() != former


def test_killed_after_the_commit_the_new_lists_stand_and_their_changes_are_still_told(world):
    former = tables()
    take_away()
    killed_at((changes, "tell"))
    changed = tables()
    assert changed != former
    run = run_soon()
    assert tables() == changed
    assert run.changes["went"]["unexplained"] > 0


def test_two_at_once_do_the_work_once(world):
    with rematch._guard() as where:
        assert where
        connection.close()  # `run` asks over connections of its own
        assert rematch.run(at=AT) is None
    assert Run.objects.count() == 1
    assert rematch.run(at=AT).state == "done"


def test_a_wrong_list_is_found_out_and_the_former_ones_stand(world, monkeypatch, caplog):
    from matching import kernel_run

    judge = kernel_run.judge

    def wrongly(*arguments):
        found = judge(*arguments)
        found.lists.trainee[:, :2] = found.lists.trainee[:, 1::-1].copy()
        return found

    monkeypatch.setattr(kernel_run, "judge", wrongly)
    former = tables()
    take_away()
    run = rematch.run(at=AT)
    assert run.state == "failed"
    assert "the view says" in run.error
    assert "the former lists stand" in caplog.text
    assert tables() == former


def test_a_slow_reader_is_waited_for_and_keeps_nobody_else_waiting(world, monkeypatch):
    monkeypatch.setattr(rematch, "PAUSE", 0.05)
    reader = psycopg.connect(rematch.address())
    reader.execute("SELECT FROM matching_top LIMIT 1")
    found = []
    at_it = threading.Thread(target=lambda: (found.append(rematch.run(at=AT)), connections.close_all()))
    at_it.start()
    waited = []
    while at_it.is_alive():
        began = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM matching_top")
        waited.append(time.monotonic() - began)
        time.sleep(0.02)
        if len(waited) == 40:
            reader.close()
    at_it.join()
    assert found[0].state == "done"
    assert len(waited) >= 40
    assert max(waited) < 1.5


def test_a_certificate_revoked_during_a_rematch_stays_revoked(cast, monkeypatch):
    now = cast.now
    cast.agree()
    cast.opening()
    with transaction.atomic():
        certificate = cast.certify()
    drain("matching")
    assert nightly.nightly(at=now).people == []
    match = Match.objects.get()
    assert match.state == "fits"
    read, go_on, audit = threading.Event(), threading.Event(), rematch.audit

    def slowly(*arguments):
        read.set()
        assert go_on.wait(20)
        audit(*arguments)

    monkeypatch.setattr(rematch, "audit", slowly)

    def in_thread(work):
        thread = threading.Thread(target=lambda: (work(), connections.close_all()))
        thread.start()
        return thread

    at_it = in_thread(lambda: rematch.run(at=now))
    assert read.wait(20)
    training.revoke(certificate, by=cast.priya, at=now, reason="copied")  # at once: whoever revokes does not wait
    assert "matching" in rooms_waiting(now + timedelta(hours=1))
    told = in_thread(lambda: drain("matching"))
    time.sleep(0.3)
    assert told.is_alive()
    match.refresh_from_db()
    assert match.state == "fits"
    go_on.set()
    at_it.join()
    told.join()
    match.refresh_from_db()
    assert match.state == "ended"
    assert Run.objects.first().passing == 1  # the run had read what stood before
    nightly.nightly(at=now + timedelta(hours=1))
    match.refresh_from_db()
    assert match.state == "ended"
    assert Run.objects.first().passing == 0
    assert live.passing(match.opening_id, date.fromisoformat(DAY)) == []


def test_what_changed_is_told_with_its_reason(db, caplog):
    with transaction.atomic():
        World(6, people=120, openings=20).write()
    first = rematch.run(at=AT)
    assert first.changes["first"]
    assert rematch.run(at=AT).changes == {**first.changes, "first": False, "came": {}, "went": {}}
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT trainee_id FROM matching_top ORDER BY 1 LIMIT 2")
        known, unknown = (pk for (pk,) in cursor.fetchall())
    Event.objects.create(kind="seeker.projected", at=AT, subject_type="traineeprofile", subject_id=known)
    take_away(known)
    run = rematch.run(at=AT)
    assert set(run.changes["went"]) == {"person"}
    assert "no event explains" not in caplog.text
    take_away(unknown)
    run = rematch.run(at=AT)
    assert set(run.changes["went"]) == {"unexplained"}
    assert {trainee for _opening, trainee in run.changes["named"]} == {unknown}
    assert "no event explains" in caplog.text


def at_hour(day, hour) -> datetime:
    return datetime(2026, 11, day, hour, 5, tzinfo=UTC) + timedelta(hours=8)  # Pacific time


def test_it_is_due_once_a_night_also_when_nobody_was_awake_at_three(db):
    assert tasks.due(at_hour(24, 2))
    run = Run.objects.create(started_at=at_hour(24, 2), finished_at=AT, on=DAY, state="done", missed={"made": 0})
    assert not tasks.due(at_hour(24, 2))
    assert tasks.due(at_hour(24, 3))
    assert tasks.due(at_hour(24, 15))
    run.started_at, run.state, run.finished_at = at_hour(24, 15), "running", None
    run.save()
    assert tasks.due(at_hour(24, 16))  # cut off, or another process is at it, which the rematch itself finds out
    run.state, run.finished_at = "done", AT
    run.save()
    assert not tasks.due(at_hour(25, 2))
    assert tasks.due(at_hour(25, 3))
    for _ in range(tasks.TRIES):
        assert tasks.due(at_hour(25, 4))
        Run.objects.create(started_at=at_hour(25, 3), finished_at=AT, on=DAY, state="failed")
    assert not tasks.due(at_hour(25, 5))


def test_a_web_process_never_loads_the_compiler():
    script = (
        "import django, sys; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns;"
        "import matching.rematch, matching.tasks, matching.standing; sys.exit('numba' in sys.modules)"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "pipeline.settings"}
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment).returncode == 0
