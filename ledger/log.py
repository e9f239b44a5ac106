"""Writing the ledger. `record()` is called inside the action's transaction; rooms that asked for the kind are woken."""

from collections import defaultdict
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import Model
from django.db.models.sql import InsertQuery
from psycopg.types.json import Jsonb

from . import bells, prepared
from .models import Event

# room -> kinds it wants to hear of; filled by `asks()` when the rooms start.
_asked: dict[str, set[str]] = defaultdict(set)
# room -> once in how many seconds it is rung at most, where that is not as often as something happens.
_calm: dict[str, float] = {}
# For which organization a person acts on a record when the action does not name one; said by the room that knows.
_standing: list[Callable] = []


def asks(room: str, *kinds: str, within: float = 0) -> None:
    """`room` wants a handoff for each event of these kinds; its handler is `<room>.jobs.take(handoffs)`
    (and, where it has a shorter way, `jobs.at_once`: `ledger.handoffs`).

    `within`: it is rung once in so many seconds at most, and lets others go first; what came after its bell it takes
    with the next, or the sweep brings it.
    """
    _asked[room].update(kinds)
    _calm[room] = within


def within(room: str) -> float:
    """Once in how many seconds the room is rung at most; 0 for as often as something happens."""
    return _calm.get(room, 0)


def stamps(ask: Callable) -> None:
    """`ask(by, subject)` gives the row number of the organization for which somebody acts, or None."""
    _standing[:] = [ask]


def event(kind: str, subject, *, by, at, organization=None, **facts) -> Event:
    """One event, not saved yet: for `record_all`. Where no organization is named, it is the one the actor acts for.

    Where somebody acts for `by` (`by.helped_by`), the event is that somebody's, and keeps for whom.
    """
    actor = by.pk if by else None
    if helped := getattr(by, "helped_by", None):
        actor, stamp = helped
        facts["for"] = by.pk
    elif organization:
        stamp = organization.pk
    else:
        stamp = _standing[0](by, subject) if by and _standing else None
    return Event(
        kind=kind,
        at=at,
        actor_id=actor,
        organization_id=stamp,
        subject_type=subject._meta.model_name,
        subject_id=subject.pk,
        facts=facts,
    )


def record(kind: str, subject, *, by, at, organization=None, **facts) -> Event:
    """Add one event, and a handoff for each room that asked for its kind; their bells ring on commit.

    Raises RuntimeError outside a transaction: a fact that could commit without its event is a lost fact.
    """
    return record_all([event(kind, subject, by=by, at=at, organization=organization, **facts)])[0]


def record_all(events: list[Event]) -> list[Event]:
    """`record` for many events at once, in their order: one statement however many there are."""
    if not connection.in_atomic_block:
        raise RuntimeError("ledger.record() belongs inside the action's transaction.")
    if not events:
        return events
    asked = [(kind, room) for kind in {event.kind for event in events} for room in _asked if kind in _asked[room]]
    names = ("kind", "at", "actor_id", "organization_id", "subject_type", "subject_id")
    values = [
        *([getattr(event, name) for event in events] for name in names),
        [Jsonb(event.facts) for event in events],
        [kind for kind, _room in asked],
        [room for _kind, room in asked],
    ]
    with prepared.execute(_RECORD, values) as cursor:
        for event, (pk,) in zip(events, cursor.fetchall(), strict=True):
            event.pk = pk
            event._state.adding, event._state.db = False, connection.alias
    for room in dict.fromkeys(room for _kind, room in asked):
        ring_for(room)
    return events


def record_new(row: Model, event: Event) -> Event:
    """Insert a new row and record the event of which it is the subject, in one statement: for what happens often.

    As `save(force_insert=True)` and `record`, except that no signal is sent.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("ledger.record_new() belongs inside the action's transaction.")
    fields = [field for field in row._meta.local_concrete_fields if field is not row._meta.auto_field]
    insert = InsertQuery(type(row))
    insert.insert_values(fields, [row])
    [(said, values)] = insert.get_compiler(connection=connection).as_sql()
    rooms = [room for room, kinds in _asked.items() if event.kind in kinds]
    facts = (event.kind, event.at, event.actor_id, event.organization_id, event.subject_type, Jsonb(event.facts))
    with prepared.execute(_RECORD_NEW.format(insert=said), [*values, *facts, rooms]) as cursor:
        row.pk, event.pk = cursor.fetchone()
    event.subject_id = row.pk
    for made in (row, event):
        made._state.adding, made._state.db = False, connection.alias
    for room in rooms:
        ring_for(room)
    return event


_RECORD_NEW = """
    WITH fresh (id) AS (
        {insert} RETURNING id
    ), made AS (
        INSERT INTO ledger_event (kind, at, actor_id, organization_id, subject_type, subject_id, facts)
        SELECT %s::text, %s::timestamptz, %s::bigint, %s::bigint, %s::text, fresh.id, %s::jsonb FROM fresh
        RETURNING id, kind, at, subject_id
    ), handed AS (
        INSERT INTO ledger_handoff (event_id, room, kind, subject_id, state, attempts, due_at, error)
        SELECT made.id, room, made.kind, made.subject_id, 'waiting', 0, made.at, ''
          FROM made CROSS JOIN unnest(%s::text[]) room
    )
    SELECT subject_id, id FROM made
"""

# Events and handoffs in one go: every certificate, answer and profile waits for this.
_RECORD = """
    WITH made AS (
        INSERT INTO ledger_event (kind, at, actor_id, organization_id, subject_type, subject_id, facts)
        SELECT kind, at, actor_id, organization_id, subject_type, subject_id, facts
          FROM unnest(%s::text[], %s::timestamptz[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::jsonb[])
               WITH ORDINALITY new (kind, at, actor_id, organization_id, subject_type, subject_id, facts, place)
         ORDER BY place
        RETURNING id, kind, at, subject_id
    ), handed AS (
        INSERT INTO ledger_handoff (event_id, room, kind, subject_id, state, attempts, due_at, error)
        SELECT made.id, asked.room, made.kind, made.subject_id, 'waiting', 0, made.at, ''
          FROM made JOIN unnest(%s::text[], %s::text[]) asked (kind, room) USING (kind)
    )
    SELECT id FROM made ORDER BY id
"""


def ring_for(room: str) -> None:
    """Ring the room's bell once the transaction has committed, once per transaction however often it is asked."""
    ringing = {getattr(hook[1], "room", None) for hook in connection.run_on_commit}
    if room in ringing:
        return
    bell = Bell(room)
    transaction.on_commit(bell, robust=True)


class Bell:
    """Wakes a room."""

    def __init__(self, room: str):
        self.room = room

    def __call__(self):
        from .tasks import wake

        bells.ring(wake, once=self.room, within=within(self.room), room=self.room)


def history(subject):
    """The events of one record, newest first."""
    return Event.objects.filter(subject_type=subject._meta.model_name, subject_id=subject.pk).order_by("-id")
