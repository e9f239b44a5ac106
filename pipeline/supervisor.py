"""A small supervisor: keeps a household of processes alive and, however it ends, leaves none behind.

A process that ends is started again, at once the first time and then after growing pauses. This is no luxury: when its
broker restarts at the wrong moment, a Celery 5.7 worker exits. Stopping is by Ctrl-C, SIGTERM or a closed terminal. A
supervisor that was itself killed could stop nobody; what it left is in the roll (`processes.json`) and is ended by the
next one, before it starts anything.
"""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.processes import Roll, Trouble, bound, tail

# A process that lived this long had started well; its next end counts as the first.
WELL = 30
LONGEST_PAUSE = 30
TICK = 0.2


class Stopped(Exception):
    """Somebody asked us to stop."""


def say(text: str = "") -> None:
    # When the terminal is gone there is still a household to stop.
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


@dataclass
class Child:
    """One process of the household: how to start it, and how its starts have gone."""

    name: str
    start: Callable[[], subprocess.Popen]
    process: subprocess.Popen | None = None
    since: float = 0
    failures: int = 0
    due: float = 0


class Supervisor:
    def __init__(self, roll: Roll, logs: Path):
        self.roll, self.logs = roll, logs
        self.children: list[Child] = []
        self.asked_to_stop = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # A flag and no exception: one raised between starting a process and noting it would lose the process.
            signal.signal(number, self._ask)

    def _ask(self, *_) -> None:
        self.asked_to_stop = True

    def check(self) -> None:
        if self.asked_to_stop:
            raise Stopped

    def sleep(self, seconds: float = TICK) -> None:
        self.check()
        time.sleep(seconds)
        self.check()

    def add(self, name: str, start: Callable[[], subprocess.Popen]) -> Child:
        child = Child(name, start)
        self.children.append(child)
        self._start(child)
        self.check()
        return child

    def wait(self, process: subprocess.Popen) -> int:
        """The exit code of a step that ends by itself, while still hearing Ctrl-C."""
        while process.poll() is None:
            self.sleep(0.05)
        return process.returncode

    def watch(self) -> None:
        """Keep everyone alive until somebody asks to stop."""
        while True:
            self.tick(time.monotonic())
            self.sleep()

    def tick(self, now: float) -> None:
        for child in self.children:
            if child.process is None:
                if now >= child.due:
                    self._start(child)
            elif (code := child.process.poll()) is not None:
                self._ended(child, now, f"exit code {code}" if code >= 0 else signal.Signals(-code).name)
            bound(self.logs / f"{child.name}.log")

    def _start(self, child: Child) -> None:
        child.since = time.monotonic()
        try:
            child.process = child.start()
        except (OSError, Trouble) as error:
            self._ended(child, child.since, str(error))

    def _ended(self, child: Child, now: float, how: str) -> None:
        child.failures = 1 if now - child.since > WELL else child.failures + 1
        pause = 0 if child.failures == 1 else min(LONGEST_PAUSE, 2 ** (child.failures - 2))
        child.process, child.due = None, now + pause
        if child.failures == 1:
            say(f"  {child.name} stopped ({how}) and is started again.")
        elif child.failures == 3 or child.failures % 10 == 0:
            log = self.logs / f"{child.name}.log"
            say(f"  {child.name} keeps stopping ({how}). The next try is in {pause} s. The end of its log, {log}:")
            say(tail(log))

    def stop(self) -> None:
        """End everyone, servers last, however long the list and whatever else is asked meanwhile."""
        self.children.clear()
        self.roll.dismiss(patience=8)
