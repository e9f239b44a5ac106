"""Processes we started, remembered on disk, so that the next start can end what a killed one left behind.

A process id alone is not enough: after a while the system gives it to a stranger. So each entry also holds the moment
the process began, and nothing is ever signalled unless both agree.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc/self/stat").exists()
# The servers stay until everything that talks to them has said goodbye.
LAST = ("postgres", "valkey")


class Trouble(Exception):
    """Something the person can mend; its text is the sentence they read."""


class Entry(NamedTuple):
    name: str
    pid: int
    began: str
    signal: int = signal.SIGTERM


def began(pid: int) -> str | None:
    """The moment `pid` started, as an opaque mark; None when no such process lives (a zombie does not)."""
    if PROC:
        try:
            state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if state in "ZX" else f"{_boot()}:{fields[18]}"
    state, _, moment = _ps(pid, "stat=,lstart=").partition(" ")
    return None if not state or state.startswith("Z") else moment.strip()


def words_of(pid: int) -> str:
    """The command line of a process."""
    if PROC:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return _ps(pid, "command=")


def _ps(pid: int, columns: str) -> str:
    told = subprocess.run(["ps", "-ww", "-o", columns, "-p", str(pid)], capture_output=True, text=True)  # noqa: S603, S607
    return told.stdout.strip()


def _boot() -> str:
    """Start times count from boot, so the same pid and tick may recur after one."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
    return ""


def end(entries: list[Entry], patience: float = 12) -> list[str]:
    """Ask every living process to stop, wait, then insist with its whole group. Returns the names that were alive."""
    alive = [entry for entry in entries if began(entry.pid) == entry.began]
    for entry in alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(entry.pid, entry.signal)
    waiting, deadline = alive, time.monotonic() + patience
    while waiting and time.monotonic() < deadline:
        time.sleep(0.02)
        waiting = [entry for entry in waiting if began(entry.pid) == entry.began]
    for entry in alive:
        # Everything we start leads its own session, so its group holds only its own children.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(entry.pid, signal.SIGKILL)
    return [entry.name for entry in alive]


class Roll:
    """The list of processes of one folder, kept in a small JSON file that is replaced in one step."""

    def __init__(self, path: Path):
        self.path = path

    def entries(self) -> list[Entry]:
        try:
            return [Entry(*row) for row in json.loads(self.path.read_text())]
        except (FileNotFoundError, ValueError, TypeError):
            return []

    def _write(self, entries: list[Entry]) -> None:
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(entries))
        draft.replace(self.path)

    def add(self, entry: Entry) -> None:
        self._write([old for old in self.entries() if old.name != entry.name] + [entry])

    def alive(self, name: str) -> bool:
        return any(entry.name == name and began(entry.pid) == entry.began for entry in self.entries())

    def dismiss(self, names: tuple[str, ...] | None = None, patience: float = 12) -> list[str]:
        """End all of them (or those named), servers last. Returns the names that were still alive."""
        chosen = [entry for entry in self.entries() if names is None or entry.name in names]
        ended = end([entry for entry in chosen if entry.name not in LAST], patience)
        ended += end([entry for entry in chosen if entry.name in LAST], patience)
        self._write([entry for entry in self.entries() if entry not in chosen])
        return ended


def spawn(command: list[str], *, name: str, log: Path, roll: Roll, stop=signal.SIGTERM, **popen) -> subprocess.Popen:
    """Start `command` in a session of its own (Ctrl-C in the terminal must reach only us) and enter it in the roll."""
    # Opened for appending: a log cut short while it is written to (`bound`) goes on from its new end.
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, **popen
        )
    roll.add(Entry(name, process.pid, began(process.pid) or "ended at once", int(stop)))
    return process


def bound(log: Path, limit: int = 5_000_000) -> None:
    """Keep a log under `limit` bytes plus one older copy, without its writer noticing."""
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > limit:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)


def tail(log: Path, lines: int = 12) -> str:
    with contextlib.suppress(FileNotFoundError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 20_000))
        return "\n".join("    " + line for line in file.read().decode(errors="replace").splitlines()[-lines:])
    return ""
