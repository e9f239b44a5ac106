"""The supervisor: who ends is started again, and however it stops itself, nobody stays behind."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from pipeline import supervisor as supervising
from pipeline.local import ROOT
from pipeline.processes import Entry, Roll, began, bound, end
from pipeline.supervisor import Child, Supervisor

# A household of two: one with a child of its own, one that ends at once for the first three times.
HOUSEHOLD = """
import sys
from pathlib import Path
from pipeline.processes import Roll, spawn
from pipeline.supervisor import Stopped, Supervisor, say
home = Path(sys.argv[1])
supervisor = Supervisor(Roll(home / "processes.json"), home)
left = supervisor.roll.dismiss()
say(f"left: {sorted(left)}")
def member(name, script):
    supervisor.add(name, lambda: spawn(["sh", "-c", script], name=name, log=home / f"{name}.log", roll=supervisor.roll))
try:
    member("steady", f"sleep 600 & echo $! > {home}/grandchild; wait")
    member("fickle", f"echo born >> {home}/births; sleep 600")
    say("up")
    supervisor.watch()
except Stopped:
    supervisor.stop()
    say("stopped")
"""


def until(truth, patience=15):
    deadline = time.monotonic() + patience
    while not truth():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def open_house(tmp_path):
    houses = []

    def open_one():
        house = subprocess.Popen(
            [sys.executable, "-c", HOUSEHOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        houses.append(house)
        house.told = [house.stdout.readline().strip() for _ in range(2)]
        until((tmp_path / "grandchild").exists)
        return house

    yield open_one
    for house in houses:
        house.kill()
        house.communicate()
    Roll(tmp_path / "processes.json").dismiss()


def members(tmp_path):
    return {entry.name: entry for entry in Roll(tmp_path / "processes.json").entries()}


def births(tmp_path):
    return (tmp_path / "births").read_text().count("born") if (tmp_path / "births").exists() else 0


def test_who_is_killed_is_started_again_at_once(open_house, tmp_path):
    house = open_house()
    until(lambda: births(tmp_path) == 1)
    os.kill(members(tmp_path)["fickle"].pid, signal.SIGKILL)
    until(lambda: births(tmp_path) == 2, patience=3)
    assert house.stdout.readline().strip() == "fickle stopped (SIGKILL) and is started again."


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_way_to_stop_ends_everyone_and_their_children(open_house, tmp_path, way):
    house = open_house()
    until((tmp_path / "grandchild").read_text)
    everyone = [entry.pid for entry in members(tmp_path).values()] + [int((tmp_path / "grandchild").read_text())]
    house.send_signal(way)
    assert house.wait(timeout=10) == 0
    until(lambda: not any(began(pid) for pid in everyone))


def test_after_a_killed_supervisor_the_next_one_ends_what_was_left(open_house, tmp_path):
    first = open_house()
    orphans = members(tmp_path)
    first.kill()
    first.wait()
    assert began(orphans["steady"].pid) == orphans["steady"].began
    second = open_house()
    assert second.told[0] == "left: ['fickle', 'steady']"
    assert began(orphans["steady"].pid) is None
    assert members(tmp_path)["steady"].pid != orphans["steady"].pid


def test_a_process_that_took_over_an_old_number_is_left_alone():
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        assert end([Entry("worker", stranger.pid, "another moment")]) == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_who_does_not_listen_is_made_to_stop():
    deaf = subprocess.Popen(
        ["sh", "-c", "trap '' TERM; echo; while :; do sleep 0.1; done"], stdout=subprocess.PIPE, start_new_session=True
    )
    with deaf:
        deaf.stdout.readline()
        assert end([Entry("deaf", deaf.pid, began(deaf.pid))], patience=0.3) == ["deaf"]
        assert deaf.wait(timeout=5) == -signal.SIGKILL


class Ended:
    def poll(self):
        return 1


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """A supervisor whose sentences are kept, and which leaves this process's own signals alone."""
    monkeypatch.setattr(supervising.signal, "signal", lambda *_: None)
    said = []
    monkeypatch.setattr(supervising, "say", said.append)
    one = Supervisor(Roll(tmp_path / "processes.json"), tmp_path)
    one.said = said
    return one


def test_who_keeps_ending_is_tried_less_and_less_often(alone, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(supervising.time, "monotonic", lambda: now[0])
    starts = []
    child = Child("worker", lambda: starts.append(now[0]) or Ended())
    alone.children.append(child)
    while now[0] < 1120:
        alone.tick(now[0])
        now[0] += 0.25
    pauses = [round(later - earlier) for earlier, later in itertools.pairwise(starts)]
    assert pauses[:6] == [0, 1, 2, 4, 8, 16]
    assert set(pauses[7:]) <= {30}


def test_who_keeps_ending_is_named_with_the_end_of_its_log(alone, tmp_path):
    (tmp_path / "worker.log").write_text("ImportError: no module named sense\n")
    child = Child("worker", Ended, failures=2, process=Ended(), since=time.monotonic())
    alone.children.append(child)
    alone.tick(time.monotonic())
    told = "\n".join(alone.said)
    assert "worker keeps stopping (exit code 1). The next try is in 2 s." in told
    assert str(tmp_path / "worker.log") in told
    assert "no module named sense" in told


def test_a_long_good_life_is_forgiven_its_end(alone):
    child = Child("worker", Ended, failures=7, process=Ended(), since=time.monotonic() - 3600)
    alone.children.append(child)
    alone.tick(time.monotonic())
    assert child.failures == 1


def test_a_log_stays_bounded_while_it_is_being_written(tmp_path):
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"old\n" * 1000)
        bound(log, limit=1000)
        writer.write(b"new\n")
    assert log.read_bytes() == b"new\n"
    assert (tmp_path / "web.log.1").stat().st_size == 4000


def test_a_broken_roll_is_an_empty_one(tmp_path):
    roll = Roll(tmp_path / "processes.json")
    roll.path.write_text("[[half")
    assert roll.entries() == []
    roll.add(Entry("web", 1, "once"))
    assert json.loads(roll.path.read_text()) == [["web", 1, "once", int(signal.SIGTERM)]]
