"""On what a benchmark ran: the machine and the versions of everything that decides a figure."""

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

from bench import peer_limit


def about() -> dict:
    return {
        "processor": _line("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }


def pace() -> float:
    """Milliseconds for three million additions, the middle of three tries: a rented machine is not always as fast."""
    tries = []
    for _ in range(3):
        began, total = time.perf_counter(), 0
        for number in range(3_000_000):
            total += number
        tries.append((time.perf_counter() - began) * 1000)
    return sorted(tries)[1]


def versions() -> dict[str, str]:
    names = ("django", "psycopg", "numpy", "numba", "celery", "tantivy")
    return {
        "python": platform.python_version(),
        "c_compiler": f"{peer_limit.version()}, {' '.join(peer_limit.FLAGS)}",
        **{name: version(name) for name in names},
    }


def _line(path: str, name: str) -> str:
    """The value of the first `name : value` line of a file of the system."""
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
