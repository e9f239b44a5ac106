"""Everything the rematch reads, from PostgreSQL into the columns of matching/kernel.py."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from queue import Empty, SimpleQueue

import numpy as np
import psycopg

from . import kernel
from .kernel import Offers, People, Reach
from .kernel_copy import PAGE, Columns, arrays, count_trades, most_rows, read, spread_trades

SEEKER_BYTES, OFFER_BYTES, PLACE_BYTES, NEAR_BYTES = 120, 120, 24, 10  # a row has at least so many
PIECES = 8  # for each connection; whoever is done takes the next
EPOCH = 946_684_800_000_000  # 2000-01-01, where PostgreSQL's moments begin, in microseconds since 1970

SEEKERS = """
SELECT ((license + 1)::bigint << 34) | (languages::bigint << 18) | (shifts::bigint << 2)
         | CASE WHEN turns_on > '{on}' THEN 2 ELSE 0 END | CASE WHEN evaluated THEN 1 ELSE 0 END,
       wage, free_on, h0, nullif(h1, 0), nullif(h2, 0), trainee_id, ticket, since,
       (trade::bigint << 36) | (zip::bigint << 19) | ((32767 - reach)::bigint << 4) | (trainee_id & 15),
       nullif(c0, 0), nullif(c1, 0), nullif(c2, 0), nullif(c3, 0), nullif(at, 0), nullif(h3, 0)
  FROM matching_seeker WHERE ctid >= '({start},0)' AND ctid < '({stop},0)'
"""
OFFERS = """
SELECT opening_id, organization_id, trade, zip, license, languages, shifts, wage, needed_on, order_rule, seed,
       r0, r1, r2, r3, a0, a1, a2, a3, more, asked, groups
  FROM matching_offer WHERE last_on >= '{on}' ORDER BY opening_id
"""
RANKED = """
SELECT l.opening_id, l.trainee_id, l.rank FROM openings_listplace l JOIN matching_offer o USING (opening_id)
 WHERE o.order_rule = 1 AND o.last_on >= '{on}' AND l.rank IS NOT NULL
"""
REGISTERED = """
SELECT l.opening_id, l.trainee_id, l.registered_at FROM openings_listplace l JOIN matching_offer o USING (opening_id)
 WHERE o.order_rule = 2 AND o.last_on >= '{on}'
"""
NEAR = """
SELECT (work::bigint << 33) | (home::bigint << 16) | tenths FROM matching_near
 WHERE tenths <= {most} AND work >= {start} AND work < {stop}
"""


@dataclass
class World:
    """All that is judged, and by which trades it falls apart."""

    people: People
    offers: Offers
    reach: Reach
    counties: list[str]
    trades: np.ndarray
    rows: np.ndarray  # places in people.words, by trade
    first: np.ndarray  # where each trade's rows begin


def together(workers: list, tasks: list[Callable]) -> None:
    """Do all the tasks, each worker in a thread of its own taking the next; the first trouble is raised."""
    waiting, troubles = SimpleQueue(), []
    for task in tasks:
        waiting.put(task)

    def work(worker):
        while not troubles:
            try:
                task = waiting.get_nowait()
            except Empty:
                return
            try:
                task(worker)
            except BaseException as trouble:
                troubles.append(trouble)

    threads = [threading.Thread(target=work, args=(worker,), daemon=True) for worker in workers[1:]]
    for thread in threads:
        thread.start()
    work(workers[0])
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


def everything(lines: list[psycopg.Connection], on) -> World:
    """Read all of it over these connections, which see one and the same state."""
    pages = {
        table: lines[0].execute("SELECT pg_relation_size(%s::regclass) / %s", [table, PAGE]).fetchone()[0]
        for table in ("matching_seeker", "matching_offer", "openings_listplace", "matching_near")
    }
    seekers, rooms, tasks = _seekers(lines, pages["matching_seeker"], on)
    offers = Columns("nnnnnnnnnnbnnnnnnnnbbb", most_rows(pages["matching_offer"], OFFER_BYTES), _toasted(lines[0]))
    places = Columns("nnn", most_rows(pages["openings_listplace"], PLACE_BYTES))
    found = {}

    def read_offers(line):
        found["offers"] = read(line, OFFERS.format(on=on), offers, offers.whole())

    def read_places(line):
        state = places.whole()
        read(line, RANKED.format(on=on), places, state)
        registered = read(line, REGISTERED.format(on=on), places, state)
        registered[:, 2] += EPOCH
        found["places"] = places.words[: state[0]]

    together(lines, [read_offers, read_places, *tasks])
    parts = [(start, int(state[0])) for start, state in rooms.values()]
    trades = np.unique(found["offers"][:, kernel.O_TRADE])
    rows, first = _by_trade(seekers.words, parts, trades)
    most = max((_farthest(seekers.words[start:stop]) for start, stop in parts if start < stop), default=0)
    near = _near(lines, pages["matching_near"], most, found["offers"])
    home = ((near >> 16) & 0x1FFFF).astype(np.int32)
    counties, county = _counties(lines[0], home)
    return World(
        People(seekers.words, seekers.extras, seekers.blob),
        _offers(found["offers"], offers.blob, found["places"]),
        Reach(
            *(np.searchsorted(near, np.arange(kernel.ZIPS + 1) << 33), home, (near & 0xFFFF).astype(np.int16), county)
        ),
        *(counties, trades, rows, first),
    )


def _toasted(line) -> int:
    """At least as many bytes as the openings' lists and seeds have."""
    return line.execute("SELECT 4 * pg_table_size('matching_offer') + 65536").fetchone()[0]


