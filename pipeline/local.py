"""PostgreSQL and Valkey for the time of a command, on a machine that has neither, without root.

    python -m pipeline.local run -- COMMAND...    throw-away servers (the tests)
    python -m pipeline.local here -- COMMAND...   the demo's own servers: the running ones, or started for COMMAND

COMMAND finds DATABASE_URL, REDIS_URL and SECRET_KEY in its environment. Where DATABASE_URL or REDIS_URL is already set,
that server is used and none is started.
"""

import argparse
import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.processes import Roll, Trouble
from pipeline.servers import guest, servers, short_temp, stand_in, start, urls, urls_apart

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / ".run"


def say(text: str = "") -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def secret_key(home: Path = RUN) -> str:
    """This clone's own key, made once and kept, so that people stay signed in from one demo to the next."""
    path = home / "secret_key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        with (
            contextlib.suppress(FileExistsError),
            open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file,
        ):
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


@contextlib.contextmanager
def throwaway(home: Path | None = None, environment: Mapping[str, str] = os.environ) -> Iterator[dict[str, str]]:
    """Servers that `environment` lacks, for a while, in a fresh folder. A guard outlives us: even after `kill -9`
    nothing stays behind."""
    home = home or Path(tempfile.mkdtemp(prefix="throughline-", dir=short_temp()))
    if guest().popen:
        home.chmod(0o711)
    # The guard stops and deletes when the pipe closes, and a pipe closes however its holder ends.
    guard = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "pipeline.local", "guard", str(home)],
        stdin=subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,
    )
    running = []
    try:
        chosen = servers(home, durable=False, environment=environment)
        running = start(chosen, Roll(home / "processes.json"), home)
        yield urls(chosen)
    finally:
        guard.stdin.close()
        for process in (guard, *running):
            process.wait()


@contextlib.contextmanager
def demo_servers(home: Path = RUN) -> Iterator[dict[str, str]]:
    """The demo's environment, with its servers: those of a running demo, or started for the time of one command."""
    home.mkdir(parents=True, exist_ok=True)
    environment = {"DEMO": "1", "SECRET_KEY": secret_key(home)}
    with contextlib.suppress(FileNotFoundError):
        environment |= json.loads((home / "environment.json").read_text())
    chosen = servers(home, durable=True)
    roll = Roll(home / "processes.json")
    ours = [server for server in chosen if not (roll.alive(server.name) and server.ready())]
    try:
        start(ours, roll, home / "logs")
        yield environment | urls_apart(chosen)
    finally:
        roll.dismiss(tuple(server.name for server in ours))


def guard(home: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    Roll(home / "processes.json").dismiss(patience=5)
    shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(stand_in(home), ignore_errors=True)


def run(command: list[str], environment: Mapping[str, str]) -> int:
    """Run `command` to its end and return its exit code. Ctrl-C reaches it from the terminal; the rest we pass on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(  # noqa: S603
            command,
            env={**os.environ, **environment},
            # Ignored signals are inherited: give the command its own Ctrl-C back.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    except (FileNotFoundError, PermissionError) as error:
        raise Trouble(f"Cannot run {command[0]}: {error.strerror}.") from error
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: process.send_signal(received))
    code = process.wait()
    # As a shell says it: ended by signal 9 is 137.
    return code if code >= 0 else 128 - code


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline.local", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["run", "here", "guard"])
    parser.add_argument("command", nargs=argparse.REMAINDER, help="-- COMMAND [ARGUMENT...]")
    chosen = parser.parse_args(arguments)
    command = chosen.command[1:] if chosen.command[:1] == ["--"] else chosen.command
    if not command:
        parser.error("which command? For example: python -m pipeline.local run -- pytest")
    if chosen.what == "guard":
        guard(Path(command[0]))
        return 0
    try:
        if chosen.what == "here":
            with demo_servers() as environment:
                return run(command, environment)
        with throwaway() as environment:
            # Tests make and drop databases, which a pool holding connections would forbid.
            quiet = {"SECRET_KEY": secrets.token_urlsafe(50), "DATABASE_POOLED": "0"}
            return run(command, {**{k: v for k, v in quiet.items() if k not in os.environ}, **environment})
    except Trouble as trouble:
        say(str(trouble))
        return 1


if __name__ == "__main__":
    sys.exit(main())
