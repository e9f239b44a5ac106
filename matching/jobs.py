"""The matching jobs: match exactly what changed, keep the matches, tell both sides.

Facts are read only after they were committed (the ledger hands them over), so a certificate and an opening that
appear in the same moment still find each other. One job writes at a time (an advisory lock), so two workers cannot
both believe a match is new.

Who is put before whom: a person with every opening they fit as soon as something about them changes, an opening with
the first FIRST of its own order. When one of those falls away the next moves up. Everybody else still finds the
opening on their own page, where it is asked for live.
"""

import logging
import time
from collections import Counter
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import TraineeProfile
from ledger import prepared
from ledger.models import Handoff

from . import projection, queues, tell
from .models import Match

log = logging.getLogger(__name__)

LOCK = 727_001
FIRST = 50
LISTS = 5  # so many are read before those are told whom they are put before

# What wakes this room; `withdrawn` is an import taken back. The subject of what is of a profile is the trainee.
OF_CERTIFICATION = (
    "certification.verified",
    "certification.expired",
    "certification.revoked",
    "certification.recorded",
)
STEPS = ("published", "opened", "amended", "closed", "registered", "booked", "ranked")
OF_OPENING = tuple(f"opening.{step}" for step in STEPS)
REMOVED = "profile.removed"
OF_PROFILE = (
    "profile.changed",
    "profile.rested",
    "profile.looking",
    "certification.withdrawn",
    "enrollment.recorded",
    "enrollment.withdrawn",
    REMOVED,
)
OF_TRAINEE = tuple(kind for kind in OF_PROFILE if kind != REMOVED)  # what is taken at once
OF_PERSON = ("consent.given", "consent.withdrawn")
KINDS = (*OF_CERTIFICATION, *OF_OPENING, *OF_PROFILE, *OF_PERSON)


@dataclass
class _Lists:
    """Lists of openings that wait to be read, as far as this worker knows."""

    wait: bool = True  # as the batch just matched saw, which saves asking
    in_a_row: int = 0  # read since anybody was told


_lists = _Lists()


@dataclass
class Changes:
    """What a run of matching changed."""

    made: int = 0
    changed: int = 0
    ended: int = 0
    new: list[int] = field(default_factory=list)  # matches made or changed: whoever was not told of one yet, is


def take(handoffs: list[Handoff], *, at) -> None:
    """Deal with these events: find whom and what they touch, and match that."""
    _lists.wait = True
    people, openings, users, removed = set(), set(), set(), set()
    for event in (handoff.event for handoff in handoffs):
        if event.kind in OF_CERTIFICATION:
            people.add(event.facts["trainee"])
        elif event.kind in OF_OPENING:
            openings.add(event.subject_id)
        elif event.kind in OF_PROFILE:
            people.add(event.subject_id)
            removed |= {event.subject_id} if event.kind == REMOVED else set()
        elif event.facts.get("purpose") == "match":
            users.add(event.subject_id)
    if users:
        people |= set(TraineeProfile.objects.filter(user_id__in=users).values_list("pk", flat=True))
    if removed:
        lock()
        openings |= projection.erased(removed, at=at)
    _event(people, openings, at=at)


def at_once(most: int, *, at) -> tuple[int, bool]:
    """Take up to so many handoffs that wait, match them and mark them done, in one statement.

    How many it were, and whether others are due: also such as `take` has to deal with.
    """
    found = _taken(most, at=at)
    if found is None:
        with transaction.atomic():
            lock()
            found = _taken(most, at=timezone.now())  # it may have been minutes
    return found


def _taken(most: int, *, at) -> tuple[int, bool] | None:
    asked = [list(OF_CERTIFICATION), list(OF_TRAINEE), list(OF_OPENING), timezone.localdate(at), at, FIRST, most]
    with prepared.execute(
        "SELECT * FROM matching_take(%s::text[], %s::text[], %s::text[], %s, %s, %s::integer, %s::integer)", asked
    ) as cursor:
        taken, more, lists = cursor.fetchone()
    _lists.wait = lists or not taken
    return None if taken is None else (taken, more)


def afterwards() -> bool:
    """Read one of the lists of openings whose first places are to be filled, or tell of what was matched: while this
    worker does, another may match what came since. Whether there may be more of it, once what is to be matched is.
    """
    read = _lists.wait and _filled()
    _lists.wait = True  # whoever did not match before does not know
    _lists.in_a_row = _lists.in_a_row + 1 if read else 0
    if _lists.in_a_row % LISTS:
        return True
    return tell.waiting(yields=True) or read


