"""Handoffs: leased, done once, retried with growing gaps, parked when they are poison."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ledger import handoffs
from ledger.models import Handoff


@pytest.fixture
def waiting(cast):
    cast.certify("osha10")
    cast.certify("aws_cw")
    return cast


def test_a_claimed_handoff_is_in_nobody_elses_hands(waiting):
    now = timezone.now()
    assert len(handoffs.claim("matching", now)) == 2
    assert handoffs.claim("matching", now) == []


def test_a_lease_that_ran_out_is_taken_by_another_worker(waiting):
    now = timezone.now()
    handoffs.claim("matching", now)
    again = handoffs.claim("matching", now + handoffs.LEASE + timedelta(seconds=1))
    assert [handoff.attempts for handoff in again] == [2, 2]


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
