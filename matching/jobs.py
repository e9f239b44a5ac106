"""The matching jobs: compute the gates for exactly what changed, keep the matches, tell both sides.

Facts are read only after they were committed (the ledger hands them over), so a certificate and an opening that
appear in the same moment still find each other. One job writes at a time (an advisory lock), so two workers cannot
both believe a match is new.

Who is put before whom: a person with every opening they fit as soon as something about them changes, an opening with
the first FIRST of its own order. When one of those falls away the next moves up. Everybody else still finds the
opening on their own page, where it is asked for live.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import TraineeProfile
from ledger.models import Event, Handoff

from . import facts, live, projection, rules, tell
from .models import Match

LOCK = 727_001
FIRST = 50

# What wakes this room; `withdrawn` is an import taken back. The subject of what is of a profile is the trainee.
OF_CERTIFICATION = (
    "certification.verified",
    "certification.expired",
    "certification.revoked",
    "certification.recorded",
)
STEPS = ("published", "opened", "amended", "closed", "registered", "ranked")
OF_OPENING = tuple(f"opening.{step}" for step in STEPS)
REMOVED = "profile.removed"
OF_PROFILE = (
    "profile.changed",
    "certification.withdrawn",
    "enrollment.recorded",
    "enrollment.withdrawn",
    REMOVED,
)
OF_PERSON = ("consent.given", "consent.withdrawn")
KINDS = (*OF_CERTIFICATION, *OF_OPENING, *OF_PROFILE, *OF_PERSON)

Pairs = set[tuple[int, int]]  # (trainee, opening)


@dataclass
class Changes:
    """What a run of matching changed."""

    made: int = 0
    changed: int = 0
    ended: int = 0
    told: list[Match] = field(default_factory=list)


def take(handoffs: list[Handoff], *, at) -> None:
    """Deal with these events: find whom and what they touch, and match that."""
    events = Event.objects.in_bulk([handoff.event_id for handoff in handoffs])
    people, openings, users, removed = set(), set(), set(), set()
    for event in events.values():
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
    match(people, openings, at=at)


def lock(*, patient: bool = True) -> None:
    """Be the only one who writes matches until the transaction ends.

    Jobs are patient: a long rematch may hold the lock for longer than an ordinary statement may wait or run, and while
    thousands of pairs are judged nothing is asked. A page waits as for anything else, and then says to try again.
    """
    with connection.cursor() as cursor:
        if patient:
            limits = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
            cursor.execute("; ".join(f"SET LOCAL {limit} = 0" for limit in limits))
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def match(people: set[int], openings: set[int], *, at, quiet: bool = False) -> Changes:
    """Project these trainees and openings anew and match them; inside a transaction."""
    lock()
    on = timezone.localdate(at)
    # After midnight whoever is projected for a day that is over is on no list: nobody may lose or get a place for that.
    people = people | set(projection.turning(on))
    projection.openings(openings, on=on, at=at)
    projection.people(people, on=on, at=at)
    return keep(people, openings, at=at, quiet=quiet)


def keep(people: set[int], openings: set[int], *, at, quiet: bool = False) -> Changes:
    """Bring the matches of these, as they are projected, up to date and tell both sides; under the lock."""
    on = timezone.localdate(at)
    known = _known(people, openings)
    now: Pairs = set()
    if people:
        now |= {(p.trainee_id, p.opening_id) for p in live.of_people(people, on) if p.state != "near"}
    for opening in openings:
        now |= _first(opening, on)
        if still := [trainee for trainee, of in known if of == opening]:
            now |= {(p.trainee_id, opening) for p in live.of_opening(opening, still, on) if p.state != "near"}
    judged = _judge(now, on)
    # Who falls away, or back in the order, makes room for somebody else.
    room = {pair[1] for pair in known.keys() - now}
    room |= {pair[1] for pair, found in judged.items() if pair in known and _makes_room(found, known[pair])}
    more = _moved_up(room - openings, on) - now
    changes = _write(judged | _judge(more, on), known, now | more, at)
    if quiet:
        tell.mark_told(changes.told, at=at)
    else:
        tell.both_sides(changes.told, at=at)
    return changes


def _known(people, openings) -> dict[tuple[int, int], Match]:
    """The matches of these that hold so far."""
    rows = Match.objects.filter(trainee_id__in=people) | Match.objects.filter(opening_id__in=openings)
    return {(m.trainee_id, m.opening_id): m for m in rows.exclude(state=Match.State.ENDED).order_by("pk")}


def _first(opening: int, on) -> Pairs:
    """Who is put before an opening: the first who pass, and as many who would once they answer."""
    return {(trainee, opening) for trainee in live.first_of(opening, on, most=FIRST)}


def _makes_room(judgement: rules.Judgement, match: Match) -> bool:
    """Whether a pair that still belongs together left its place: to another list, or to a later day."""
    if judgement.state != match.state:
        return True
    return match.certified_on is not None and (judgement.certified_on or date.max) > match.certified_on


def _moved_up(openings: set[int], on) -> Pairs:
    """Who comes next where somebody fell away; where there were fewer than FIRST, nobody is waiting."""
    if not openings:
        return set()
    rows = Match.objects.filter(opening_id__in=openings).exclude(state=Match.State.ENDED)
    full = Counter(rows.values_list("opening_id", flat=True))
    return {pair for opening in openings if full[opening] >= FIRST for pair in _first(opening, on)}


def _judge(pairs: Pairs, on) -> dict[tuple[int, int], rules.Judgement]:
    """The gates of these pairs, to be explained by."""
    if not pairs:
        return {}
    some = facts.trainees(facts.matchable().filter(pk__in={trainee for trainee, _opening in pairs}))
    offered = facts.openings(facts.live(on).filter(pk__in={opening for _trainee, opening in pairs}))
    # A fact committed a moment ago may not be projected yet: its own handoff comes next and deals with it.
    judged = {
        (trainee, opening): rules.judge(some[trainee], offered[opening], on)
        for trainee, opening in sorted(pairs)
        if trainee in some and opening in offered
    }
    return {pair: judgement for pair, judgement in judged.items() if judgement.state in (rules.FITS, rules.ASK)}


def _write(judged, known, now: Pairs, at) -> Changes:
    """Write what differs from the rows we have, and nothing else."""
    again = Match.objects.filter(trainee_id__in={t for t, _ in judged}, opening_id__in={o for _, o in judged})
    rows = {(m.trainee_id, m.opening_id): m for m in again} if judged else {}
    changes, fresh, altered = Changes(), [], []
    for pair, judgement in judged.items():
        values = {
            "state": judgement.state,
            "gates": [gate.as_dict() for gate in judgement.gates],
            "points": judgement.points,
            "certified_on": judgement.certified_on,
            "ended_at": None,
        }
        row = rows.get(pair)
        if row is None:
            row = Match(trainee_id=pair[0], opening_id=pair[1], since=at, **values)
            fresh.append(row)
        elif any(getattr(row, name) != value for name, value in values.items()):
            if row.state != judgement.state:
                row.since = at
            for name, value in values.items():
                setattr(row, name, value)
            altered.append(row)
    ended = [row for pair, row in known.items() if pair not in now]
    for row in ended:
        row.state, row.ended_at = Match.State.ENDED, at
    Match.objects.bulk_create(fresh, batch_size=1000)
    columns = ["state", "gates", "points", "certified_on", "since", "ended_at"]
    Match.objects.bulk_update(altered, columns, batch_size=1000)
    Match.objects.filter(pk__in=[row.pk for row in ended]).update(state=Match.State.ENDED, ended_at=at)
    changes.made, changes.changed, changes.ended = len(fresh), len(altered), len(ended)
    changes.told = fresh + altered
    return changes


@transaction.atomic(durable=True)
def meet(trainee: TraineeProfile, opening, *, at) -> Match | None:
    """Put one opening before a person who found it on their own page; None when it does not fit (any more)."""
    lock(patient=False)
    on = timezone.localdate(at)
    pair = {(p.trainee_id, p.opening_id) for p in live.of_opening(opening.pk, [trainee.pk], on) if p.state != "near"}
    changes = _write(_judge(pair, on), {}, pair, at)
    tell.mark_told(changes.told, at=at)
    found = Match.objects.filter(trainee=trainee, opening=opening).exclude(state=Match.State.ENDED)
    return found.first()
