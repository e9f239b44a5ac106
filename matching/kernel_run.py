"""The kernel over the whole world, trade by trade, on every core."""

from dataclasses import dataclass

import numpy as np

from . import kernel
from .kernel_read import World, together


@dataclass
class Found:
    """What came out, by place of the opening in `ids`."""

    ids: np.ndarray
    lists: kernel.Lists
    gaps: np.ndarray  # rows of county (its place among the world's), trade, bit, people, pairs
    people: int

    def top(self, o: int) -> list[tuple[int, int, int]]:
        """The first who pass: trainee, tenths of a mile, key."""
        columns = (self.lists.trainee[o], self.lists.tenths[o], self.lists.key[o])
        return list(zip(*(column[: self.lists.count[o]].tolist() for column in columns), strict=True))

    def short(self, o: int) -> dict[int, int]:
        """How many people each bit would bring."""
        return {bit: int(self.lists.short[o, bit]) for bit in np.flatnonzero(self.lists.short[o]).tolist()}


def judge(world: World, threads: int) -> Found:
    """Judge everybody against every opening; the largest trades first, so that no thread ends late."""
    offers = world.offers.words
    lists = _lists(len(offers))
    by_trade = np.argsort(offers[:, kernel.O_TRADE], kind="stable")
    cuts = np.searchsorted(offers[by_trade, kernel.O_TRADE], np.append(world.trades, 2**62))
    gaps: list[np.ndarray] = [np.empty((0, 5), np.int64)]

    def of_trade(spot):
        def task(_thread):
            rows = world.rows[world.first[spot] : world.first[spot + 1]]
            rows = rows[np.argsort(world.people.words[rows, kernel.READ_SORT])]
            mine = by_trade[cuts[spot] : cuts[spot + 1]]
            people, pairs = kernel.match_trade(
                mine, rows, world.people, world.offers, world.reach, lists, len(world.counties)
            )
            county, bit = np.nonzero(pairs)
            trade = np.full(len(bit), world.trades[spot])
            gaps.append(np.column_stack([county, trade, bit, people[county, bit], pairs[county, bit]]))

        return task

    work = np.diff(world.first) * np.diff(cuts)
    together(list(range(threads)), [of_trade(spot) for spot in np.argsort(-work).tolist()])
    return Found(offers[:, kernel.O_ID].copy(), lists, np.concatenate(gaps), _people(world))


def _people(world: World) -> int:
    """How many different people there are; their numbers lie close together."""
    of_trades = [world.people.words[rows, kernel.READ_TRAINEE] for rows in np.split(world.rows, world.first[1:-1])]
    first = min((int(ids.min()) for ids in of_trades if len(ids)), default=0)
    last = max((int(ids.max()) for ids in of_trades if len(ids)), default=-1)
    seen = np.zeros(last - first + 1, np.bool_)
    for ids in of_trades:
        seen[ids - first] = True
    return int(np.count_nonzero(seen))


def _lists(many: int) -> kernel.Lists:
    return kernel.Lists(
        count=np.zeros(many, np.int64),
        trainee=np.empty((many, kernel.TOP), np.int64),
        tenths=np.empty((many, kernel.TOP), np.int16),
        key=np.empty((many, kernel.TOP), np.int64),
        short=np.zeros((many, kernel.BITS), np.int32),
        passing=np.zeros(many, np.int64),
        near=np.zeros(many, np.int64),
    )
