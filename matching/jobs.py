"""The matching jobs: compute the gates for exactly what changed, keep the matches, tell both sides.

Facts are read only after they were committed (the ledger hands them over), so a certificate and an opening that
appear in the same moment still find each other. One job writes at a time (an advisory lock), so two workers cannot
both believe a match is new.
"""

import logging
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import TraineeProfile
from ledger.models import Event, Handoff

from . import facts, rules, tell
from .models import Match

log = logging.getLogger(__name__)

LOCK = 727_001

# What wakes this room; `certification.withdrawn` is an import taken back, its subject the trainee.
OF_CERTIFICATION = (
    "certification.verified",
    "certification.expired",
    "certification.revoked",
    "certification.recorded",
)
OF_OPENING = tuple(f"opening.{step}" for step in ("published", "opened", "amended", "closed"))
OF_PROFILE = ("profile.changed", "certification.withdrawn")
OF_PERSON = ("consent.given", "consent.withdrawn")
KINDS = (*OF_CERTIFICATION, *OF_OPENING, *OF_PROFILE, *OF_PERSON)


@dataclass
class Changes:
    """What a run of matching changed."""

    made: int = 0
    changed: int = 0
    ended: int = 0
    told: list[Match] = field(default_factory=list)

    @property
    def none(self) -> bool:
        return not (self.made or self.changed or self.ended)


def take(handoffs: list[Handoff], *, at) -> None:
    """Deal with these events: find whom and what they touch, and match that."""
    events = Event.objects.in_bulk([handoff.event_id for handoff in handoffs])
    people, openings, users = set(), set(), set()
    for event in events.values():
        if event.kind in OF_CERTIFICATION:
            people.add(event.facts["trainee"])
        elif event.kind in OF_OPENING:
            openings.add(event.subject_id)
        elif event.kind in OF_PROFILE:
            people.add(event.subject_id)
        elif event.facts.get("purpose") == "match":
            users.add(event.subject_id)
    if users:
        people |= set(TraineeProfile.objects.filter(user_id__in=users).values_list("pk", flat=True))
    match(people, openings, at=at)


def match(people: set[int], openings: set[int], *, at, quiet: bool = False) -> Changes:
    """Match these trainees with all openings and these openings with all trainees; inside a transaction."""
    with connection.cursor() as cursor:
        # A long rematch may hold the lock for longer than an ordinary statement is allowed to wait or run.
        cursor.execute("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    on = timezone.localdate(at)
    judged: dict[tuple[int, int], rules.Judgement] = {}
    if people:
        some = facts.trainees(facts.matchable().filter(pk__in=people))
        trades = {code for trainee in some.values() for code in trainee.wishes or trainee.trained}
        judged |= _pairs(some, facts.openings(facts.live(on).filter(occupation__in=trades)), on)
    if openings:
        offered = facts.openings(facts.live(on).filter(pk__in=openings))
        if offered:
            judged |= _pairs(facts.trainees(facts.matchable()), offered, on)
    changes = _keep(judged, people, openings, at)
    if quiet:
        tell.mark_told(changes.told, at=at)
    else:
        tell.both_sides(changes.told, at=at)
    return changes


def _pairs(people, offered, on) -> dict:
    by_trade: dict[str, list[rules.Opening]] = {}
    for opening in offered.values():
        by_trade.setdefault(opening.occupation, []).append(opening)
    found = {}
    for trainee in people.values():
        for trade in trainee.wishes or trainee.trained:
            for opening in by_trade.get(trade, ()):
                judgement = rules.judge(trainee, opening, on)
                if judgement.state:
                    found[trainee.id, opening.id] = judgement
    return found


def _keep(judged, people, openings, at) -> Changes:
    """Write what differs from the rows we have, and nothing else."""
    touched = Match.objects.filter(trainee_id__in=people) | Match.objects.filter(opening_id__in=openings)
    known = {(m.trainee_id, m.opening_id): m for m in touched.order_by("pk")}
    changes, fresh, altered = Changes(), [], []
    for pair, judgement in judged.items():
        values = {
            "state": judgement.state,
            "missing": judgement.one_step,
            "gates": [gate.as_dict() for gate in judgement.gates],
            "points": judgement.points,
            "certified_on": judgement.certified_on,
            "ended_at": None,
        }
        row = known.get(pair)
        if row is None:
            row = Match(trainee_id=pair[0], opening_id=pair[1], since=at, **values)
            fresh.append(row)
        elif any(getattr(row, name) != value for name, value in values.items()):
            if row.state != judgement.state:
                row.since = at
            for name, value in values.items():
                setattr(row, name, value)
            altered.append(row)
    for pair, row in known.items():
        if pair not in judged and row.state != Match.State.ENDED:
            row.state, row.ended_at = Match.State.ENDED, at
            altered.append(row)
            changes.ended += 1
    Match.objects.bulk_create(fresh, batch_size=1000)
    columns = ["state", "missing", "gates", "points", "certified_on", "since", "ended_at"]
    Match.objects.bulk_update(altered, columns, batch_size=1000)
    changes.made, changes.changed = len(fresh), len(altered) - changes.ended
    changes.told = [row for row in fresh + altered if row.state in (Match.State.FITS, Match.State.ASK)]
    return changes


def rematch(*, at, quiet: bool = False) -> Changes:
    """Match everything again. When nothing was missed this changes nothing."""
    with transaction.atomic():
        live = set(facts.live(timezone.localdate(at)).values_list("pk", flat=True))
        known = set(Match.objects.exclude(state=Match.State.ENDED).values_list("opening_id", flat=True))
        return match(set(), live | known, at=at, quiet=quiet)


def nightly(*, at) -> Changes:
    """The nightly rematch, with its result in the log: anything but "nothing changed" deserves a look."""
    changes = rematch(at=at)
    if changes.none:
        log.info("nightly rematch: nothing changed")
    else:
        log.warning("nightly rematch: %s made, %s changed, %s ended", changes.made, changes.changed, changes.ended)
    return changes