def settle() -> None:
    """All of that, for a minute at most: what a worker left that was cut off."""
    end = time.monotonic() + tell.STINT
    while afterwards() and time.monotonic() < end:
        pass


def _filled() -> bool:
    """The first of these, if there is one; where that goes wrong it is put off, longer and longer, at most an hour."""
    at = timezone.now()
    said = "SELECT matching_fill(%s, %s, %s::integer)"
    try:
        with prepared.execute(said, [timezone.localdate(at), at, FIRST]) as cursor:
            return cursor.fetchone()[0]
    except Exception:
        log.exception("the places of an opening could not be filled")
        return queues.put_off("matching_unfilled")


def _event(people: set[int], openings: set[int], *, at) -> None:
    """Match these in one statement; both sides are told afterwards.

    Where somebody else matches at this moment, or an opening stands where none stood before, the lock is waited for and
    distances are measured first. An opening in a ZIP code that nobody knows has no distances: `match` leaves it out.
    """
    if not _matched(people, openings, at=at):
        lock()
        projection.near_openings(openings)
        if not _matched(people, openings, at=at):
            match(people, openings, at=at)


def _matched(people: set[int], openings: set[int], *, at) -> bool:
    with prepared.execute(
        "SELECT matching_event(%s::bigint[], %s::bigint[], %s, %s, %s::integer)",
        [sorted(people), sorted(openings), timezone.localdate(at), at, FIRST],
    ) as cursor:
        return cursor.fetchone()[0] is not None


def lock(*, patient: bool = True) -> None:
    """Be the only one who writes matches until the transaction ends.

    Jobs are patient: a long rematch may hold the lock for longer than an ordinary statement may wait or run, and while
    thousands of pairs are judged nothing is asked. A page waits as for anything else, and then says to try again.
    """
    limits = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout") if patient else ()
    with connection.cursor() as cursor:
        said = [f"SET LOCAL {limit} = 0" for limit in limits] + [f"SELECT pg_advisory_xact_lock({LOCK})"]
        cursor.execute("; ".join(said))


def match(people: set[int], openings: set[int], *, at, quiet: bool = False) -> Changes:
    """Project these trainees and openings anew and match them; inside a transaction."""
    lock()
    projection.near_openings(openings)
    return _keep("step", people, openings, at=at, quiet=quiet)


def keep(people: set[int], openings: set[int], *, at, quiet: bool = False) -> Changes:
    """Bring the matches of these, as they are projected, up to date and tell both sides; under the lock.

    The people of an opening are put before it only as far as the first FIRST; when one falls away the next moves up.
    """
    return _keep("keep", people, openings, at=at, quiet=quiet) if people or openings else Changes()


def _keep(how: str, people: set[int], openings: set[int], *, at, quiet: bool) -> Changes:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT match_id, what FROM unnest(matching_{how}(%s, %s, %s, %s, %s, false))",  # noqa: S608 - names of ours
            [sorted(people), sorted(openings), timezone.localdate(at), at, FIRST],
        )
        changes = _changes(cursor.fetchall())
    if quiet:
        tell.mark_told(changes.new, at=at)
    else:
        tell.both_sides(changes.new, at=at)
    return changes


def _changes(rows: list[tuple[int, str]]) -> Changes:
    many = Counter(what for _match, what in rows)
    new = [match for match, what in rows if what != "ended"]
    return Changes(made=many["made"], changed=many["changed"], ended=many["ended"], new=new)


@transaction.atomic(durable=True)
def meet(trainee: TraineeProfile, opening, *, at) -> Match | None:
    """Put one opening before a person who found it on their own page; None when it does not fit (any more)."""
    lock(patient=False)
    on = timezone.localdate(at)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT match_id, what FROM unnest(matching_put(ARRAY(SELECT matching_stood(%s, %s, %s)), %s, false))",
            [opening.pk, [trainee.pk], on, at],
        )
        tell.mark_told(_changes(cursor.fetchall()).new, at=at)
    found = Match.objects.filter(trainee=trainee, opening=opening).exclude(state=Match.State.ENDED)
    return found.first()
