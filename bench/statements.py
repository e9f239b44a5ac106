"""What the product says to PostgreSQL: how long each statement takes, and the same statements said again by others.

The time of a statement is the client's: from the call until the answer is there, on a warm connection over the Unix
socket. Commits count, Python between statements does not.
"""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus
from psycopg.types.json import Json, Jsonb
from psycopg.types.numeric import Int8

from programs.models.people import uuid_in_time


class Meter:
    """Seconds spent in statements and commits of Django's connection while it is on."""

    def __init__(self):
        self.seconds = 0.0
        self.statements = 0
        self.by_statement: Counter[str] = Counter()  # of all that was said while on, since the beginning

    def _note(self, sql: str, began: float) -> None:
        took = time.perf_counter() - began
        self.seconds += took
        self.by_statement[" ".join(sql.split())[:70]] += took

    def _timed(self, execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self._note(sql, began)
            self.statements += 1

    def dearest(self, events: int, most: int = 8) -> dict[str, float]:
        """The statements that cost most, by how they begin, in milliseconds an event."""
        return {sql: round(took / events * 1000, 3) for sql, took in self.by_statement.most_common(most)}

    @contextmanager
    def on(self):
        """Counts what is said inside; yields itself, emptied."""
        self.seconds, self.statements = 0.0, 0
        commit = connection._commit

        def timed_commit():
            began = time.perf_counter()
            commit()
            self._note("COMMIT", began)

        connection._commit = timed_commit
        try:
            with connection.execute_wrapper(self._timed):
                yield self
        finally:
            del connection._commit


@dataclass
class Recording:
    """The statements of one transaction as they were said, with the rows that inserts gave back."""

    said: list[tuple[str, tuple, list]] = field(default_factory=list)

    def _keep(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith(("SAVEPOINT", "RELEASE")):
            return result
        cursor, rows = context["cursor"].cursor, []
        if "RETURNING" in sql:
            rows = cursor.fetchall()
            cursor.scroll(0, mode="absolute")
        self.said.append((sql, tuple(params or ()), rows))
        return result

    @contextmanager
    def on(self):
        with connection.execute_wrapper(self._keep):
            yield self

    def by(self, line, names: Iterable) -> Callable[[dict], dict]:
        """A function that says it all again in one transaction of `line` (a psycopg connection).

        It is given what stands in the place of each of the `names`, which are values of the recording, and returns
        all swaps made: every UUID is a new one, and numbers given by the database take the place of those recorded.
        Looked for once, prepared once, and said by the C library itself: what speaks here must cost the machine less
        than what is measured.
        """
        names, said, adapt = set(names), [], Transformer(line)
        for number, (sql, params, rows) in enumerate(self.said):
            name, text = f"said_{number}".encode(), _numbered(sql)
            values = list(adapt.dump_sequence(sized := _sized(params), [PyFormat.AUTO] * len(params)))
            formats = list(adapt.formats or [])
            _done(line.pgconn.prepare(name, text, adapt.types))
            places = [(n, change) for n, value in enumerate(sized) if (change := _changing(value, names))]
            given = [row[-1] for row in rows]
            said.append((name, values, formats, places, given))
            names.update(given)

        def again(swaps: dict) -> dict:
            swaps = dict(swaps)
            _done(line.pgconn.exec_(b"BEGIN"))
            for name, values, formats, places, given in said:
                fresh = adapt.dump_sequence(
                    _sized([change(swaps) for _n, change in places]), [PyFormat.AUTO] * len(places)
                )
                for (n, _change), value in zip(places, fresh, strict=True):
                    values[n] = value
                result = _done(line.pgconn.exec_prepared(name, values, formats))
                for row, old in enumerate(given):
                    swaps[old] = type(old)(result.get_value(row, result.nfields - 1).decode())
            _done(line.pgconn.exec_(b"COMMIT"))
            return swaps

        return again


def _done(result):
    """The answer of PostgreSQL; RuntimeError when it refuses."""
    if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        raise RuntimeError(result.error_message.decode())
    return result


def _numbered(sql: str) -> bytes:
    """As PostgreSQL's protocol wants it: $1, $2 for each %s."""
    texts = [text.replace("%%", "%") for text in sql.split("%s")]
    return "".join(f"${number}{text}" if number else text for number, text in enumerate(texts)).encode()


def _sized(values) -> list:
    """Numbers of one size: a prepared statement wants the same type every time."""
    numbers = (
        Int8(one) if type(one) is int else _sized(one) if isinstance(one, list | tuple) else one for one in values
    )
    return list(numbers)


def _changing(value, names: set) -> Callable[[dict], object] | None:
    """What makes of the swaps what stands in the place of `value`; None where it is the same every time."""
    if isinstance(value, Json | Jsonb):
        inner, kind = _changing(value.obj, names), type(value)
        return inner and (lambda swaps: kind(inner(swaps)))
    if isinstance(value, dict):
        places = {key: change for key, one in value.items() if (change := _changing(one, names))}
        return (lambda swaps: value | {key: change(swaps) for key, change in places.items()}) if places else None
    if isinstance(value, list | tuple):
        items = [(one, _changing(one, names)) for one in value]
        changes = any(change for _one, change in items)
        return (lambda swaps: [change(swaps) if change else one for one, change in items]) if changes else None
    if isinstance(value, uuid.UUID):
        return lambda _swaps: uuid_in_time() if value.version == 7 else uuid.uuid4()
    if isinstance(value, bool) or value is None or value not in names:
        return None
    return lambda swaps: swaps[value]


def percentile(values, share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def summary(values) -> dict[str, float]:
    """Median, 99th percentile and how many, of seconds; in milliseconds."""
    return {
        "p50_ms": round(percentile(values, 0.5) * 1000, 3),
        "p99_ms": round(percentile(values, 0.99) * 1000, 3),
        "n": len(values),
    }
