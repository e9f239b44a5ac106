"""What the rematch found, as rows of three tables in PostgreSQL's binary form: arrays in, bytes out."""

from collections.abc import Iterator

import numpy as np
from numba import njit

HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
BUFFER = 1 << 20
TOP_ROW, SHORT_ROW, GAP_ROW = 50, 28, 300  # bytes of a row, at most


@njit(nogil=True, cache=True)
def _put(out, at, number, width):
    out[at], out[at + 1], out[at + 2], out[at + 3] = 0, 0, 0, width
    for i in range(width):
        out[at + 4 + i] = (number >> (8 * (width - 1 - i))) & 0xFF
    return at + 4 + width


@njit(nogil=True, cache=True)
def _fill_top(out, o, ids, count, trainee, tenths, key):
    at = 0
    while o < len(ids) and at + count[o] * TOP_ROW <= len(out):
        for place in range(count[o]):
            out[at], out[at + 1] = 0, 5
            at = _put(out, at + 2, ids[o], 8)
            at = _put(out, at, place + 1, 2)
            at = _put(out, at, trainee[o, place], 8)
            at = _put(out, at, tenths[o, place], 2)
            at = _put(out, at, key[o, place], 8)
        o += 1
    return o, at


@njit(nogil=True, cache=True)
def _fill_short(out, o, ids, short):
    at, bits = 0, short.shape[1]
    while o < len(ids) and at + bits * SHORT_ROW <= len(out):
        for bit in range(bits):
            if short[o, bit]:
                out[at], out[at + 1] = 0, 3
                at = _put(out, at + 2, ids[o], 8)
                at = _put(out, at, bit, 2)
                at = _put(out, at, short[o, bit], 4)
        o += 1
    return o, at


@njit(nogil=True, cache=True)
def _fill_gap(out, row, rows, first, names):
    at = 0
    while row < len(rows) and at + GAP_ROW <= len(out):
        county, length = rows[row, 0], first[rows[row, 0] + 1] - first[rows[row, 0]]
        out[at], out[at + 1], out[at + 2], out[at + 3], out[at + 4], out[at + 5] = 0, 5, 0, 0, 0, length
        at += 6
        for i in range(length):
            out[at + i] = names[first[county] + i]
        at = _put(out, at + length, rows[row, 1], 4)
        at = _put(out, at, rows[row, 2], 2)
        at = _put(out, at, rows[row, 3], 4)
        at = _put(out, at, rows[row, 4], 8)
        row += 1
    return row, at


def top(ids, lists) -> Iterator[memoryview]:
    """matching_top: opening_id, place, trainee_id, tenths, key."""
    return _filled(_fill_top, ids, lists.count, lists.trainee, lists.tenths, lists.key)


def short(ids, lists) -> Iterator[memoryview]:
    """matching_short: opening_id, bit, people."""
    return _filled(_fill_short, ids, lists.short)


def gap(rows, names) -> Iterator[memoryview]:
    """matching_gap: county, trade, bit, people, pairs. `rows` has them as numbers, `names` the counties' names."""
    texts = [name.encode() for name in names]
    first = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    return _filled(_fill_gap, rows, first, np.frombuffer(b"".join(texts) + b" ", np.uint8))


def _filled(fill, rows, *columns):
    yield HEADER
    out, row = np.empty(BUFFER, np.uint8), 0
    while row < len(rows):
        row, used = fill(out, row, rows, *columns)
        yield memoryview(out)[:used]
    yield TRAILER
