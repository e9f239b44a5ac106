"""What waits in this room besides handoffs, row by row: matches to tell of, and lists of openings to read."""

from django.db import connection
from django.utils import timezone

# The first that waits and is in nobody's hands.
_FIRST_FREE = "SELECT id FROM {queue} WHERE due_at <= %s ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"


def first_free(queue: str) -> int | None:
    """The first row of this queue that is due and that nobody is at; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_FREE.format(queue=queue), [timezone.now()])
        found = cursor.fetchone()
    return found and found[0]


def put_off(queue: str, row: int | None = None) -> bool:
    """Try this row of a queue, or its first free one, later each time, at most an hour on; whether there was one."""
    at = timezone.now()
    which, asked = ("%s", [row]) if row else (f"({_FIRST_FREE.format(queue=queue)})", [at])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {queue} SET tries = tries + 1,"  # noqa: S608 - names of ours
            " due_at = %s + least(10 * 3 ^ least(tries + 1, 6), 3600) * interval '1 second'"
            f" WHERE id = {which}",
            [at, *asked],
        )
        return bool(cursor.rowcount)
