"""What a product started from nothing has prepared: kept for whoever starts another in the same run of the tests.

Migrations, reference data and examples are half a minute's work. The journeys begin with nothing, as on a new machine,
and leave a copy of their database here. The faults are not about how it came to be, and begin with the copy, if there
is one by then.
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from pipeline import servers


def shared(factory) -> Path:
    """The folder of this run, the same for all its processes."""
    mine = factory.getbasetemp()
    return mine.parent if os.environ.get("PYTEST_XDIST_WORKER") else mine


@contextlib.contextmanager
def place(folder: Path) -> Iterator[Path]:
    """Where the copy is, or is to be; nobody else is at it meanwhile."""
    with (folder / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / "prepared"


def keep(home: Path, to: Path) -> None:
    """Copy the database of the product that runs in `home`, while it runs."""
    if servers.guest().popen:  # its files belong to somebody else; the next one starts from nothing
        return
    (server,) = (one for one in servers.servers(home, durable=True, environment={}) if one.name == "postgres")
    draft = to.with_suffix(".new")
    command = [*servers.guest().prefix, str(servers.postgres_programs() / "pg_basebackup"), "--pgdata", str(draft)]
    options = ["--host", str(server.sockets), "--username", "postgres", "--checkpoint", "fast", "--wal-method", "fetch"]
    subprocess.run([*command, *options, "--no-sync"], check=True, cwd=to.parent)
    draft.rename(to)


def forget(folder: Path) -> None:
    """The run is over."""
    shutil.rmtree(folder / "prepared", ignore_errors=True)
