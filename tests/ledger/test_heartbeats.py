"""Who is alive: seen every 20 seconds, silent after two minutes, forgotten after an hour."""

from datetime import timedelta

from django.utils import timezone

from ledger import heartbeats
from ledger.models import Heartbeat


def everybody(at):
    for kind in heartbeats.KINDS:
        heartbeats.beat([kind], f"{kind}@one", at=at)


def test_nobody_was_ever_seen(db, now):
    assert heartbeats.silent(heartbeats.last_seen(), at=now) == list(heartbeats.KINDS)


def test_two_minutes_of_silence_are_trouble(db, now):
    everybody(now)
    seen = heartbeats.last_seen()
    assert heartbeats.silent(seen, at=now + heartbeats.SILENT) == []
    assert heartbeats.silent(seen, at=now + heartbeats.SILENT + timedelta(seconds=1)) == list(heartbeats.KINDS)


def test_a_worker_that_was_taken_away_is_not_missed_while_another_lives(db, now):
    heartbeats.beat(["worker"], "worker@gone", at=now - timedelta(minutes=30))
    everybody(now)
    assert heartbeats.silent(heartbeats.last_seen(), at=now) == []


def test_one_worker_may_do_both_kinds_of_work(db, now):
    heartbeats.beat(["worker", "sender"], "celery@one", at=now)
    heartbeats.beat(["worker", "sender"], "celery@one", at=now + timedelta(seconds=20))
    assert Heartbeat.objects.count() == 2
    assert heartbeats.silent(heartbeats.last_seen(), at=now) == ["beat", "watch"]


def test_after_a_start_silence_counts_from_the_start(db, now):
    heartbeats.beat(["worker"], "worker@yesterday", at=now - timedelta(days=1))
    heartbeats.expect(at=now)
    assert heartbeats.silent(heartbeats.last_seen(), at=now + timedelta(minutes=1)) == []
    assert "worker" in heartbeats.silent(heartbeats.last_seen(), at=now + timedelta(minutes=3))


def test_who_is_gone_is_forgotten_except_the_last_who_did_this_work(db, now):
    heartbeats.beat(["worker"], "worker@old", at=now - timedelta(hours=3))
    heartbeats.beat(["worker"], "worker@older", at=now - timedelta(hours=4))
    heartbeats.beat(["beat"], "beat@one", at=now)
    heartbeats.forget(at=now)
    assert set(Heartbeat.objects.values_list("process", flat=True)) == {"worker@old", "beat@one"}


def test_a_pulse_bears_a_database_that_is_away(now, monkeypatch, settings):
    apart, nowhere = heartbeats.apart, {**settings.DATABASES["default"], "NAME": "there_is_no_such_database"}
    monkeypatch.setattr(heartbeats, "apart", lambda: apart(nowhere))
    pulse = heartbeats.Pulse(["worker"], "worker@one")
    pulse()
    pulse.gone()
    assert pulse.next > timezone.now()


def test_the_pulses_own_connection_reaches_our_database(db):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        ours = cursor.fetchone()
    with heartbeats.apart(connection.settings_dict) as line:
        assert line.execute("SELECT current_database()").fetchone() == ours
