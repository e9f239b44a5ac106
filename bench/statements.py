"""What the product says to PostgreSQL: how long each statement takes, and a transaction kept to be said again.

The time of a statement is the client's: from the call until the answer is there, on a warm connection over the Unix
socket. Commits count, Python between statements does not.
"""

import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection


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