def _counties(line, homes) -> tuple[list[str], np.ndarray]:
    """The counties that these ZIP codes are in ('' where none is known), and of each ZIP code which it is."""
    counties, county = [""], np.zeros(kernel.ZIPS + 1, np.int32)
    codes = np.flatnonzero(np.bincount(homes)).tolist()
    query = "SELECT county, array_agg(code::integer) FROM accounts_zip WHERE code = ANY(%s) GROUP BY county"
    for name, theirs in line.execute(query, [[f"{code:05}" for code in codes]]):
        if name:
            county[theirs] = len(counties)
            counties.append(name)
    return counties, county


def _seekers(lines, pages: int, on):
    """Columns for everybody; where in them each connection writes, and from where on; and the tasks that fill them."""
    most, size = most_rows(pages, SEEKER_BYTES), pages * PAGE
    columns = Columns("nnhnnnnnbnssssss", most * len(lines), size * len(lines))
    rooms = {
        id(line): (most * n, columns.room(range(most * n, most * (n + 1)), range(size * n, size * (n + 1))))
        for n, line in enumerate(lines)
    }
    cuts = [pages * piece // (PIECES * len(lines)) for piece in range(PIECES * len(lines) + 1)]

    def piece(start, stop):
        query = SEEKERS.format(on=on, start=start, stop=stop)
        return lambda line: read(line, query, columns, rooms[id(line)][1])

    return columns, rooms, [piece(*cut) for cut in pairwise(cuts) if cut[0] < cut[1]]


def _by_trade(words, parts, trades):
    """The rows of each trade that is asked for, and where each trade's begin."""
    counts, where = np.zeros(len(trades), np.int64), (kernel.READ_SORT, kernel.SORT_TRADE)
    for start, stop in parts:
        count_trades(words, *where, start, stop, trades, counts)
    first = np.concatenate([[0], np.cumsum(counts)])
    rows, places = np.empty(first[-1], np.int32), first[:-1].copy()
    for start, stop in parts:
        spread_trades(words, *where, start, stop, trades, places, rows)
    return rows, first


def _farthest(words) -> int:
    return 0x7FFF - int(((words[:, kernel.READ_SORT] >> kernel.SORT_REACH) & 0x7FFF).min())


def _offers(words, blob, places) -> Offers:
    more_first, more = arrays(words, kernel.O_MORE, blob, 8)
    asked_first, asked = arrays(words, kernel.O_ASKED_LIST, blob, 2)
    groups = arrays(words, kernel.O_GROUPS, blob, 2)[1]
    order = np.lexsort((places[:, 1], places[:, 0]))
    # All of them belong to openings that are here.
    place_first = np.searchsorted(places[order, 0], np.append(words[:, kernel.O_ID], 2**63 - 1))
    return Offers(
        *(words, blob, more_first, more, asked_first, asked, groups),
        *(place_first, places[order, 1], places[order, 2]),
    )


def _near(lines, pages, most, offers) -> np.ndarray:
    """Which ZIP codes are near which, as far as anybody travels, around those where work is offered; sorted."""
    works = np.unique(offers[:, kernel.O_ZIP])
    cuts = sorted({int(works[len(works) * piece // 4]) for piece in range(4) if len(works)} | {kernel.ZIPS})
    parts = {}

    def piece(start, stop):
        def task(line):
            columns = Columns("n", most_rows(pages, NEAR_BYTES))
            query = NEAR.format(most=most, start=start, stop=stop)
            found = read(line, query, columns, columns.whole())[:, 0]
            found.sort()
            parts[start] = found

        return task

    together(lines, [piece(*cut) for cut in pairwise(cuts)])
    return np.concatenate([np.empty(0, np.int64), *(parts[start] for start in sorted(parts))])
