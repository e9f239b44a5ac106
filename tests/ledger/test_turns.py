"""Periodic jobs: begun once however often the bell is rung, and by the watch when nobody rings it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from ledger import turns
from ledger.models import Turn
from ledger.turns import Job

SWEEP = Job("sweep", "tests.ledger.test_turns.work", timedelta(seconds=30))
DAILY = Job("daily", "tests.ledger.test_turns.work", timedelta(minutes=15), lease=timedelta(minutes=15))

done = []


def work():
    done.append(timezone.now())


def broken():
    raise ValueError("no sense")


@pytest.fixture(autouse=True)
def _fresh():
    done.clear()


def test_two_beats_are_no_double_work(db, now):
    # One minute of ticks from two beats that are five seconds apart.
    with time_machine.travel(now, tick=False) as clock:
        for _tick in range(13):
            for beat in ("beat@one", "beat@two"):
                turns.take(SWEEP, by=beat)
            clock.shift(5)
    assert len(done) == 3


def test_a_bell_that_comes_a_little_early_still_counts(db, now):
    with time_machine.travel(now, tick=False) as clock:
        assert turns.take(SWEEP, by="worker")
        clock.shift(29.9)
        assert turns.take(SWEEP, by="worker")


def test_a_job_of_its_own_is_not_done_side_by_side(db, now, monkeypatch):
    inside = []

    def slow():
        inside.append(turns.take(DAILY, by="other"))

    monkeypatch.setattr("tests.ledger.test_turns.work", slow)
    with time_machine.travel(now, tick=False) as clock:
        assert turns.take(DAILY, by="worker")
        assert inside == [False]
        clock.shift(timedelta(minutes=15))
        assert turns.take(DAILY, by="worker")


def test_one_that_outlasts_its_lease_does_not_end_the_lease_of_the_next(db, now, monkeypatch):
    with time_machine.travel(now, tick=False) as clock:

        def slow():
            clock.shift(16 * 60)
            monkeypatch.setattr("tests.ledger.test_turns.work", lambda: None)
            assert turns._begin(DAILY, "worker@two", timezone.now())

        monkeypatch.setattr("tests.ledger.test_turns.work", slow)
        assert turns.take(DAILY, by="worker@one")
        held = Turn.objects.get()
        assert (held.by, held.leased_until) == ("worker@two", timezone.now() + DAILY.lease)
        assert held.ended_at


def test_a_killed_job_is_taken_up_when_its_lease_runs_out(db, now):
    with time_machine.travel(now, tick=False) as clock:
        assert turns._begin(DAILY, "killed", timezone.now())
        clock.shift(timedelta(minutes=14))
        assert not turns.take(DAILY, by="worker")
        clock.shift(timedelta(minutes=2))
        assert turns.take(DAILY, by="worker")


def test_a_job_that_fails_says_so_and_is_tried_at_its_next_turn(db, now, monkeypatch):
    monkeypatch.setattr("tests.ledger.test_turns.work", broken)
    with pytest.raises(ValueError, match="no sense"):
        turns.take(DAILY, by="worker")
    turn = Turn.objects.get()
    assert turn.error == "ValueError: no sense"
    assert turn.leased_until is None
    assert turn.ended_at is None


@pytest.mark.parametrize(
    ("job", "begun", "at", "late"),
    [
        (SWEEP, "12:00:00", "12:00:44", False),
        (SWEEP, "12:00:00", "12:00:46", True),
        (DAILY, "12:00:00", "12:15:14", False),
        (DAILY, "12:00:00", "12:15:15", True),
        (DAILY, "12:00:15", "12:15:16", True),  # what the watch did itself does not slip from quarter to quarter
        (DAILY, "12:15:15", "12:30:15", True),
        (DAILY, "12:13:00", "12:15:16", False),  # begun a moment ago
    ],
)
def test_the_watch_waits_for_the_bell_and_a_little_more(job, begun, at, late):
    def moment(text):
        return datetime.fromisoformat(f"2026-11-24T{text}").replace(tzinfo=UTC)

    assert job.is_overdue(moment(begun), at=moment(at)) is late


def test_of_many_who_ask_at_once_one_gets_it(db):
    """Real connections, all at the same moment; the rows they see must be committed, so this one cleans up itself."""
    job = Job("race", "tests.ledger.test_turns.work", timedelta(hours=1))
    barrier, told, trouble = threading.Barrier(3), [], []

    def aside(work):
        """In a connection of its own, so that what it commits is really committed."""

        def run():
            try:
                work()
            except BaseException as error:
                trouble.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def ask():
        barrier.wait(20)
        told.append(turns.take(job, by="one of three"))

    try:
        for thread in [aside(ask) for _ in range(3)]:
            thread.join(20)
        assert not trouble
        assert sorted(told) == [False, False, True]
        assert len(done) == 1
    finally:
        aside(Turn.objects.filter(job="race").delete).join()
