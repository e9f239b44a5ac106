"""The servers of a benchmark: a durable PostgreSQL as a small production machine would run it, and a Valkey.

Everything that makes a commit safe stays on (fsync, synchronous_commit, full_page_writes): a figure that would not
survive a power cut is none. The options are those of a machine with 24 GB; they go into the results.
"""

import contextlib
import dataclasses
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from pipeline.local import ROOT
from pipeline.processes import Roll
from pipeline.servers import Postgres, guest, servers, short_temp, start, urls

OPTIONS = {
    "shared_buffers": "6GB",
    "effective_cache_size": "16GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "min_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "max_connections": "60",
    # The moment a row became visible is asked of the server itself (bench.celery_notice).
    "track_commit_timestamp": "on",
}


@contextlib.contextmanager
def running(home: Path | None = None) -> Iterator[dict[str, str]]:
    """The servers, started, with their addresses as environment variables; their folder is gone afterwards.

    A guard outlives us: even after `kill -9` no server and no gigabyte stays behind.
    """
    folder = home or Path(tempfile.mkdtemp(prefix="throughline-bench-", dir=short_temp()))
    if guest().popen:
        folder.chmod(0o711)
    guard = subprocess.Popen(
        [sys.executable, "-m", "pipeline.local", "guard", str(folder)],
        stdin=subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        chosen = [
            dataclasses.replace(server, options=OPTIONS) if isinstance(server, Postgres) else server
            for server in servers(folder, durable=True, environment={})
        ]
        start(chosen, Roll(folder / "processes.json"), folder)
        yield urls(chosen)
    finally:
        guard.stdin.close()
        guard.wait()


def database(url: str, name: str) -> str:
    """The address of another database of the same server."""
    return url.rpartition("/")[0] + "/" + name


def copy_database(url: str, source: str, name: str) -> str:
    """A new database made from a finished one; returns its address."""
    with psycopg.connect(database(url, "postgres"), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    return database(url, name)


def drop_database(url: str, name: str) -> None:
    with psycopg.connect(database(url, "postgres"), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def settings(url: str) -> dict[str, str]:
    """What the server says of itself: its version and every option that decides whether a commit is safe."""
    asked = ["server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method"]
    asked += ["huge_pages_status", *OPTIONS]
    with psycopg.connect(url) as line:
        rows = line.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [asked]).fetchall()
    return dict(rows)
