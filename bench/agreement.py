"""Whether ours and the peers found the same: every row of every list, or the benchmark fails."""

from django.db import connection

from matching.models import Bit

PAIRS = {"matching_top": "limit_top", "matching_short": "limit_short", "matching_gap": "limit_gap"}


class Differs(Exception):
    """Two ways of matching the same world gave different lists; no figure of this run is worth anything."""


def with_the_limit() -> dict[str, int]:
    """Compare ours with the limit's tables, row by row; returns how many rows each has. Raises Differs."""
    rows = {}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for ours, theirs in PAIRS.items():
            cursor.execute(
                f"SELECT (SELECT count(*) FROM {ours}), (SELECT count(*) FROM {theirs}),"
                f" (SELECT count(*) FROM (TABLE {ours} EXCEPT ALL TABLE {theirs}) more)"
            )
            mine, other, more = cursor.fetchone()
            if mine != other or more or not mine:
                raise Differs(f"{ours} has {mine} rows, {theirs} {other}; {more} of ours are not among theirs.")
            rows[ours] = mine
    return rows


def with_the_loop(found: dict, *, whole: bool) -> int:
    """Compare ours with what the ORM loop returned, of all openings (`whole`) or of some; returns how many agreed.

    Raises Differs.
    """
    first, short = {}, {}
    bits = dict(Bit.objects.values_list("bit", "credential_id"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT opening_id, trainee_id, tenths, key FROM matching_top ORDER BY opening_id, place")
        for opening, *row in cursor.fetchall():
            first.setdefault(opening, []).append(tuple(row))
        cursor.execute("SELECT opening_id, bit, people FROM matching_short")
        for opening, bit, people in cursor.fetchall():
            short.setdefault(opening, {})[bits[bit]] = people
    for opening, (theirs, one_short) in found.items():
        if theirs != first.get(opening, []) or one_short != short.get(opening, {}):
            raise Differs(f"The loop and ours differ on opening {opening}.")
    if not found or (whole and not first.keys() <= found.keys()):
        raise Differs("Ours has openings that the loop has not.")
    return len(found)
