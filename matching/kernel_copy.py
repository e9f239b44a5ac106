"""Rows by the million between PostgreSQL and packed columns: binary COPY, with no Python per row.

PostgreSQL sends one message for each row. They are taken from libpq and taken apart in compiled code, without the
interpreter's lock, so that several connections are read at once. Only the rematch imports this module.
"""

import ctypes
import sys

import numpy as np
import psycopg
from llvmlite import ir
from numba import carray, njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from psycopg import pq

NUMBER, SPARSE, BYTES, HALF = range(4)
# What `state` holds: the next free row, extra row and byte, where each must end, and whether the header was seen.
ROW, EXTRA, BYTE, ROW_END, BYTE_END, HEADED = range(6)
OK, FULL, TORN = 0, -10, -11
PAGE, ROW_OVERHEAD = 8192, 28  # of PostgreSQL: a page's bytes, and what a row costs beside its values
LENGTH_BITS = 24  # of a word that says where bytes are: the rest is the offset


class Columns:
    """What a query returned: a matrix of numbers with a row for each row.

    Of each column `kinds` says what becomes of it, a letter each: `n` a number, 0 when NULL; `h` a number that shares
    the word before it, as the lower half; `s` a number that is mostly NULL, kept in `extras`, at the row the last word
    names (0: all NULL); `b` bytes, kept in `blob`: offset and length.
    Memory is reserved for as many rows as can be; only what is written is used.
    """

    def __init__(self, kinds: str, rows: int, size: int = 0):
        self.spec = np.array(["nsbh".index(kind) for kind in kinds], np.int8)
        sparse = kinds.count("s")
        self.words = np.empty((rows, len(kinds) - sparse - kinds.count("h") + bool(sparse)), np.int64)
        self.extras = np.empty((rows + 1 if sparse else 1, max(sparse, 1)), np.int64)
        self.extras[0] = 0
        self.blob = np.empty(size + 1, np.uint8)

    def whole(self) -> np.ndarray:
        """The room of a COPY that has all of it."""
        return self.room(range(len(self.words)), range(len(self.blob)))

    def room(self, rows: range, size: range = range(0)) -> np.ndarray:
        """Where one COPY may write."""
        return np.array([rows.start, rows.start, size.start, rows.stop, size.stop, 0], np.int64)


def most_rows(pages: int, row: int) -> int:
    """How many rows of at least that many bytes fit on these pages."""
    return pages * (PAGE // (ROW_OVERHEAD + row) + 1)


# --- Taking rows from PostgreSQL --------------------------------------------------------------------------------------
def read(line: psycopg.Connection, query: str, columns: Columns, state: np.ndarray) -> np.ndarray:
    """Run the query and add its rows to the columns; returns them."""
    first, state[HEADED] = state[ROW], 0
    with line.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as copy:
        into = (columns.spec, columns.words, columns.extras, columns.blob, state)
        get, free = _libpq()
        if get:
            status = _pull(get, free, line.pgconn.pgconn_ptr, *into)
            if status >= OK:
                _finish(line)
        else:
            status = OK
            for data in copy:
                status = status or _parse(np.frombuffer(data, np.uint8), len(data), *into)
        if status < OK:
            raise RuntimeError(f"COPY out stopped ({status}): {query}")
    return columns.words[first : state[ROW]]


def _finish(line) -> None:
    """What psycopg would do at the end of a COPY."""
    while result := line.pgconn.get_result():
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result)


def _libpq() -> tuple[int, int]:
    """The addresses of PQgetCopyData and PQfreemem of the libpq that psycopg uses; 0 where it is not to be found."""
    try:
        library = ctypes.CDLL(sys.modules[pq.PGconn.__module__].__file__)
        return tuple(
            ctypes.cast(function, ctypes.c_void_p).value for function in (library.PQgetCopyData, library.PQfreemem)
        )
    except (AttributeError, OSError):
        return 0, 0


@intrinsic
def _get(context, address, connection, buffer, how):
    def generate(context, builder, signature, values):
        kind = ir.FunctionType(ir.IntType(32), [ir.IntType(64), ir.IntType(64), ir.IntType(32)])
        how = builder.trunc(values[3], ir.IntType(32))
        return builder.call(builder.inttoptr(values[0], kind.as_pointer()), [values[1], values[2], how])

    return types.int32(types.int64, types.int64, types.int64, types.int64), generate


@intrinsic
def _free(context, address, memory):
    def generate(context, builder, signature, values):
        kind = ir.FunctionType(ir.VoidType(), [ir.IntType(64)])
        builder.call(builder.inttoptr(values[0], kind.as_pointer()), [values[1]])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@intrinsic
