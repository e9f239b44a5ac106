"""Handoffs: leased, done once, retried with growing gaps, parked when they are poison."""

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from ledger import handoffs
from ledger.models import Event, Handoff


@pytest.fixture
def waiting(cast):
    cast.certify("osha10")
    cast.certify("aws_cw")
    Handoff.objects.exclude(room="matching").delete()  # other rooms ask for certificates, too
    return cast


def test_a_claimed_handoff_is_in_nobody_elses_hands(waiting):
    now = timezone.now()
    assert len(handoffs.claim("matching", now)) == 2
    assert handoffs.claim("matching", now) == []


def test_a_lease_that_ran_out_is_taken_by_another_worker_one_at_a_time(waiting):
    now = timezone.now()
    handoffs.claim("matching", now)
    later = now + handoffs.LEASE + timedelta(seconds=1)
    again = handoffs.claim("matching", later) + handoffs.claim("matching", later)
    assert [handoff.attempts for handoff in again] == [2, 2]
    assert handoffs.claim("matching", later) == []


def test_what_ends_its_worker_five_times_is_parked(waiting):
    # A handoff that makes the worker run out of memory never comes back to say so.
    now = timezone.now()
    for _kill in range(5):
        while handoffs.claim("matching", now):
            pass
        now += handoffs.LEASE + timedelta(seconds=1)
    assert handoffs.claim("matching", now) == []
    assert set(Handoff.objects.values_list("state", "error")) == {("parked", handoffs.CUT_OFF)}


def test_what_another_took_over_is_left_to_them(waiting, monkeypatch):
    done = []
    monkeypatch.setattr("matching.jobs.take", lambda taken, *, at: done.extend(h.pk for h in taken))
    slow = handoffs.claim("matching", timezone.now())
    Handoff.objects.update(attempts=2, leased_until=timezone.now() + timedelta(minutes=1))
    handoffs._do(lambda taken, *, at: done.extend(taken), slow)
    assert done == []
    handoffs._failed(slow[0], ValueError("too late"))
    assert set(Handoff.objects.values_list("attempts", "error")) == {(2, "")}


def test_a_long_queue_is_left_to_the_next_bell_before_the_worker_is_ended_by_force(waiting, monkeypatch):
    monkeypatch.setattr(handoffs, "BATCH", 1)
    monkeypatch.setattr(handoffs, "STINT", -1)
    rung = []
    monkeypatch.setattr("ledger.log.ring_for", rung.append)
    assert handoffs.drain("matching") == 1
    assert rung == ["matching"]
    assert handoffs.drain("matching") == 1


def test_work_done_a_month_ago_is_forgotten_and_nothing_else(waiting, monkeypatch):
    monkeypatch.setattr(handoffs, "FORGOTTEN_AT_ONCE", 1)
    now, old = timezone.now(), timezone.now() - timedelta(days=31)
    handoffs.drain("matching")
    assert handoffs.forget(at=now) == 0
    waiting.certify("forklift")
    Handoff.objects.filter(state="done").update(done_at=old)
    Handoff.objects.filter(state="waiting").update(due_at=old)
    events = Event.objects.count()
    assert handoffs.forget(at=now) == 2
    assert set(Handoff.objects.values_list("state", flat=True)) == {"waiting"}
    assert Event.objects.count() == events


def test_marking_work_done_looks_at_that_work_and_not_at_all_that_waits(waiting):
    numbered = iter(("$1", "$2", "$3"))
    said = re.sub("%s", lambda _: next(numbered), handoffs._DONE)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # as in a table that is long
        cursor.execute("EXPLAIN (GENERIC_PLAN) " + said)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "using ledger_handoff_pkey" in plan
    assert "handoff_waiting" not in plan


def test_done_work_is_marked_done(waiting):
    assert handoffs.drain("matching") == 2
    assert set(Handoff.objects.values_list("state", flat=True)) == {"done"}
    assert handoffs.drain("matching") == 0


def test_one_poisoned_handoff_does_not_hold_up_the_others(waiting, monkeypatch):
    poison = Handoff.objects.order_by("pk").first()

    def take(taken, *, at):
        if any(handoff.pk == poison.pk for handoff in taken):
            raise ValueError("poison")

    monkeypatch.setattr("matching.jobs.take", take)
    handoffs.drain("matching")
    poison.refresh_from_db()
    assert poison.state == "waiting"
    assert "poison" in poison.error
    assert poison.due_at > timezone.now()
    assert Handoff.objects.filter(state="done").count() == 1


def test_poison_is_parked_after_five_tries_with_its_error(waiting, monkeypatch):
    monkeypatch.setattr("matching.jobs.take", lambda taken, *, at: 1 / 0)
    for _try in range(5):
        Handoff.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        handoffs.drain("matching")
    parked = Handoff.objects.first()
    assert (parked.state, parked.attempts) == ("parked", 5)
    assert "ZeroDivisionError" in parked.error


@pytest.fixture
def parked(waiting):
    Handoff.objects.update(state="parked", attempts=5, error="ValueError: poison")
    return waiting


def test_parked_work_is_sent_round_again_with_five_new_tries(parked, settle):
    assert handoffs.retry(by=parked.carla, at=timezone.now()) == 2
    assert set(Handoff.objects.values_list("state", "attempts")) == {("waiting", 0)}
    assert Event.objects.filter(kind="handoff.retried", actor_id=parked.carla.pk).count() == 2
    settle()
    assert set(Handoff.objects.values_list("state", "error")) == {("done", "")}
    assert handoffs.retry(by=parked.carla, at=timezone.now()) == 0


def test_the_command_lists_and_retries_what_is_parked(parked, capsys):
    one, other = Handoff.objects.order_by("pk")
    call_command("handoffs", "list")
    said = capsys.readouterr().out
    assert f"{one.pk}" in said
    assert "ValueError: poison" in said
    call_command("handoffs", "retry", str(other.pk))
    assert list(handoffs.parked()) == [one]
    call_command("handoffs", "retry", "--all")
    assert not handoffs.parked().exists()
    capsys.readouterr()
    call_command("handoffs", "list")
    assert "Nothing is parked" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no parked"):
        call_command("handoffs", "retry", "999999")


def test_a_room_that_lets_others_go_first_takes_one_worker_and_not_all(waiting):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, hashtext('matching'))", [handoffs.ALONE])
            assert handoffs.drain_alone("matching") == 0
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext('matching'))", [handoffs.ALONE])
        assert handoffs.drain_alone("matching") > 0
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext('matching'))", [handoffs.ALONE])
            assert cursor.fetchone() == (True,)
    finally:
        other.close()
