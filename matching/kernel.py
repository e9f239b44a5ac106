"""The rules over packed columns, compiled: everybody of one trade against all its openings. Arrays in, arrays out.

A further copy of matching/sql/pair.sql and ordered.sql, to the last digit: tests/matching/test_kernel.py compares them
on generated worlds, and every run audits a sample of its openings before it is believed (matching/rematch.py). Only the
rematch imports this. Compiled code is cached by this file's date: nothing compiled may come from another module.
"""

from typing import NamedTuple

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

TOP = 50
BITS = 252  # credentials: four words of 63
WORD = 63
NO_KEY = 2**63 - 1
LENGTH_BITS = 24  # of a word that says where bytes are (matching/kernel_copy.py)
ZIPS = 100_000
WAITING, RANKED, FIFO, LOTTERY = range(4)

# An opening's row.
# A person's row as it is read: the last names what is mostly absent.
READ_GATES, READ_LIMITS, READ_HELD, READ_BESIDE, READ_EXTRA = 0, 1, 2, 5, 9  # pay and day share a word
READ_TRAINEE, READ_SINCE, READ_SORT = 5, 7, 8
CLAIMED, READ_AT, READ_HELD_LAST = 0, 4, 5
# As the rows of a trade are gathered: held or claimed and the gates in one line of the cache, the rest in another.
GATES, WAGE, FREE_ON, AT, HELD, TRAINEE, TICKET, SINCE, SORT = 4, 5, 6, 7, 8, 12, 13, 14, 15
(O_ID, O_AT, O_TRADE, O_ZIP, O_LICENSE, O_LANGUAGES, O_SHIFTS, O_WAGE, O_NEEDED, O_RULE, O_SEED) = range(11)
O_ASKED, O_ONE_OF, O_MORE, O_ASKED_LIST, O_GROUPS = 11, 15, 19, 20, 21
# In SORT, from the top: trade, ZIP, 32767 - reach, and four bits of the person. In GATES: license + 1, languages,
# shifts, whether the row still holds on the day, whether the person has rows of other `at`.
SORT_TRADE, SORT_ZIP, SORT_REACH = 36, 19, 4
GATES_LICENSE, GATES_LANGUAGES, GATES_SHIFTS, GATES_HOLDS, GATES_EVALUATED = 34, 18, 2, 2, 1


class People(NamedTuple):
    """All rows of matching_seeker."""

    words: np.ndarray
    extras: np.ndarray
    blob: np.ndarray


class Offers(NamedTuple):
    """All rows of matching_offer in the order of their number, with their lists laid end to end."""

    words: np.ndarray
    blob: np.ndarray
    more_first: np.ndarray
    more: np.ndarray
    asked_first: np.ndarray
    asked: np.ndarray
    groups: np.ndarray
    place_first: np.ndarray  # people on the institution's own list, sorted by their number
    place_trainee: np.ndarray
    place_key: np.ndarray


class Reach(NamedTuple):
    """Which home ZIP codes lie around one of work, and how far; sorted. `first` is by the ZIP code of work."""

    first: np.ndarray
    home: np.ndarray
    tenths: np.ndarray
    county: np.ndarray  # of each home ZIP code, as a number


class Lists(NamedTuple):
    """What comes out for the openings, each written by one thread: the first who pass, and who is one short."""

    count: np.ndarray
    trainee: np.ndarray
    tenths: np.ndarray
    key: np.ndarray
    short: np.ndarray  # [opening, bit]: people
    passing: np.ndarray  # how many pass, and how many are one short
    near: np.ndarray


@intrinsic
def _ones(context, x):
    """How many bits are set, by the processor's own instruction."""
    return types.int64(types.int64), lambda context, builder, signature, values: builder.ctpop(values[0])


@intrinsic
def _lowest(context, x):
    """The place of the lowest bit that is set; there must be one."""
    true = ir.Constant(ir.IntType(1), 1)
    return types.int64(types.int64), lambda context, builder, signature, values: builder.cttz(values[0], true)


# --- SHA-256 of an opening's seed and a person's ticket: forty bytes, one block ---------------------------------------
def _roots(power):
    """The first 32 bits of the fractions of the roots of the first primes: the constants of FIPS 180-4."""
    primes = [n for n in range(2, 312) if all(n % d for d in range(2, n))]
    found = []
    for prime in primes[: 64 if power == 3 else 8]:
        low, high = 0, prime << 32  # the whole-number root of prime * 2**(32 * power)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if middle**power <= prime << 32 * power else (low, middle)
        found.append(low & 0xFFFFFFFF)
    return np.array(found, np.uint32)


ROUNDS, START = _roots(3), _roots(2)


@njit(nogil=True, cache=True)
def _turned(x, by):
    return (x >> np.uint32(by)) | (x << np.uint32(32 - by))


