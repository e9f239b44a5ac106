"""`make demo` itself: it starts from nothing, mends what breaks, says what is wrong, and stops without a trace."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from pipeline import demo_server, servers
from pipeline.local import ROOT
from pipeline.processes import Roll, Trouble, began


def until(truth, patience=180):
    deadline = time.monotonic() + patience
    while not (answer := truth()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return answer


@pytest.fixture
def demo(tmp_path):
    """Starts a demo of its own in a folder of its own; whatever the test does, nothing stays."""
    home, started = tmp_path / "run", []
    clean = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")}
    port = free_port()

    def start():
        said = (tmp_path / f"said-{len(started)}").open("w+")
        command = [sys.executable, "-m", "pipeline.demo_server", "--port", port, "--home", str(home)]
        process = subprocess.Popen(command, cwd=ROOT, env=clean, stdout=said, stderr=said)
        process.said = lambda: (tmp_path / said.name).read_text()
        process.home, process.port, process.file = home, port, said
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.file.close()
    Roll(home / "processes.json").dismiss()
    shutil.rmtree(servers.stand_in(home), ignore_errors=True)


def free_port():
    """From another process: tests open no sockets themselves."""
    script = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()


def page(port, path="/"):
    script = f"import urllib.request as u; print(u.urlopen('http://127.0.0.1:{port}{path}', timeout=20).status)"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout.strip()


def test_it_starts_from_nothing_mends_what_breaks_and_stops_without_a_trace(demo):
    first = demo()
    until(lambda: "To stop:" in first.said() or first.poll() is not None)
    assert first.poll() is None, first.said()
    told = first.said()
    assert f"http://127.0.0.1:{first.port}/demo/mailbox/" in told
    for name in ("Ana Morales", "Priya Nair", "Elliot Park", "Ben Castillo", "Carla Reyes", "Willa Brooks"):
        assert name in told
    assert page(first.port) == "200"

    roll = Roll(first.home / "processes.json")
    pids = {entry.name: entry.pid for entry in roll.entries()}
    assert {"postgres", "valkey", "mail", "web", "worker", "sender", "beat", "watch"} <= set(pids)
    os.kill(pids["worker"], signal.SIGKILL)
    again = until(lambda: {e.name: e.pid for e in roll.entries() if began(e.pid)}.get("worker", 0) != pids["worker"])
    assert again
    # The supervisor dies as by an accident; the next start cleans up after it and serves the same data.
    first.kill()
    first.wait()
    second = demo()
    until(lambda: "To stop:" in second.said() or second.poll() is not None)
    assert second.poll() is None, second.said()
    assert "An earlier demo was cut off; stopped what it left running" in second.said()
    assert "The demo region" not in second.said(), "what is there must not be seeded again"

    everyone = [entry.pid for entry in roll.entries()]
    second.send_signal(signal.SIGINT)
    assert second.wait(timeout=20) == 0
    assert not [pid for pid in everyone if began(pid)]
    assert "Nothing is left running." in second.said()


def test_a_second_demo_in_the_same_clone_is_told_of_the_first(tmp_path):
    with (
        demo_server.only_one(tmp_path, "http://127.0.0.1:8000/"),
        pytest.raises(Trouble, match=rf"already running: http://127.0.0.1:8000/ .*kill {os.getpid()}"),
        demo_server.only_one(tmp_path, "http://127.0.0.1:9000/"),
    ):
        pass


def test_a_busy_port_is_answered_with_one_that_is_free(monkeypatch):
    monkeypatch.setattr(demo_server, "free", lambda port: port not in (8000, 8001))
    with pytest.raises(Trouble, match=r"Port 8000 is in use by another program.*make demo PORT=8002"):
        demo_server.claim(8000)
    demo_server.claim(8002)


@pytest.mark.parametrize("port", [0, -1, 70000])
def test_what_is_no_port_is_said_to_be_none(port):
    with pytest.raises(Trouble, match="is not a port"):
        demo_server.claim(port)


def test_two_clones_have_keys_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(demo_server, "any_port", lambda: 2525)
    one, other = (demo_server.environment(tmp_path / name, 8000) for name in ("one", "other"))
    assert one["SECRET_KEY"] != other["SECRET_KEY"]
    assert one["DEMO"] == "1"
    assert json.dumps(one)
