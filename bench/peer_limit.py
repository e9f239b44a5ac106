"""Peer (b), the limit: a C program that reads, matches and writes with nothing in between (bench/limit/limit.c).

Compiled for this machine by its own compiler. It speaks PostgreSQL's protocol itself, reads on two connections, and
writes the same three tables as ours in one transaction. What ours takes longer is the price of being maintainable.
"""

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

HERE = Path(__file__).parent / "limit"
FLAGS = ("-O3", "-march=native", "-std=gnu11", "-pthread")


def compiler() -> str:
    found = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if found is None:
        raise SystemExit(
            "The benchmark's limit is written in C: please install a C compiler (Debian: apt install gcc)."
        )
    return found


def version() -> str:
    told = subprocess.run([compiler(), "--version"], capture_output=True, text=True, check=True).stdout
    return told.splitlines()[0]


def build(folder: Path) -> Path:
    program = folder / "limit"
    subprocess.run([compiler(), *FLAGS, "-o", str(program), str(HERE / "limit.c")], check=True)
    return program


def run(program: Path, url: str, on: date) -> dict:
    """One full rematch by the limit; its own seconds, phase by phase, and what it counted."""
    at = urlsplit(url)
    sockets = unquote(at.netloc.rpartition("@")[2])
    days = (on - date(2000, 1, 1)).days
    words = [str(program), f"{sockets}/.s.PGSQL.5432", at.path.lstrip("/"), str(days)]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the limit failed: {done.stderr}")
    return json.loads(done.stdout)