@njit(nogil=True, cache=True)
def draw(seed, ticket, w, out):
    """Write the digest into four words; `seed` are its eight numbers, `w` is room for 64."""
    w[:8] = seed
    w[8], w[9], w[10] = np.uint32(ticket >> 32), np.uint32(ticket & 0xFFFFFFFF), np.uint32(0x80000000)
    w[11:15] = 0
    w[15] = np.uint32(320)
    for i in range(16, 64):
        a, b = w[i - 15], w[i - 2]
        w[i] = (
            w[i - 16]
            + (_turned(a, 7) ^ _turned(a, 18) ^ (a >> np.uint32(3)))
            + w[i - 7]
            + (_turned(b, 17) ^ _turned(b, 19) ^ (b >> np.uint32(10)))
        )
    a, b, c, d, e, f, g, h = START[0], START[1], START[2], START[3], START[4], START[5], START[6], START[7]
    for i in range(64):
        one = h + (_turned(e, 6) ^ _turned(e, 11) ^ _turned(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]
        two = (_turned(a, 2) ^ _turned(a, 13) ^ _turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))
        h, g, f, e, d, c, b, a = g, f, e, np.uint32(d + one), c, b, a, np.uint32(one + two)
    out[0] = _joined(a + START[0], b + START[1])
    out[1] = _joined(c + START[2], d + START[3])
    out[2] = _joined(e + START[4], f + START[5])
    out[3] = _joined(g + START[6], h + START[7])


@njit(nogil=True, cache=True)
def _joined(high, low):
    return (np.uint64(np.uint32(high)) << np.uint64(32)) | np.uint64(np.uint32(low))


# --- The order of those who pass --------------------------------------------------------------------------------------
# Functions called once for each opening, not for each person: a call counts references to all its arrays.
@njit(nogil=True, cache=True)
def _since(mine, since, asked, groups, rows, keys, count):
    """matching_certified of bits.sql: days since 1950 of holding all asked for; `asked` are this opening's."""
    for person in range(count):
        i = rows[person]
        start = mine[i, SINCE] >> LENGTH_BITS
        if len(asked) == 0:
            length = mine[i, SINCE] & ((1 << LENGTH_BITS) - 1)
            latest = np.int64(NO_KEY)
            for at in range(start, start + length, 2):
                latest = min(latest, np.int64(since[at]) * 256 + since[at + 1])
            keys[person] = latest
            continue
        latest, earliest = np.int64(-1), np.int64(NO_KEY)  # of all, and of the group at hand
        for ask in range(len(asked)):
            word, spot = asked[ask] // WORD, asked[ask] % WORD
            held = mine[i, HELD + word]
            if (held >> spot) & 1:
                rank = _ones(held & ((np.int64(1) << spot) - 1))
                for before in range(word):
                    rank += _ones(mine[i, HELD + before])
                at = start + 2 * rank
                earliest = min(earliest, np.int64(since[at]) * 256 + since[at + 1])
            if ask == len(asked) - 1 or groups[ask + 1] != groups[ask]:
                latest, earliest = max(latest, earliest), np.int64(NO_KEY)
        keys[person] = latest


@njit(nogil=True, cache=True)
def _listed(mine, trainees, places, rows, keys, count):
    """The rank or the moment of registration, for people on the opening's own list."""
    for person in range(count):
        spot = np.searchsorted(trainees, mine[rows[person], TRAINEE])
        found = spot < len(trainees) and trainees[spot] == mine[rows[person], TRAINEE]
        keys[person] = places[spot] if found else NO_KEY


@njit(nogil=True, cache=True)
def _first(mine, blob, seed_at, rows, keys, count, digests, chosen):
    """The first TOP by key and, among equals, by draw: their places in `rows`, in order. Returns how many."""
    drawn = np.zeros(count, np.bool_)  # whether the digest is in place; most are never needed
    seed, scratch = np.empty(8, np.uint32), np.empty(64, np.uint32)
    for i in range(8):
        for byte in range(4):
            seed[i] = (seed[i] << np.uint32(8)) | np.uint32(blob[seed_at + 4 * i + byte])
    full = 0
    for i in range(count):
        key = keys[i]
        if full == TOP and key > keys[chosen[TOP - 1]]:
            continue
        j = full
        while j > 0:
            other = chosen[j - 1]
            if keys[other] < key:
                break
            if keys[other] == key:
                for one in (i, other):
                    if not drawn[one]:
                        draw(seed, mine[rows[one], TICKET], scratch, digests[one])
                        drawn[one] = True
                word = 0
                while word < 3 and digests[i, word] == digests[other, word]:
                    word += 1
                if digests[other, word] <= digests[i, word]:
                    break
            if j < TOP:
                chosen[j] = other
            j -= 1
        if j < TOP:
            chosen[j] = i
            full = min(full + 1, TOP)
    return full


