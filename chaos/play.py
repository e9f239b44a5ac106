"""One run from the first press to the last line: load, faults, checks after each, and the proof at the end."""

import time
from datetime import timedelta

from django.utils import timezone

from pipeline.processes import Trouble

from . import cast as people
from . import figures, proof
from .browser import Log
from .faults import FAULTS, QUICK, Run
from .load import Load, Notes
from .site import Site, until

WELL_AGAIN = 5  # seconds after the database is back from which no request may fail
DRAINED = 7 * 60  # longer than any lease
LATER = timedelta(minutes=6)  # what is due after that waits by a rule, such as a person's morning


def say(text: str) -> None:
    from .__main__ import say

    say(text)


def play(site: Site, only: list[str] | None, *, quick: bool) -> bool:
    """Whether everything held."""
    log = Log()
    since = timezone.now()
    cast = people.assemble(site.port, log, people=4 if quick else 8)
    notes = Notes(site.home / "acknowledged.jsonl")
    load = Load(cast, notes, pause=0.8)
    run = Run(site, cast, load, quick, since)
    load.start()
    _warm_up(run)
    chosen = only or (QUICK if quick else FAULTS)
    for name in chosen:
        begun, before = time.monotonic(), len(notes)
        FAULTS[name](run)
        complaints = _after(run)
        run.broken += [f"after {name}: {complaint}" for complaint in complaints]
        state = "; ".join(complaints) or "well"
        say(f"  {name:<17} {time.monotonic() - begun:4.0f} s, {len(notes) - before:4} writes noted: {state}")
    _everybody_took_part(run)
    load.stop()
    _drain(run)
    return _conclude(run, log, complete=not (only or quick))


def _warm_up(run: Run) -> None:
    """Faults begin once matches are made and letters leave."""
    until(
        lambda: proof.done_since(run.since) and proof.sent_since(run.since), 120, "the first letters leave", every=0.2
    )


def _everybody_took_part(run: Run) -> None:
    """A kind of write that was never acknowledged proves nothing by not being lost."""

    def missing():
        return [kind for kind in proof.THERE if not run.load.notes.of(kind)]

    try:
        until(lambda: not missing(), 60, "every kind of write takes part", every=0.2)
    except Trouble:
        run.broken.append(f"never acknowledged: {', '.join(missing())}")


def _after(run: Run) -> list[str]:
    """After each fault: what was acknowledged is there, and nobody was signed out."""
    _present, complaints = proof.lost(run.load.notes)
    some = run.cast.everybody()[:: 8 if run.quick else 1]
    return complaints + signed_out(some)


def signed_out(players) -> list[str]:
    out = []
    for player in players:
        answer = player.browser.get("/me/agreed/")
        for _try in range(20):
            if not answer.unknown:
                break
            time.sleep(0.5)
            answer = player.browser.get("/me/agreed/")
        if answer.status != 200:
            out.append(f"{player.user.full_name} ({answer.status} {answer.location})")
    return [f"signed out: {', '.join(out)}"] if out else []


def _drain(run: Run) -> None:
    """Wait until everything that is due was dealt with; in the quick part time passes at once."""
    begun = time.monotonic()

    def drained():
        left = proof.unfinished(LATER)
        if run.quick and any(left):
            _ring()
        return not any(left)

    try:
        until(drained, DRAINED, "everything is dealt with", every=1)
    except Trouble:
        handoffs, deliveries = proof.unfinished(LATER)
        run.broken.append(f"{handoffs} handoffs and {deliveries} deliveries are still open after {DRAINED} s")
    say(f"  Everything was dealt with {time.monotonic() - begun:.0f} s after the last press.")


def _ring() -> None:
    """As the sweep does every half minute."""
    from ledger.tasks import wake
    from notifications.tasks import send

    proof.due_again()
    wake.delay(room="matching")
    send.delay()


def _conclude(run: Run, log: Log, *, complete: bool) -> bool:
    notes = run.load.notes
    present, complaints = proof.lost(notes)
    run.broken += complaints + signed_out(run.cast.everybody()) + run.load.troubles
    run.broken += proof.missed_wakes() + proof.untold(run.since)
    counts, complaints = proof.at_the_boundary(run.site.accepted(), run.since)
    run.broken += complaints
    if counts["duplicates"] > run.blows + counts["cut"]:
        run.broken.append(
            f"{counts['duplicates']} letters left again, more than {run.blows} blows and {counts['cut']} cuts explain"
        )
    errors = figures.errors(log, run.away, WELL_AGAIN)
    run.broken += errors.complaints
    for line in figures.report(run, counts, errors, log):
        say("  " + line)
    for sentence in run.broken:
        say(f"  BROKEN  {sentence}")
    total = len(notes)
    last = (
        f"chaos: {total} acknowledged, {present} present, {total - present} lost, "
        f"{counts['duplicates']} duplicates, {run.site.kills} kills"
    )
    if complete and not run.broken:
        figures.write(run, counts, errors, log, last)
    say(last)
    return not run.broken
