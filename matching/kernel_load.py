"""Loading the compiled code, or compiling it, on a world of nothing: before anybody has to wait for it."""

import numpy as np
import psycopg

from . import kernel, kernel_copy, kernel_run, kernel_write
from .kernel_read import World


def load(line: psycopg.Connection) -> None:
    """Call everything that is compiled once. The connection is asked for a single row."""
    one = kernel_copy.Columns("n", 1)
    kernel_copy.read(line, "SELECT 1::bigint", one, one.whole())
    nothing, blob = np.empty(0, np.int64), np.zeros(64, np.uint8)
    words, rows = np.zeros((1, kernel.READ_EXTRA + 1), np.int64), np.empty(0, np.int32)
    for width in (8, 2):
        kernel_copy.arrays(np.zeros((1, kernel.O_GROUPS + 1), np.int64), kernel.O_MORE, blob, width)
    where = (words, kernel.READ_SORT, kernel.SORT_TRADE, 0, 0, nothing)
    kernel_copy.count_trades(*where, nothing)
    kernel_copy.spread_trades(*where, nothing, rows)
    begins = np.zeros(2, np.int64)
    world = World(
        kernel.People(words, np.zeros((1, kernel.READ_HELD_LAST + 1), np.int64), blob),
        kernel.Offers(
            *(np.zeros((1, kernel.O_GROUPS + 1), np.int64), blob),
            *(begins, nothing, begins, nothing, nothing, begins, nothing, nothing),
        ),
        kernel.Reach(np.zeros(kernel.ZIPS + 1, np.int64), rows, rows.astype(np.int16), np.zeros(1, np.int32)),
        *([""], np.zeros(1, np.int64), rows, begins),
    )
    found = kernel_run.judge(world, 1)
    gaps = np.zeros((1, 5), np.int64)
    for blocks in (
        kernel_write.top(found.ids, found.lists),
        kernel_write.short(found.ids, found.lists),
        kernel_write.gap(gaps, [""]),
    ):
        list(blocks)