def _pointer(context, address):
    def generate(context, builder, signature, values):
        return builder.inttoptr(values[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), generate


@njit(nogil=True, cache=True)
def be2(data, at):
    """The signed number in the two bytes from `at`, the higher first."""
    return np.int64(np.int16((data[at] << 8) | data[at + 1]))


@njit(nogil=True, cache=True)
def be4(data, at):
    """The same of four bytes."""
    found = (np.uint32(data[at]) << 24) | (np.uint32(data[at + 1]) << 16)
    return np.int64(np.int32(found | (np.uint32(data[at + 2]) << 8) | np.uint32(data[at + 3])))


@njit(nogil=True, cache=True)
def be8(data, at):
    """The same of eight bytes."""
    return (be4(data, at) << 32) | (be4(data, at + 4) & 0xFFFFFFFF)


@njit(nogil=True, cache=True)
def _parse(data, size, spec, words, extras, blob, state):
    at = 0
    if state[HEADED] == 0:
        at = 19 + be4(data, 15)
        state[HEADED] = 1
    while at < size:
        fields = be2(data, at)
        at += 2
        if fields < 0:
            break
        row = state[ROW]
        if row >= state[ROW_END] or fields != len(spec):
            return FULL
        column, sparse, extra = 0, 0, np.int64(0)
        for field in range(fields):
            length = be4(data, at)
            at += 4
            number = np.int64(0)
            if spec[field] == BYTES:
                start = state[BYTE]
                if length > 0:
                    if start + length > state[BYTE_END]:
                        return FULL
                    for i in range(length):
                        blob[start + i] = data[at + i]
                    state[BYTE] += length
                    number = (start << LENGTH_BITS) | length
            elif length == 8:
                number = be8(data, at)
            elif length == 4:
                number = be4(data, at)
            elif length == 2:
                number = be2(data, at)
            elif length == 1:
                number = np.int64(data[at])
            if spec[field] == SPARSE:
                if length > 0:
                    if extra == 0:
                        state[EXTRA] += 1
                        extra = state[EXTRA]
                        extras[extra] = 0
                    extras[extra, sparse] = number
                sparse += 1
            elif spec[field] == HALF:
                words[row, column - 1] = (words[row, column - 1] << 32) | (number & 0xFFFFFFFF)
            else:
                words[row, column] = number
                column += 1
            if length > 0:
                at += length
        if sparse:
            words[row, column] = extra
        state[ROW] = row + 1
    return OK if at <= size else TORN


@njit(nogil=True, cache=True)
def _pull(get, free, connection, spec, words, extras, blob, state):
    box = np.zeros(1, np.int64)
    while True:
        size = _get(get, connection, box.ctypes.data, 0)
        if size < 0:
            return OK if size == -1 else np.int64(size)
        status = _parse(carray(_pointer(box[0]), size, np.uint8), size, spec, words, extras, blob, state)
        _free(free, box[0])
        if status != OK:
            return np.int64(status)


@njit(nogil=True, cache=True)
def arrays(words, column, blob, width):
    """The PostgreSQL arrays of a column of bytes, laid end to end: where each begins, and the numbers."""
    first = np.zeros(len(words) + 1, np.int64)
    for row in range(len(words)):
        at = words[row, column] >> LENGTH_BITS
        first[row + 1] = first[row] + (be4(blob, at + 12) if be4(blob, at) else 0)
    values = np.empty(first[-1], np.int64)
    for row in range(len(words)):
        at = (words[row, column] >> LENGTH_BITS) + 24
        for i in range(first[row], first[row + 1]):
            values[i] = be8(blob, at) if width == 8 else be2(blob, at)
            at += width + 4
    return first, values


@njit(nogil=True, cache=True)
def count_trades(words, column, shift, start, stop, trades, counts):
    """Add to the count of each of these sorted trades its rows."""
    for row in range(start, stop):
        trade = words[row, column] >> shift
        spot = np.searchsorted(trades, trade)
        if spot < len(trades) and trades[spot] == trade:
            counts[spot] += 1


@njit(nogil=True, cache=True)
def spread_trades(words, column, shift, start, stop, trades, places, rows):
    """Write the rows from `start` to `stop` to where those of their trade belong; `places` move on."""
    for row in range(start, stop):
        trade = words[row, column] >> shift
        spot = np.searchsorted(trades, trade)
        if spot < len(trades) and trades[spot] == trade:
            rows[places[spot]] = row
            places[spot] += 1