# --- The gates --------------------------------------------------------------------------------------------------------
@njit(nogil=True, cache=True)
def _gather(order, people, spans, far):
    """The trade's rows close together, in their order: each two lines of the processor's cache, the first of which
    mostly settles it. `spans` becomes where each ZIP code's rows begin and end.
    """
    many, size = len(order), 0
    for i in range(many):
        size += people.words[order[i], READ_SINCE] & ((1 << LENGTH_BITS) - 1)
    mine, since = np.empty((many, 16), np.int64), np.empty(size + 1, np.uint8)
    size = 0
    for i in range(many):
        row, extra = order[i], people.words[order[i], READ_EXTRA]
        limits = people.words[row, READ_LIMITS]
        mine[i, GATES], mine[i, WAGE], mine[i, FREE_ON] = people.words[row, READ_GATES], limits >> 32, np.int32(limits)
        for column in range(3):
            mine[i, HELD + column] = people.words[row, READ_HELD + column]
        mine[i, HELD + 3] = people.extras[extra, READ_HELD_LAST]
        for column in range(4):
            mine[i, TRAINEE + column] = people.words[row, READ_BESIDE + column]
        for word in range(4):
            mine[i, word] = mine[i, HELD + word] | people.extras[extra, CLAIMED + word]
        mine[i, AT] = people.extras[extra, READ_AT]
        start, length = mine[i, SINCE] >> LENGTH_BITS, mine[i, SINCE] & ((1 << LENGTH_BITS) - 1)
        since[size : size + length] = people.blob[start : start + length]
        mine[i, SINCE] = (size << LENGTH_BITS) | length
        size += length
        far[i] = 32767 - ((mine[i, SORT] >> SORT_REACH) & 0x7FFF)
        code = (mine[i, SORT] >> SORT_ZIP) & 0x1FFFF
        if spans[code, 1] == 0:
            spans[code, 0] = i
        spans[code, 1] = i + 1
    return mine, since


