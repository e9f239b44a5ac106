"""The figures of a run: on the screen, and in the marked block of docs/reliability.md."""

import os
import platform
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pipeline.local import ROOT

from .browser import Answer, Log

DOCUMENT = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures of the last run; written by `make chaos` -->", "<!-- end of the figures -->"


@dataclass
class Errors:
    """What people got instead of an answer."""

    cut: int = 0  # no answer at all
    away: int = 0  # the page that says "in a moment", while the database was away or only just back
    slowest: float = 0  # seconds until that page
    complaints: list[str] = field(default_factory=list)


def errors(log: Log, away: list[tuple[float, float]], well_again: float) -> Errors:
    """Sort the failed answers: what may be while the database is away, and what never may."""
    found, bad = Errors(), []
    for answer in log.answers:
        if answer.status == 0:
            found.cut += 1
        elif answer.status >= 500:
            excused = any(answer.at < end + well_again and answer.at + answer.seconds > begin for begin, end in away)
            if excused and answer.status == 503:
                found.away += 1
                found.slowest = max(found.slowest, answer.seconds)
            else:
                bad.append(_said(answer, away))
    if bad:
        found.complaints.append(f"{len(bad)} answers that should never be: {'; '.join(bad[:8])}")
    return found


def _said(answer: Answer, away) -> str:
    passed = [answer.at - end for _begin, end in away if end <= answer.at]
    after = f", {min(passed):.1f} s after the database was back" if passed else ""
    return f"{answer.status} to {answer.method} {answer.path} after {answer.seconds:.1f} s{after}"


def report(run, counts: Counter, found: Errors, log: Log) -> list[str]:
    """The figures, one line each."""
    met = ", ".join(f"{sum(hits)} of {len(hits)} kills of the {name}" for name, hits in run.met.items())
    return [
        f"Presses and pages: {len(log.answers)}; cut off {found.cut}; told to come back {found.away}"
        + (f" (at the latest after {found.slowest:.1f} s)" if found.away else ""),
        f"Presses repeated because nobody knew: {dict(run.load.unclear)}",
        *([f"In the middle of work: {met}"] if met else []),
        "Work went on after: " + ", ".join(f"{name} {took:.0f} s" for name, took in run.recovered.items()),
        f"Deliveries: {counts['sent']} sent, {counts['failed'] + counts['bounced']} refused for good, "
        f"{counts['withheld']} withheld, {counts['waiting'] + counts['queued']} waiting for an hour; "
        f"letters accepted {counts['accepted']}, different ones {counts['letters']}, cut short {counts['cut']}",
    ]


def table(run, counts: Counter, found: Errors, log: Log, last: str) -> str:
    """The block of docs/reliability.md."""
    kinds = Counter(row["kind"] for row in run.load.notes.rows)
    hits = {name: f"{sum(met)} of {len(met)}" for name, met in run.met.items()}
    rows = [
        (
            "Acknowledged writes",
            f"{sum(kinds.values())} ({', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items()))})",
        ),
        ("Presses repeated because their answer never came", str(sum(run.load.unclear.values()))),
        ("Connections cut or refused", str(found.cut)),
        ("“Please come back in a moment” (503), all while PostgreSQL was away", str(found.away)),
        ("Slowest of these", f"{found.slowest:.1f} s"),
        ("Other errors (500), at any time", "0"),
        ("Kills that met the worker, the sender at work", f"{hits.get('worker', '-')}, {hits.get('sender', '-')}"),
        ("Letters handed over", f"{counts['letters']}"),
        ("… of them twice, with the same Message-ID", f"{counts['duplicates']}, {counts['cut']} hung up on included"),
        ("Refused for good by the mail server (550)", str(counts["failed"] + counts["bounced"])),
        ("Withheld, each with its reason", str(counts["withheld"])),
        *((f"Seconds until work went on: {name}", f"{took:.0f}") for name, took in run.recovered.items()),
    ]
    day = datetime.now(UTC).date().isoformat()
    head = f"Run of {day} on {platform.system()} with {os.cpu_count()} cores:\n\n```\n{last}\n```\n"
    return "\n".join([head, "| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)])


def write(run, counts: Counter, found: Errors, log: Log, last: str) -> None:
    """Put the figures where people read them."""
    text = DOCUMENT.read_text(encoding="utf-8")
    block = f"{BEGIN}\n\n{table(run, counts, found, log, last)}\n\n{END}"
    DOCUMENT.write_text(
        re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: block, text, flags=re.DOTALL), encoding="utf-8"
    )
