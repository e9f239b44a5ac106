"""The running product as the faults see it: its processes by name, its two servers, its post office."""

import contextlib
import json
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
from pipeline.demo_server import any_port
from pipeline.local import ROOT
from pipeline.processes import PROC, Roll, Trouble, began, tail

from .household import away

T = TypeVar("T")
# What others may have set for servers of theirs; this site brings its own.
OTHERS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DATABASE_POOLED", "DJANGO_SETTINGS_MODULE")


def until(truth: Callable[[], T], patience: float, what: str, every: float = 0.05) -> T:
    """Wait for `truth` to answer with something and return it; Trouble after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not (answer := truth()):
        if time.monotonic() > deadline:
            raise Trouble(f"Waited {patience:.0f} s in vain: {what}.")
        time.sleep(every)
    return answer


def parents() -> Iterator[tuple[int, int]]:
    """Every process and its parent. Small containers have no `ps`."""
    if not PROC:
        told = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True)  # noqa: S607
        yield from (tuple(map(int, line.split())) for line in told.stdout.splitlines())
        return
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            yield int(path.parent.name), int(path.read_text().rpartition(")")[2].split()[1])


class Site:
    """One running product in a folder of its own."""

    def __init__(self, data: Path | None = None):
        self.home = Path(tempfile.mkdtemp(prefix="throughline-chaos-", dir=servers.short_temp()))
        if servers.guest().popen:
            self.home.chmod(0o711)
        self.roll = Roll(self.home / "processes.json")
        if data:
            shutil.copytree(data, self.server("postgres").home)
        self.port = any_port()
        self.kills = 0
        self._household: subprocess.Popen | None = None

    def start(self) -> dict[str, str]:
        """Start everything; return the environment by which Django finds its database."""
        said = self.home / "said"
        clean = {name: value for name, value in os.environ.items() if name not in OTHERS}
        clean["EMAILS_A_DAY"] = "100000"  # one person of the load is told in minutes what others are told in years
        command = [sys.executable, "-m", "chaos.household", "--port", str(self.port), "--home", str(self.home)]
        with said.open("wb") as output:
            self._household = subprocess.Popen(  # noqa: S603
                command,
                cwd=ROOT,
                env=clean,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        until(lambda: "To stop:" in said.read_text() or self._household.poll() is not None, 240, "the product starts")
        if self._household.poll() is not None:
            raise Trouble(said.read_text())
        return json.loads((self.home / "environment.json").read_text())

    def stop(self, *, keep: bool) -> None:
        """End everything, and delete the folder unless it is needed to find out what went wrong."""
        if self._household:
            self._household.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._household.wait(timeout=40)
            self._household.kill()
            self._household.wait()
        self.roll.dismiss()
        shutil.rmtree(servers.stand_in(self.home), ignore_errors=True)
        if not keep:
            shutil.rmtree(self.home, ignore_errors=True)

    # --- Processes
    def pid(self, name: str) -> int:
        """The process of that name; 0 in the moment between its end and its next start."""
        return next((e.pid for e in self.roll.entries() if e.name == name and began(e.pid) == e.began), 0)

    def children(self, name: str) -> list[int]:
        parent = self.pid(name)
        return [pid for pid, of in parents() if of == parent]

    def kill(self, name: str, part: str) -> None:
        """`kill -9`: the "whole" process group, its "head" alone, or its "hands" (the children that do the work)."""
        pid = until(lambda: self.pid(name), 60, f"{name} is there to be killed")
        if part == "whole":
            os.killpg(pid, signal.SIGKILL)
        elif part == "head":
            os.kill(pid, signal.SIGKILL)
        else:
            for child in until(lambda: self.children(name), 30, f"{name} has children"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        self.kills += 1

    # --- Servers
    def server(self, name: str):
        return next(s for s in servers.servers(self.home, durable=True, environment={}) if s.name == name)

    def restart(self, name: str, number: signal.Signals) -> None:
        """End a server by this signal; the supervisor starts it again. Returns when it answers."""
        before = until(lambda: self.pid(name), 60, f"{name} is there")
        os.kill(before, number)
        until(lambda: began(before) is None, 30, f"{name} ends", every=0.01)
        self.back(name)

    def back(self, name: str) -> None:
        server = self.server(name)
        until(lambda: self.pid(name) and server.ready(), 90, f"{name} is back", every=0.02)

    @contextlib.contextmanager
    def without(self, name: str, number: signal.Signals) -> Iterator[None]:
        """While inside, this server is away and nobody can start it."""
        mark, before = away(self.home, name), self.pid(name)
        mark.touch()
        os.kill(before, number)
        try:
            until(lambda: self.pid(name) not in (0, before), 60, f"something stands in for {name}")
            yield
        finally:
            mark.unlink()
            os.kill(self.pid(name), signal.SIGKILL)
        self.back(name)

    # --- The post office
    def post(self, mode: str) -> None:
        draft = self.home / "post.new"
        draft.write_text(mode)
        draft.replace(self.home / "post")
        time.sleep(0.2)  # longer than it takes to look

    def accepted(self) -> list[dict]:
        """What the post office noted, in its order."""
        with contextlib.suppress(FileNotFoundError):
            return [json.loads(line) for line in (self.home / "post.jsonl").read_text().splitlines()]
        return []

    def log(self, name: str) -> str:
        return tail(self.home / "logs" / f"{name}.log", 30)
