"""A broker that is away costs one try, not one for every fact; one bell is enough for all that waits."""

import uuid

import pytest

from ledger import bells


class Task:
    name = "wake"

    def __init__(self, away=True):
        self.away, self.rung = away, 0

    def delay(self, **values):
        self.rung += 1
        if self.away:
            raise ConnectionError("mute")


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(bells, "_silent_until", 0.0)
    monkeypatch.setattr(bells.time, "monotonic", lambda: now[0])
    return now


def test_who_could_not_be_reached_is_not_tried_again_for_a_while(clock):
    task = Task()
    assert [bells.ring(task) for _ in range(3)] == [False] * 3
    assert task.rung == 1
    clock[0] += bells.PAUSE
    task.away = False
    assert bells.ring(task)
    assert bells.ring(task)
    assert task.rung == 3


def test_one_bell_is_on_its_way_until_it_is_heard():
    """Heard before the work is looked at: what happens while somebody is at it rings again."""
    task, other = Task(away=False), Task(away=False)
    room, calm = uuid.uuid4().hex, uuid.uuid4().hex
    assert all(bells.ring(task, once=room) for _fact in range(100))
    assert task.rung == 1
    assert all(bells.ring(other, once=calm, within=9) for _fact in range(100))
    assert other.rung == 1
    bells.heard(room)
    assert bells.ring(task, once=room)
    assert task.rung == 2
    left = [bells._broker().pttl(bells._mark(one)) for one in (room, calm)]  # a lost bell is not believed in for ever
    assert 0 < left[0] <= bells.FADES * 1000 < left[1] <= 9000
