"""The product as `make demo` runs it, in a folder of its own: web, worker, beat, mail catcher and both servers."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from pipeline import servers
from pipeline.demo.mailbox import Letter, letter
from pipeline.local import ROOT
from pipeline.processes import Roll, began

T = TypeVar("T")
# What `make test` sets for its own servers; this stack brings its own.
OTHERS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DATABASE_POOLED", "DJANGO_SETTINGS_MODULE")

# A pipe closes however its holder ends: even when the tests are killed, the stack is stopped and its folder deleted.
GUARD = """
    cat
    kill -CONT "$0"; kill -TERM "$0"
    while kill -0 "$0"; do sleep 0.1; done
    rm -rf "$1"
"""


def until(truth: Callable[[], T], patience: float, otherwise: str) -> T:
    """Wait for `truth` to answer with something and return it. Raises AssertionError after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not (answer := truth()):
        assert time.monotonic() < deadline, f"waited {patience} s in vain: {otherwise}"
        time.sleep(0.05)
    return answer


class Stack:
    """One running product. `address` has no slash at its end; `said` is what each start told in its terminal."""

    def __init__(self, home: Path):
        self.home = home
        self.roll = Roll(home / "processes.json")
        self.mail = home / "mail"
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._starts = 0
        self._letters: dict[str, Letter] = {}
        self._supervisor: subprocess.Popen | None = None
        self._guard: subprocess.Popen | None = None

    def start(self) -> None:
        """Start everything and return when the home page answers."""
        self._starts += 1
        clean = {name: value for name, value in os.environ.items() if name not in OTHERS}
        command = [sys.executable, "-m", "pipeline.demo_server", "--port", self.port, "--home", str(self.home)]
        with self._said(self._starts).open("wb") as output:
            self._supervisor = subprocess.Popen(command, cwd=ROOT, env=clean, stdout=output, stderr=output)
        guard = ["sh", "-c", GUARD, str(self._supervisor.pid), str(self.home)]
        self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        until(lambda: "To stop:" in self.said[-1] or self._supervisor.poll() is not None, 240, "the stack starts")
        assert self._supervisor.poll() is None, self.said[-1]

    def _said(self, number: int) -> Path:
        return self.home / f"said-{number}"

    @property
    def said(self) -> list[str]:
        return [self._said(number).read_text() for number in range(1, self._starts + 1)]

    def pids(self) -> dict[str, int]:
        """Who lives in the house, by name."""
        return {entry.name: entry.pid for entry in self.roll.entries() if began(entry.pid) == entry.began}

    def begin_anew(self) -> None:
        """The supervisor dies as by an accident and nobody else does; then somebody starts the product again."""
        self._supervisor.kill()
        self._supervisor.wait()
        self._guard.kill()  # it would take the folder along
        self._guard.stdin.close()
        self._guard.wait()
        self.start()

    def leave(self) -> None:
        """Stop as by Ctrl-C. Raises AssertionError when anybody stays behind."""
        everyone = self.pids()
        self._supervisor.send_signal(signal.SIGINT)
        assert self._supervisor.wait(timeout=30) == 0, self.said[-1]
        left = [name for name, pid in everyone.items() if began(pid)]
        assert not left, left
        assert "Nothing is left running." in self.said[-1]

    def stop(self) -> None:
        """End everything, also what a failed test left frozen, and delete the folder."""
        if self._supervisor:
            self._supervisor.send_signal(signal.SIGCONT)
            self._supervisor.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._supervisor.wait(timeout=30)
            self._supervisor.kill()
            self._supervisor.wait()
            self.roll.dismiss()
            self._guard.stdin.close()
            self._guard.wait()
        shutil.rmtree(servers.stand_in(self.home), ignore_errors=True)

    def letters(self, to: str) -> list[Letter]:
        """What the mail server was handed for this address, newest first. Each letter is read once, however often
        somebody waits for another.
        """
        folder = self.mail / "new"
        for key in set(os.listdir(folder) if folder.exists() else ()) - set(self._letters):
            self._letters[key] = letter(self.mail, key)
        mine = [one for one in self._letters.values() if to in one.to]
        return sorted(mine, key=lambda one: (one.at, one.key), reverse=True)

    def letter(self, to: str, *, about: str = "", besides: int = 0, patience: float = 30) -> Letter:
        """The newest letter to `to` with `about` in its subject, once there are more than `besides` of them."""

        def arrived():
            found = [letter for letter in self.letters(to) if about in letter.subject]
            return found[0] if len(found) > besides else None

        return until(arrived, patience, f"a letter to {to} about “{about}” (there are {besides} before it)")

    @contextlib.contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """While inside, the process `name` and its children are alive and do nothing."""
        pid = self._pid(name)
        os.killpg(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(pid, signal.SIGCONT)

    @contextlib.contextmanager
    def without(self, name: str) -> Iterator[None]:
        """While inside, the process `name` is gone; afterwards the supervisor starts it again."""
        self._supervisor.send_signal(signal.SIGSTOP)
        pid = self._pid(name)
        try:
            os.killpg(pid, signal.SIGKILL)
            until(lambda: began(pid) is None, 10, f"{name} ends")
            yield
        finally:
            self._supervisor.send_signal(signal.SIGCONT)
        until(lambda: self._pid(name) not in (0, pid) and self.roll.alive(name), 60, f"{name} is back")

    def _pid(self, name: str) -> int:
        """The process of that name; 0 in the moment between its end and its next start."""
        return next((entry.pid for entry in self.roll.entries() if entry.name == name), 0)


@contextlib.contextmanager
def running() -> Iterator[Stack]:
    """A fresh stack, stopped and deleted afterwards."""
    stack = Stack(Path(tempfile.mkdtemp(prefix="journeys-", dir=servers.short_temp())))
    try:
        stack.start()
        yield stack
        stack.leave()
    finally:
        stack.stop()


def _free_port() -> str:
    """Asked by another process: tests open no sockets themselves."""
    script = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
