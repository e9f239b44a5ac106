"""The full rematch, ours and the limit by turns, so that whatever else the machine does meets both alike."""

import resource
import tempfile
from datetime import date
from pathlib import Path
from statistics import median

from bench import agreement, peer_limit
from matching import rematch


def by_turns(url: str, on: date, runs: int) -> dict:
    """Ours and the limit, `runs` times each after a first of ours that is told apart (it loads compiled code)."""
    ours, limit, counted = [], [], {}
    first = rematch.compute(rematch.address(), on).seconds["total"]
    with tempfile.TemporaryDirectory(prefix="throughline-bench-limit-") as folder:
        program = peer_limit.build(Path(folder))
        for _ in range(runs):
            summary = rematch.compute(rematch.address(), on)
            ours.append(summary.seconds)
            counted = {"passing": summary.passing, "one_short": summary.near}
            limit.append(peer_limit.run(program, url, on))
    rows = agreement.with_the_limit()
    return {
        "ours_s": median(run["total"] for run in ours),
        "limit_s": median(run["total_s"] for run in limit),
        "ours_phases": {name: median(run[name] for run in ours) for name in ours[0]},
        "limit_phases": {name: median(run[name] for run in limit) for name in limit[0] if name.endswith("_s")},
        "ours_all_s": [run["total"] for run in ours],
        "limit_all_s": [run["total_s"] for run in limit],
        "first_s": first,
        "candidates": limit[-1]["candidates"],
        **counted,
        "rows": rows,
        # Of this process, which did nothing else: Django, compiled code and all.
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
