"""Statements said with every fact: the database keeps how to do them, one plan a connection.

Elsewhere Django writes the values into the text, and PostgreSQL reads and plans each text anew: a quarter of what a
certificate costs it. Here the values travel beside the text, so arrays and numbers want a cast (`%s::bigint[]`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import Field, Lookup
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8


class Together(psycopg.Cursor):
    """Says the BEGIN of a transaction together with its first statement, which saves a trip there and back."""

    def execute(self, *said, **how):
        line = self.connection
        if line.autocommit or line.info.transaction_status != TransactionStatus.IDLE:
            return super().execute(*said, **how)
        with line.pipeline():
            return super().execute(*said, **how)


def execute(sql: str, values):
    """Say it and return the cursor. Counted, timed and wrapped like any statement of Django's connection."""
    cursor = connection.cursor()
    if not connection.queries_logged:  # who reads along wants to read the values, too
        with connection.wrap_database_errors:
            cursor = connection.make_cursor(Together(connection.connection))
    cursor.execute(sql, values)
    return cursor


@contextmanager
def kept() -> Iterator[None]:
    """Inside, what Django's ORM says is said so, too: for questions whose planning costs more than their answer.

    Their text must be the same every time: lists by `among`, for `in` says another text for each length.
    """
    connection.ensure_connection()
    line, before = connection.connection, connection.connection.cursor_factory
    line.cursor_factory = before if connection.queries_logged else ServerBindingCursor
    try:
        yield
    finally:
        line.cursor_factory = before


@Field.register_lookup
class Among(Lookup):
    """`pk__among=[1, 2]`: as `in`, with the list as one value."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        sql, values = self.process_lhs(compiler, connection)
        # Numbers of one size, for a list of small ones would be a statement of its own.
        return f"{sql} = ANY (%s)", [*values, [Int8(one) if isinstance(one, int) else one for one in self.rhs]]
