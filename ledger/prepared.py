"""Statements said with every fact: the database keeps how to do them, one plan a connection.

Elsewhere Django writes the values into the text, and PostgreSQL reads and plans each text anew: a quarter of what a
certificate costs it. Here the values travel beside the text, so arrays and numbers want a cast (`%s::bigint[]`).
"""

import psycopg
from django.db import connection


def execute(sql: str, values):
    """Say it and return the cursor. Counted, timed and wrapped like any statement of Django's connection."""
    cursor = connection.cursor()
    if not connection.queries_logged:  # who reads along wants to read the values, too
        with connection.wrap_database_errors:
            cursor = connection.make_cursor(psycopg.Cursor(connection.connection))
    cursor.execute(sql, values)
    return cursor
