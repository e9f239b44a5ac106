"""`make demo`: the whole product on one machine, one address, one way to stop.

Starts PostgreSQL and Valkey (unless DATABASE_URL and REDIS_URL name others), brings the database up to date, and keeps
the web server, the Celery workers, Celery beat and a mail catcher running under a supervisor. Everything it makes lives
in .run/, so two clones never meet; deleting .run/ starts from nothing.
"""

import argparse
import contextlib
import fcntl
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline.local import ROOT, RUN, secret_key
from pipeline.processes import Entry, Roll, Trouble, began, spawn, tail
from pipeline.servers import await_ready, launch, servers, urls_apart
from pipeline.supervisor import Stopped, Supervisor, say

HERE = "127.0.0.1"


@contextlib.contextmanager
def only_one(home: Path, address: str) -> Iterator[None]:
    """One demo per clone. The system drops the lock with its holder, so a killed one never blocks the next."""
    with (home / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Trouble(f"The demo of this clone is already running: {file.read().strip()}") from None
        file.truncate(0)
        file.write(f"{address} (Ctrl-C in its terminal stops it, or: kill {os.getpid()})")
        file.flush()
        yield


def free(port: int) -> bool:
    with socket.socket() as probe:
        # As gunicorn binds: a connection of a moment ago, still fading out, does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HERE, port))
        except PermissionError:
            raise Trouble(
                f"Port {port} needs special rights. Please choose one from 1024 up: make demo PORT=8000"
            ) from None
        except OSError:
            return False
        return True


def claim(port: int) -> None:
    if not 0 < port < 65536:
        raise Trouble(f"{port} is not a port. Please choose one from 1024 to 65535: make demo PORT=8000")
    if not free(port):
        other = next((number for number in range(port + 1, min(port + 100, 65536)) if free(number)), 8000)
        raise Trouble(f"Port {port} is in use by another program. Please choose another: make demo PORT={other}")


def any_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return probe.getsockname()[1]


def environment(home: Path, port: int) -> dict[str, str]:
    return {
        "DEMO": "1",
        "DEBUG": "0",
        "SECRET_KEY": secret_key(home),
        "SITE_URL": f"http://{HERE}:{port}",
        # Who walks through the demo twice in a day sees every message come.
        "EMAILS_A_DAY": "500",
        "EMAIL_URL": f"smtp://{HERE}:{any_port()}",
        "DEMO_MAILDIR": str(home / "mail"),
        "MEDIA_ROOT": str(home / "media"),
    }


def commands(home: Path, port: int, mail: str) -> dict[str, list[str]]:
    """The household besides the servers."""
    python = [sys.executable, "-m"]
    return {
        # -n: stay who we are. As root it would become nobody, who may not write here.
        "mail": [*python, "aiosmtpd", "-n", "-l", mail, "-c", "aiosmtpd.handlers.Mailbox", str(home / "mail")],
        "web": [
            *(*python, "gunicorn", "pipeline.wsgi", "--bind", f"{HERE}:{port}", "--access-logfile", "-"),
            *("--logger-class", "pipeline.unseen.QuietLogger"),
            # Preloading imports the project once for both workers.
            *("--preload", "--workers", "2", "--threads", "6", "--timeout", "60", "--graceful-timeout", "5"),
            # Its default path is one for all clones of a user.
            "--no-control-socket",
        ],
        "worker": [
            *(*python, "celery", "-A", "pipeline", "worker", "--queues", "celery", "--concurrency", "2"),
            *("--loglevel", "INFO", "--hostname", "worker@localhost", "--without-gossip", "--without-mingle"),
        ],
        "sender": [
            *(*python, "celery", "-A", "pipeline", "worker", "--queues", "mail", "--concurrency", "1"),
            *("--loglevel", "INFO", "--hostname", "sender@localhost", "--without-gossip", "--without-mingle"),
        ],
        "beat": [
            *(*python, "celery", "-A", "pipeline", "beat", "--loglevel", "INFO"),
            *("--pidfile", ""),
        ],
        "watch": [sys.executable, "manage.py", "watch"],
    }


def status(port: int) -> int | None:
    """What the home page answers with; None while nobody listens."""
    line = http.client.HTTPConnection(HERE, port, timeout=20)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(line):
        line.request("GET", "/")
        return line.getresponse().status
    return None


def await_home_page(supervisor: Supervisor, port: int, patience: float = 90) -> None:
    deadline = time.monotonic() + patience
    while (answer := status(port)) is None:
        supervisor.tick(time.monotonic())
        supervisor.sleep()
        if time.monotonic() > deadline:
            raise Trouble(f"The web server does not start. The end of its log:\n{tail(supervisor.logs / 'web.log')}")
    if answer >= 500:
        raise Trouble(f"The home page answers {answer}. The end of the log:\n{tail(supervisor.logs / 'web.log', 40)}")


def banner(address: str, logs: Path) -> str:
    # The names of roles are translatable; plain English needs no more of Django than this.
    from django.conf import settings

    settings.configure(USE_I18N=False)
    from pipeline.cast import CAST

    people = "\n".join(f"      {person.name:<15} {person.role!s:<18} {person.email}" for person in CAST)
    width = min(100, shutil.get_terminal_size().columns - 2)
    return f"""
{"=" * width}
  Throughline is running:  {address}/

  The walk, five steps:    {address}/demo/
  Sign in, tap a name:     {address}/accounts/login/
{people}
  Mailbox of the demo:     {address}/demo/mailbox/
  Logs:                    {logs}
  To stop:                 Ctrl-C
{"=" * width}
"""


def prepare(supervisor: Supervisor, env: dict[str, str]) -> None:
    """Migrate, load, seed, collect: one Django process for all of it, its progress shown here."""
    step = subprocess.Popen(
        [sys.executable, "manage.py", "prepare"], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, start_new_session=True
    )
    supervisor.roll.add(Entry("preparation", step.pid, began(step.pid) or "ended at once"))
    if supervisor.wait(step):
        raise Trouble("The database could not be prepared; the lines above say why. Nothing is left running.")


def open_house(supervisor: Supervisor, home: Path, port: int) -> None:
    logs, started = supervisor.logs, time.monotonic()
    own = environment(home, port)
    chosen = servers(home, durable=True)
    say("  Servers: " + (", ".join(server.name for server in chosen) or "those of DATABASE_URL and REDIS_URL"))
    for server in chosen:
        supervisor.add(server.name, lambda server=server: launch(server, supervisor.roll, logs))
    for server, child in zip(chosen, supervisor.children, strict=True):
        if child.process is None:
            raise Trouble(f"{server.name} could not be started. The end of its log:\n{tail(logs / server.name)}")
        await_ready(server, child.process, logs)
    own |= urls_apart(chosen)
    # What `make shell` and `make manage` need to join in.
    (home / "environment.json").touch(mode=0o600)
    (home / "environment.json").write_text(json.dumps(own))

    env = {**os.environ, **own}
    prepare(supervisor, env)
    household = commands(home, port, own["EMAIL_URL"].removeprefix("smtp://"))

    def move_in(name: str) -> None:
        log = logs / f"{name}.log"
        supervisor.add(
            name, lambda: spawn(household[name], name=name, log=log, roll=supervisor.roll, cwd=ROOT, env=env)
        )

    for name in ("mail", "web", "worker"):
        move_in(name)
    await_home_page(supervisor, port)
    # Nothing is sent yet and the first bell is half a minute away: until now the others needed the processor more.
    move_in("sender")
    move_in("beat")
    move_in("watch")
    say(f"  Ready after {time.monotonic() - started:.1f} s.")
    say(banner(own["SITE_URL"], logs))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline.demo_server", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--home", type=Path, default=RUN, help="where data, logs and mail are kept")
    chosen = parser.parse_args(arguments)
    home, port, logs = chosen.home, chosen.port, chosen.home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor(Roll(home / "processes.json"), logs)
    try:
        with only_one(home, f"http://{HERE}:{port}/"):
            try:
                if left := supervisor.roll.dismiss():
                    say(f"  An earlier demo was cut off; stopped what it left running: {', '.join(left)}.")
                claim(port)
                open_house(supervisor, home, port)
                supervisor.watch()
            except Stopped:
                say("\n  Stopping ...")
            finally:
                supervisor.stop()
        say("  Stopped. Nothing is left running.")
    except Trouble as trouble:
        say(f"  {trouble}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
