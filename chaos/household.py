"""The product as `make demo` runs it, under its own supervisor; only the mailbox is replaced by our post office.

    python -m chaos.household --port PORT --home FOLDER

It ends when its standard input closes, so that nothing outlives whoever started it. A server whose name has a file
FOLDER/NAME.away is not started: something that does nothing stands in its place until it is ended.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from pipeline import demo_server
from pipeline.processes import spawn

commands, launch = demo_server.commands, demo_server.launch


def with_our_post(home: Path, port: int, mail: str) -> dict[str, list[str]]:
    return commands(home, port, mail) | {"mail": [sys.executable, "-m", "chaos.post", mail, str(home)]}


def unless_away(server, roll, logs):
    if away(logs.parent, server.name).exists():
        return spawn(["sleep", "3600"], name=server.name, log=logs / f"{server.name}.log", roll=roll)
    return launch(server, roll, logs)


def away(home: Path, name: str) -> Path:
    """The file that keeps this server from being started."""
    return home / f"{name}.away"


def _end_with_our_starter() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_our_starter, daemon=True).start()
    demo_server.commands, demo_server.launch = with_our_post, unless_away
    sys.exit(demo_server.main(sys.argv[1:]))
