"""Who goes first, in Python: the key each order rule reads, and the draw by which ties and lotteries fall. Pure.

sql/ordered.sql says the same; tests/matching/test_order.py compares them. People are ordered by (key, draw), smallest
first. A draw is the SHA-256 of the opening's 32-byte seed and the 8 bytes of the person's own ticket number, so that
nobody is first by name or row number, and anybody who has both numbers can draw again.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta

from openings.seal import sealed

__all__ = ["NO_KEY", "draw", "key", "sealed", "shown"]

EPOCH = date(1950, 1, 1)
BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
NO_KEY = 2**63 - 1  # whoever has nothing the rule reads comes after all who have


def draw(seed: bytes, ticket: int) -> bytes:
    """The draw of one person at one opening."""
    return hashlib.sha256(seed + ticket.to_bytes(8, "big")).digest()


def key(
    rule: str, *, certified_on: date | None = None, rank: int | None = None, registered_at: datetime | None = None
) -> int:
    """What an order rule puts a person by: days since 1950, the rank, the registration in microseconds, or nothing."""
    if rule == "lottery":
        return 0
    if rule == "ranked":
        return NO_KEY if rank is None else rank
    if rule == "fifo":
        return NO_KEY if registered_at is None else (registered_at - BEGIN) // timedelta(microseconds=1)
    return NO_KEY if certified_on is None else max((certified_on - EPOCH).days, 0)


def shown(ticket: int) -> str:
    """A ticket number as people read and type it: 16 hexadecimal digits, so that seed and ticket stand side by side."""
    return f"{ticket:016x}"
