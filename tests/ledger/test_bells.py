"""A broker that is away costs one try, not one for every fact."""

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
