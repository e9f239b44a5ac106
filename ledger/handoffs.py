"""Taking handoffs: claim a few with a lease, commit, work, mark done. Any number of workers may do so at once.

1. Claim in its own short transaction (FOR UPDATE SKIP LOCKED), so two workers never hold the same row.
2. The lease outlives a killed worker by two minutes; the sweep then hands the row to another.
3. The work and the mark "done" commit together, so work that was done is not done again.
4. Work that fails five times is parked with its error, and no longer holds up the rest.
"""

import importlib
import logging
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from .models import Handoff

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
TRIES = 5
BATCH = 100  # a sheet of thousands is dealt with in pieces, each well within its lease, and others get their turn


def due(room: str, now):
    """Handoffs of `room` that wait, are due, and are in nobody's hands."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    return Handoff.objects.filter(free, room=room, state=Handoff.State.WAITING, due_at__lte=now)


def claim(room: str, now) -> list[Handoff]:
    """Up to BATCH handoffs, leased to the caller."""
    with transaction.atomic(), connection.cursor() as cursor:
        # A claim that is lost in a crash is claimed again: it need not wait for the disk.
        cursor.execute("SET LOCAL synchronous_commit = off")
        taken = list(due(room, now).select_for_update(skip_locked=True).order_by("id")[:BATCH])
        Handoff.objects.filter(pk__in=[h.pk for h in taken]).update(
            leased_until=now + LEASE, attempts=F("attempts") + 1
        )
    for handoff in taken:
        handoff.attempts += 1
    return taken


def drain(room: str) -> int:
    """Hand the room all its due work, batch by batch; return how many handoffs were dealt with."""
    take = importlib.import_module(f"{room}.jobs").take
    total = 0
    while taken := claim(room, timezone.now()):
        try:
            _do(take, taken)
        except Exception as error:
            if len(taken) == 1:
                _failed(taken[0], error)
            else:  # one of them is poison: find it by taking them one at a time
                for handoff in taken:
                    try:
                        _do(take, [handoff])
                    except Exception as single:
                        _failed(handoff, single)
        total += len(taken)
        if len(taken) < BATCH:  # whatever came meanwhile rings its own bell
            break
    return total


def _do(take, handoffs: list[Handoff]) -> None:
    now = timezone.now()
    with transaction.atomic():
        take(handoffs, at=now)
        Handoff.objects.filter(pk__in=[h.pk for h in handoffs]).update(
            state=Handoff.State.DONE, done_at=now, leased_until=None, error=""
        )


def _failed(handoff: Handoff, error: Exception) -> None:
    log.exception("handoff %s failed (try %s)", handoff.pk, handoff.attempts, exc_info=error)
    parked = handoff.attempts >= TRIES
    Handoff.objects.filter(pk=handoff.pk).update(
        state=Handoff.State.PARKED if parked else Handoff.State.WAITING,
        due_at=timezone.now() + timedelta(seconds=10 * 3**handoff.attempts),
        leased_until=None,
        error=f"{type(error).__name__}: {error}"[:2000],
    )


def rooms_waiting(now) -> list[str]:
    """Rooms with due work that nobody holds."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    rows = Handoff.objects.filter(free, state=Handoff.State.WAITING, due_at__lte=now).order_by("room")
    return list(rows.values_list("room", flat=True).distinct())
