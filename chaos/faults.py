"""The faults, each one a story: what is done to the running product, and from when it must be well again."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import redis
from django.utils import timezone

from pipeline.processes import Trouble

from . import proof
from .cast import Cast
from .load import Load
from .site import Site, until

RECOVERY = 60  # seconds within which work goes on, untouched
PATIENCE = 20  # how long a kill waits for its moment


@dataclass
class Run:
    """One run: the product, the load on it, and what was found."""

    site: Site
    cast: Cast
    load: Load
    quick: bool
    since: datetime
    broken: list[str] = field(default_factory=list)
    away: list[tuple[float, float]] = field(default_factory=list)  # when the database was away, by our clock
    blows: int = 0  # how often a process that sends, or its database, was struck: so many letters may leave twice
    met: dict[str, list[bool]] = field(default_factory=dict)  # whether a kill met its victim at work
    recovered: dict[str, float] = field(default_factory=dict)  # seconds until work went on, the worst of each fault
    outage: dict[str, list[float]] = field(default_factory=dict)

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def again(self, fault: str, well: Callable[[datetime], bool], what: str) -> None:
        """Wait until new work is done, and note how long it took."""
        begun, moment = time.monotonic(), timezone.now()

        def goes_on():
            return proof.is_up() and well(moment)

        try:
            until(goes_on, RECOVERY + 60, what, every=0.2)
        except Trouble:
            self.broken.append(f"{fault}: two minutes later still nothing was {what}")
            return
        took = time.monotonic() - begun
        self.recovered[fault] = max(took, self.recovered.get(fault, 0))
        if took > RECOVERY:
            self.broken.append(f"{fault}: {took:.0f} s until something was {what}")


def workers(run: Run) -> None:
    """kill -9 of the worker and of the sender, in the middle of matching and of sending."""
    # Whoever ends whole is started again after growing pauses, so that is done less often.
    parts = ("whole", "hands", "hands", "head", "hands", "hands", "whole", "hands", "hands", "hands")
    for part in parts[:1] if run.quick else parts:
        for name in ("sender",) if run.quick else ("worker", "sender"):
            kill_at_work(run, name, part)
            if run.quick:  # nobody holds anything now: nobody need wait for the leases of the dead
                proof.time_passes()
            else:
                run.pause(2.5)
    run.again("worker killed", proof.done_since, "matched")
    run.again("worker killed", proof.sent_since, "sent")


def kill_at_work(run: Run, name: str, part: str) -> None:
    """Kill when the database says that this process has something in its hands."""
    until(lambda: run.site.pid(name), 90, f"{name} is there", every=0.02)
    deadline = time.monotonic() + PATIENCE
    proof.fresh()
    since = timezone.now()
    while not (met := proof.in_hand(name, since)) and time.monotonic() < deadline:
        time.sleep(0.005)
    run.site.kill(name, part)
    run.blows += name == "sender"
    run.met.setdefault(name, []).append(met)


def web(run: Run) -> None:
    """kill -9 of the web server, whole, its head, or the hands that serve."""
    parts = ("whole", "hands", "hands", "head", "hands", "whole", "hands", "hands", "head", "hands")
    for part in parts[:1] if run.quick else parts:
        run.site.kill("web", part)
        run.pause(1 if run.quick else 5)
    run.again("web killed", proof.done_since, "matched")


def _valkey(run: Run) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(run.site.server("valkey").socket), socket_timeout=5)


def flushall(run: Run) -> None:
    """Everything Valkey knew is gone, three times."""
    for _time in range(1 if run.quick else 3):
        with _valkey(run) as client:
            client.flushall()
        run.pause(1 if run.quick else 4)
    run.again("Valkey emptied", proof.done_since, "matched")
    run.again("Valkey emptied", proof.sent_since, "sent")


def valkey_restart(run: Run) -> None:
    """Valkey is restarted five times, now asked to, now killed."""
    for number in (signal.SIGTERM, signal.SIGKILL) * 2 + (signal.SIGTERM,):
        run.site.restart("valkey", number)
        run.pause(3)
    run.again("Valkey restarted", proof.done_since, "matched")
    run.again("Valkey restarted", proof.sent_since, "sent")


def valkey_away(run: Run) -> None:
    """Valkey is away for two minutes."""
    with run.site.without("valkey", signal.SIGTERM):
        run.pause(120)
    run.again("Valkey away", proof.done_since, "matched")
    run.again("Valkey away", proof.sent_since, "sent")


def database_restart(run: Run) -> None:
    """PostgreSQL stops at once, as by `pg_ctl -m immediate`, and recovers from its log, three times."""
    for _time in range(3):
        begun = time.time()
        run.site.restart("postgres", signal.SIGQUIT)
        run.away.append((begun, time.time()))
        run.blows += 2  # the sender and the watch each may have had a letter under way
        run.pause(8)
    run.again("PostgreSQL restarted", proof.done_since, "matched")
    run.again("PostgreSQL restarted", proof.sent_since, "sent")


def database_away(run: Run) -> None:
    """PostgreSQL is away for half a minute."""
    begun = time.time()
    with run.site.without("postgres", signal.SIGQUIT):
        run.pause(30)
    run.away.append((begun, time.time()))
    run.blows += 2
    run.again("PostgreSQL away", proof.done_since, "matched")
    run.again("PostgreSQL away", proof.sent_since, "sent")


def mail(run: Run) -> None:
    """The mail server refuses the call, puts off, refuses people, says nothing, hangs up after the letter."""
    for mode, seconds in (
        (("cut", 2),)
        if run.quick
        else (
            ("refuse", 10),
            ("451", 10),
            ("550", 20),
            ("mute", 22),
            ("cut", 10),
        )
    ):
        run.site.post(mode)
        run.pause(seconds)
        run.site.post("well")
        run.again(f"mail server: {mode}", proof.sent_since, "sent")


FAULTS: dict[str, Callable[[Run], None]] = {
    "workers": workers,
    "web": web,
    "database-restart": database_restart,
    "database-away": database_away,
    "flushall": flushall,
    "valkey-restart": valkey_restart,
    "valkey-away": valkey_away,
    "mail": mail,
}
QUICK = ("workers", "flushall", "web", "mail")