@njit(nogil=True, cache=True)
def match_trade(wanted, order, people, offers, reach, lists, counties):
    """Judge these openings (places in `offers`, all of one trade) against the trade's rows (`order`, sorted by SORT).

    Returns, for each home county and bit, the people it would bring to an opening and the pairs it would complete.
    """
    many = len(order)
    spans, far = np.zeros((ZIPS, 2), np.uint32), np.empty(many, np.int16)
    mine, since = _gather(order, people, spans, far)
    rows, miles, keys = np.empty(many, np.uint32), np.empty(many, np.int16), np.empty(many, np.int64)
    digests, chosen = np.empty((many, 4), np.uint64), np.empty(TOP, np.int64)
    completes = np.zeros((many, 4), np.int64)  # the credentials that would bring this row to an opening
    people_of, pairs_of = np.zeros((counties, BITS), np.int32), np.zeros((counties, BITS), np.int64)
    # Named once: naming an array of a tuple counts a reference, and both threads count in the same place.
    first_near, homes, distances, county_of = reach.first, reach.home, reach.tenths, reach.county
    asked_first, asked, groups, blob = offers.asked_first, offers.asked, offers.groups, offers.blob
    place_first, place_trainee, place_key = offers.place_first, offers.place_trainee, offers.place_key
    short = np.empty(BITS, np.int32)
    for o in wanted:
        asks = offers.words[o]
        short[:] = 0
        r0, r1, r2, r3 = asks[O_ASKED], asks[O_ASKED + 1], asks[O_ASKED + 2], asks[O_ASKED + 3]
        a0, a1, a2, a3 = asks[O_ONE_OF], asks[O_ONE_OF + 1], asks[O_ONE_OF + 2], asks[O_ONE_OF + 3]
        group = (a0 | a1 | a2 | a3) != 0
        license, languages, shifts = asks[O_LICENSE], asks[O_LANGUAGES], asks[O_SHIFTS]
        pays, needed, organization = asks[O_WAGE], asks[O_NEEDED], asks[O_AT]
        more = offers.more[offers.more_first[o] : offers.more_first[o + 1]]
        count, near_count = 0, 0
        for near in range(first_near[asks[O_ZIP]], first_near[asks[O_ZIP] + 1]):
            home, tenths = homes[near], distances[near]
            county = county_of[home]
            for i in range(np.uint64(spans[home, 0]), np.uint64(spans[home, 1])):
                if far[i] < tenths:
                    break
                m0, m1, m2, m3 = r0 & ~mine[i, 0], r1 & ~mine[i, 1], r2 & ~mine[i, 2], r3 & ~mine[i, 3]
                lacking = _ones(m0) + _ones(m1) + _ones(m2) + _ones(m3)
                if lacking > 1 or mine[i, WAGE] > pays or mine[i, FREE_ON] > needed:
                    continue
                gate, ask = mine[i, GATES], False
                if license != 0:
                    has = ((gate >> GATES_LICENSE) & 0xFF) - 1
                    if has < license:
                        if has >= 0:
                            continue
                        ask = True
                if languages != 0:
                    has = (gate >> GATES_LANGUAGES) & 0xFFFF
                    if languages & ~has != 0:
                        if has != 0:
                            continue
                        ask = True
                if shifts != 0:
                    has = (gate >> GATES_SHIFTS) & 0xFFFF
                    if shifts & has == 0:
                        if has != 0:
                            continue
                        ask = True
                h0, h1, h2, h3 = mine[i, HELD], mine[i, HELD + 1], mine[i, HELD + 2], mine[i, HELD + 3]
                if group and ((a0 & h0) | (a1 & h1) | (a2 & h2) | (a3 & h3)) == 0:
                    if ((a0 & mine[i, 0]) | (a1 & mine[i, 1]) | (a2 & mine[i, 2]) | (a3 & mine[i, 3])) != 0:
                        ask = True
                    else:
                        lacking += 1
                        m0, m1, m2, m3 = m0 | a0, m1 | a1, m2 | a2, m3 | a3
                for g in range(0, len(more), 4):
                    b0, b1, b2, b3 = more[g], more[g + 1], more[g + 2], more[g + 3]
                    if ((b0 & h0) | (b1 & h1) | (b2 & h2) | (b3 & h3)) == 0:
                        if ((b0 & mine[i, 0]) | (b1 & mine[i, 1]) | (b2 & mine[i, 2]) | (b3 & mine[i, 3])) != 0:
                            ask = True
                        else:
                            lacking += 1
                            m0, m1, m2, m3 = m0 | b0, m1 | b1, m2 | b2, m3 | b3
                if lacking > 1 or gate & GATES_HOLDS == 0:
                    continue
                if mine[i, AT] != 0:
                    if mine[i, AT] != organization:
                        continue
                elif gate & GATES_EVALUATED != 0 and _seen_by(mine, np.int64(i), organization):
                    continue
                if lacking == 1:
                    near_count += 1
                    base = 0
                    for left in (m0, m1, m2, m3):
                        if left != 0:
                            completes[i, base // WORD] |= left
                            while left != 0:
                                bit = base + _lowest(left)
                                short[bit] += 1
                                pairs_of[county, bit] += 1
                                left &= left - 1
                        base += WORD
                elif not ask and ((r0 & ~h0) | (r1 & ~h1) | (r2 & ~h2) | (r3 & ~h3)) == 0:
                    rows[count], miles[count] = i, tenths
                    count += 1
        rule = asks[O_RULE]
        if rule == LOTTERY:
            keys[:count] = 0
        elif rule in (RANKED, FIFO):
            list_of = slice(place_first[o], place_first[o + 1])
            _listed(mine, place_trainee[list_of], place_key[list_of], rows, keys, count)
        else:
            list_of = slice(asked_first[o], asked_first[o + 1])
            _since(mine, since, asked[list_of], groups[list_of], rows, keys, count)
        lists.passing[o], lists.near[o], lists.short[o] = count, near_count, short
        lists.count[o] = _first(mine, blob, asks[O_SEED] >> LENGTH_BITS, rows, keys, count, digests, chosen)
        for place in range(lists.count[o]):
            i = chosen[place]
            lists.trainee[o, place] = mine[rows[i], TRAINEE]
            lists.tenths[o, place], lists.key[o, place] = miles[i], keys[i]
    _count_people(mine, completes, reach.county, people_of)
    return people_of, pairs_of


@njit(nogil=True, cache=True)
def _seen_by(mine, i, organization):
    """Whether the person has a row of their own for this organization; it stands among those sorted as equal."""
    for step in (-1, 1):
        j = i + step
        while 0 <= j < len(mine) and mine[j, SORT] == mine[i, SORT]:
            if mine[j, AT] == organization and mine[j, TRAINEE] == mine[i, TRAINEE]:
                return True
            j += step
    return False


@njit(nogil=True, cache=True)
def _count_people(mine, completes, county, people_of):
    """Each person once, though they may have several rows; those stand among rows sorted as equal."""
    start = 0
    for i in range(len(mine)):
        if mine[i, SORT] != mine[start, SORT]:
            start = i
        for j in range(start, i):
            if mine[j, TRAINEE] == mine[i, TRAINEE]:
                for word in range(4):  # counted already for what the earlier row has
                    completes[i, word] &= ~completes[j, word]
        home = county[(mine[i, SORT] >> SORT_ZIP) & 0x1FFFF]
        for word in range(4):
            left = completes[i, word]
            while left != 0:
                people_of[home, word * WORD + _lowest(left)] += 1
                left &= left - 1
