"""Wall-clock rules live through both nights on which the clocks of California change."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from celery.schedules import crontab
from django.utils import timezone

from ledger import turns
from ledger.models import Turn
from matching import tasks as matching_tasks
from matching.models import Run
from notifications.models import Preference
from notifications.preferences import next_digest
from pipeline.celery import app
from pipeline.schedule import BEAT_SCHEDULE, jobs
from pipeline.watch import Watch
from programs import tasks as programs_tasks

HOME = ZoneInfo("America/Los_Angeles")
# The evening before the clocks go back (an hour comes twice), and before they go forward (an hour is missing).
NIGHTS = [date(2026, 10, 31), date(2027, 3, 13)]


def at(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HOME).astimezone(UTC)


def quarters(start, hours):
    return [start + timedelta(minutes=15 * n) for n in range(hours * 4 + 1)]


@pytest.mark.parametrize("night", NIGHTS)
def test_beat_rings_every_quarter_of_the_night_and_no_hour_is_skipped(night):
    assert app.conf.timezone == "UTC"
    ring = BEAT_SCHEDULE["expire-certifications"]["schedule"]
    last = at(night, 22)
    for moment in quarters(last, 12)[1:]:
        with time_machine.travel(moment, tick=False):
            assert ring.is_due(last).is_due, moment
            assert not ring.is_due(moment).is_due
        last = moment


@pytest.mark.parametrize("night", NIGHTS)
def test_a_certificate_ends_at_midnight_where_the_region_lives(cast, night, settings):
    certificate = cast.certify()
    type(certificate).objects.update(expires_on=night)
    states = []
    for moment in quarters(at(night, 23), 2):
        with time_machine.travel(moment, tick=False):
            programs_tasks.expire()
        certificate.refresh_from_db()
        states.append((moment.astimezone(HOME).strftime("%H:%M"), certificate.state))
    assert [state for _time, state in states[:4]] == ["verified"] * 4
    assert states[4] == ("00:00", "expired")
    assert certificate.state == "expired"


@pytest.mark.parametrize("night", NIGHTS)
def test_everything_is_matched_again_once_that_night_at_three(db, night, monkeypatch):
    began = []

    def nightly(*, at):
        began.append(at.astimezone(HOME).strftime("%H:%M"))
        Run.objects.create(started_at=at, finished_at=at, on=at.date(), state=Run.State.DONE, missed={"people": 0})

    monkeypatch.setattr(matching_tasks.nightly, "nightly", nightly)
    Run.objects.create(started_at=at(night, 3), finished_at=at(night, 4), on=night, state="done", missed={"people": 0})
    for moment in quarters(at(night, 22), 14):
        with time_machine.travel(moment, tick=False):
            matching_tasks.rematch_nightly()
    assert began == ["03:00"]


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "America/New_York", "America/Phoenix"])
def test_the_digest_comes_at_seven_on_the_readers_own_clock(night, zone):
    for moment in quarters(at(night, 22), 8):
        due = next_digest(moment, zone, Preference.Frequency.DAILY)
        local = due.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == (7, 0)
        assert timedelta(0) < due - moment <= timedelta(hours=32)
        assert local.date() == moment.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)


def test_every_job_exists_and_a_bell_never_outlives_its_time():
    from django.utils.module_loading import import_string

    for name, job in jobs().items():
        entry = BEAT_SCHEDULE[name]
        assert callable(import_string(job.task))
        assert entry["kwargs"] == {"job": name}
        assert entry["options"]["queue"] == job.queue
        # The bell comes at least as often as the job wants to be done.
        rung = entry["schedule"]
        gap = rung.is_due(timezone.now()).next if isinstance(rung, crontab) else rung
        assert gap <= job.every.total_seconds()


@pytest.fixture
def told(db, monkeypatch):
    """What was done instead of the real jobs."""
    done = []
    monkeypatch.setattr(turns, "import_string", lambda path: lambda: done.append(path))
    return done


def test_the_watch_finds_nothing_to_do_while_bells_are_heard(told, now):
    with time_machine.travel(now, tick=False) as clock:
        watch, since = Watch(), now - timedelta(hours=1)
        for step in range(360):
            clock.move_to(now + timedelta(seconds=5 * step))
            if step % 6 == 0:
                for name in ("sweep-handoffs", "sweep-outbox"):
                    turns.take(jobs()[name], by="worker")
            if timezone.now().minute % 15 == 0 and timezone.now().second == 0:
                for job in jobs().values():
                    turns.take(job, by="worker")
            assert watch.look("mail", at=timezone.now(), since=since) == []


def test_without_any_bell_the_watch_does_everything_within_a_minute(told, now):
    sweeps = []
    with time_machine.travel(now, tick=False) as clock:
        watch, since = Watch(), now - timedelta(minutes=1)
        for step in range(0, 3600, 5):
            clock.move_to(now + timedelta(seconds=step))
            if "sweep-outbox" in watch.look("mail", at=timezone.now(), since=since):
                sweeps.append(step)
            watch.look("celery", at=timezone.now(), since=since)
    gaps = [later - earlier for earlier, later in itertools.pairwise(sweeps)]
    assert max(gaps) <= 50
    assert told.count("programs.tasks.expire") >= 3
    assert Turn.objects.get(job="expire-certifications").by.startswith("watch@")


def test_the_watch_gives_the_bells_a_moment_after_a_start(told, now):
    assert Watch().look("mail", at=now, since=now - timedelta(seconds=39)) == []


def test_one_job_that_fails_costs_the_others_nothing(db, now, monkeypatch):
    done = []

    def job(path):
        def run():
            done.append(path)
            if "handoffs" in path or "ledger" in path:
                raise ValueError("poison")

        return run

    monkeypatch.setattr(turns, "import_string", job)
    with time_machine.travel(now, tick=False):
        Watch().look("celery", at=now, since=now - timedelta(days=2))
    assert "ledger.tasks.sweep" in done
    assert "programs.tasks.expire" in done
