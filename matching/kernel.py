"""The rules over packed columns, compiled: everybody of one trade against all its openings. Arrays in, arrays out.

A further copy of matching/sql/pair.sql and ordered.sql, to the last digit: tests/matching/test_kernel.py compares them
on generated worlds, and every run audits a sample of its openings before it is believed (matching/rematch.py). Only the
rematch imports this. Compiled code is cached by this file's date: nothing compiled may come from another module.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

TOP = 50
BITS = 252  # credentials: four words of 63
WORD = 63
NO_KEY = 2**63 - 1
LENGTH_BITS = 24  # of a word that says where bytes are (matching/kernel_copy.py)
ZIPS = 100_000
WAITING, RANKED, FIFO, LOTTERY = range(4)

# The columns of a person's row, of what is mostly absent from it, and of an opening's. rematch.py asks for them so.
TRAINEE, TICKET, SORT, GATES, WAGE, FREE_ON, HELD, SINCE, EXTRA = 0, 1, 2, 3, 4, 5, 6, 10, 11
CLAIMED, AT = 0, 4
(O_ID, O_AT, O_TRADE, O_ZIP, O_LICENSE, O_LANGUAGES, O_SHIFTS, O_WAGE, O_NEEDED, O_RULE, O_SEED) = range(11)
O_ASKED, O_ONE_OF, O_MORE, O_ASKED_LIST, O_GROUPS = 11, 15, 19, 20, 21
# In SORT, from the top: trade, ZIP, 32767 - reach, and four bits of the person. In GATES: license + 1, languages,
# shifts, whether the row still holds on the day, whether the person has rows of other `at`.
SORT_TRADE, SORT_ZIP, SORT_REACH = 36, 19, 4
GATES_LICENSE, GATES_LANGUAGES, GATES_SHIFTS, GATES_HOLDS = 34, 18, 2, 1


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


@njit(nogil=True, cache=True)
def _ones(x):
    x = np.uint64(x)
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


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
def draw(blob, seed, ticket, out):
    """Write the digest into four words; `seed` is where its 32 bytes begin."""
    w = np.empty(64, np.uint32)
    for i in range(8):
        s = seed + 4 * i
        w[i] = (
            (np.uint32(blob[s]) << np.uint32(24))
            | (np.uint32(blob[s + 1]) << np.uint32(16))
            | (np.uint32(blob[s + 2]) << np.uint32(8))
            | np.uint32(blob[s + 3])
        )
    w[8], w[9], w[10] = np.uint32(ticket >> 32), np.uint32(ticket & 0xFFFFFFFF), np.uint32(0x80000000)
    for i in range(11, 15):
        w[i] = np.uint32(0)
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
@njit(nogil=True, cache=True)
def _certified(people, row, offers, o):
    """matching_certified of bits.sql: days since 1950 of holding all that is asked for."""
    since = people.words[row, SINCE] >> LENGTH_BITS
    first, last = offers.asked_first[o], offers.asked_first[o + 1]
    latest = np.int64(-1)
    if first == last:
        length = people.words[row, SINCE] & ((1 << LENGTH_BITS) - 1)
        latest = NO_KEY
        for i in range(0, length, 2):
            latest = min(latest, np.int64(people.blob[since + i]) * 256 + people.blob[since + i + 1])
        return latest
    earliest = np.int64(NO_KEY)  # of the group at hand
    for i in range(first, last):
        word, spot = offers.asked[i] // WORD, offers.asked[i] % WORD
        held = people.words[row, HELD + word]
        if (held >> spot) & 1:
            rank = _ones(held & ((np.int64(1) << spot) - 1))
            for before in range(word):
                rank += _ones(people.words[row, HELD + before])
            at = since + 2 * rank
            earliest = min(earliest, np.int64(people.blob[at]) * 256 + people.blob[at + 1])
        if i == last - 1 or offers.groups[i + 1] != offers.groups[i]:
            if earliest == NO_KEY:
                return NO_KEY
            latest = max(latest, earliest)
            earliest = NO_KEY
    return latest


@njit(nogil=True, cache=True)
def _listed(offers, o, trainee):
    """The rank or the moment of registration, where the person is on the opening's own list."""
    low, high = offers.place_first[o], offers.place_first[o + 1]
    while low < high:
        middle = (low + high) // 2
        if offers.place_trainee[middle] < trainee:
            low = middle + 1
        else:
            high = middle
    if low < offers.place_first[o + 1] and offers.place_trainee[low] == trainee:
        return offers.place_key[low]
    return np.int64(NO_KEY)


@njit(nogil=True, cache=True)
def _first(people, offers, o, rows, keys, count, digests, chosen):
    """The first TOP by key and, among equals, by draw: their places in `rows`, in order. Returns how many."""
    drawn = np.zeros(count, np.bool_)  # whether the digest is in place; most are never needed
    full = 0
    for i in range(count):
        if full == TOP and not _before(people, offers, o, rows, keys, digests, drawn, i, chosen[TOP - 1]):
            continue
        full = min(full + 1, TOP)
        j = full - 1
        while j > 0 and _before(people, offers, o, rows, keys, digests, drawn, i, chosen[j - 1]):
            chosen[j] = chosen[j - 1]
            j -= 1
        chosen[j] = i
    return full


@njit(nogil=True, cache=True)
def _before(people, offers, o, rows, keys, digests, drawn, a, b):
    if keys[a] != keys[b]:
        return keys[a] < keys[b]
    for i in (a, b):
        if not drawn[i]:
            draw(offers.blob, offers.words[o, O_SEED] >> LENGTH_BITS, people.words[rows[i], TICKET], digests[i])
            drawn[i] = True
    for word in range(4):
        if digests[a, word] != digests[b, word]:
            return digests[a, word] < digests[b, word]
    return False


# --- The gates --------------------------------------------------------------------------------------------------------
@njit(nogil=True, cache=True)
def match_trade(mine, order, people, offers, reach, lists, counties):
    """Judge these openings (places in `offers`, all of one trade) against the trade's rows (`order`, sorted by SORT).

    Returns, for each home county and bit, the people it would bring to an opening and the pairs it would complete.
    """
    many = len(order)
    words = people.words
    starts, stops = np.zeros(ZIPS + 1, np.int32), np.zeros(ZIPS + 1, np.int32)
    held, known = np.empty((4, many), np.int64), np.empty((4, many), np.int64)  # known: held or claimed
    at, wage, free_on = np.empty(many, np.int64), np.empty(many, np.int32), np.empty(many, np.int32)
    gates, far = np.empty(many, np.int64), np.empty(many, np.int16)
    for i in range(many):
        row = order[i]
        extra = words[row, EXTRA]
        for word in range(4):
            held[word, i] = words[row, HELD + word]
            known[word, i] = held[word, i] | people.extras[extra, CLAIMED + word]
        at[i] = people.extras[extra, AT]
        wage[i], free_on[i], gates[i] = words[row, WAGE], words[row, FREE_ON], words[row, GATES]
        far[i] = 32767 - ((words[row, SORT] >> SORT_REACH) & 0x7FFF)
        zip_code = (words[row, SORT] >> SORT_ZIP) & 0x1FFFF
        if stops[zip_code] == 0:
            starts[zip_code] = i
        stops[zip_code] = i + 1
    rows, miles, keys = np.empty(many, np.int64), np.empty(many, np.int16), np.empty(many, np.int64)
    digests, chosen = np.empty((many, 4), np.uint64), np.empty(TOP, np.int64)
    completes = np.zeros((4, many), np.int64)  # the credentials that would bring this row to an opening
    people_of, pairs_of = np.zeros((counties, BITS), np.int32), np.zeros((counties, BITS), np.int64)
    for o in mine:
        asks = offers.words[o]
        r0, r1, r2, r3 = asks[O_ASKED], asks[O_ASKED + 1], asks[O_ASKED + 2], asks[O_ASKED + 3]
        a0, a1, a2, a3 = asks[O_ONE_OF], asks[O_ONE_OF + 1], asks[O_ONE_OF + 2], asks[O_ONE_OF + 3]
        group = (a0 | a1 | a2 | a3) != 0
        license, languages, shifts = asks[O_LICENSE], asks[O_LANGUAGES], asks[O_SHIFTS]
        more = offers.more[offers.more_first[o] : offers.more_first[o + 1]]
        count = 0
        work = asks[O_ZIP]
        for near in range(reach.first[work], reach.first[work + 1]):
            home, tenths = reach.home[near], reach.tenths[near]
            county = reach.county[home]
            for i in range(starts[home], stops[home]):
                if far[i] < tenths:
                    break
                m0, m1, m2, m3 = r0 & ~known[0, i], r1 & ~known[1, i], r2 & ~known[2, i], r3 & ~known[3, i]
                lacking = 0
                if (m0 | m1 | m2 | m3) != 0:
                    lacking = _ones(m0) + _ones(m1) + _ones(m2) + _ones(m3)
                    if lacking > 1:
                        continue
                if wage[i] > asks[O_WAGE] or free_on[i] > asks[O_NEEDED]:
                    continue
                gate = gates[i]
                ask = False
                has = ((gate >> GATES_LICENSE) & 0xFF) - 1
                if license != 0 and has < license:
                    if has >= 0:
                        continue
                    ask = True
                has = (gate >> GATES_LANGUAGES) & 0xFFFF
                if languages & ~has != 0:
                    if has != 0:
                        continue
                    ask = True
                has = (gate >> GATES_SHIFTS) & 0xFFFF
                if shifts != 0 and shifts & has == 0:
                    if has != 0:
                        continue
                    ask = True
                h0, h1, h2, h3 = held[0, i], held[1, i], held[2, i], held[3, i]
                k0, k1, k2, k3 = known[0, i], known[1, i], known[2, i], known[3, i]
                if group and ((a0 & h0) | (a1 & h1) | (a2 & h2) | (a3 & h3)) == 0:
                    if ((a0 & k0) | (a1 & k1) | (a2 & k2) | (a3 & k3)) != 0:
                        ask = True
                    else:
                        lacking += 1
                        m0, m1, m2, m3 = m0 | a0, m1 | a1, m2 | a2, m3 | a3
                for g in range(0, len(more), 4):
                    b0, b1, b2, b3 = more[g], more[g + 1], more[g + 2], more[g + 3]
                    if ((b0 & h0) | (b1 & h1) | (b2 & h2) | (b3 & h3)) == 0:
                        if ((b0 & k0) | (b1 & k1) | (b2 & k2) | (b3 & k3)) != 0:
                            ask = True
                        else:
                            lacking += 1
                            m0, m1, m2, m3 = m0 | b0, m1 | b1, m2 | b2, m3 | b3
                if lacking > 1 or (gate >> GATES_HOLDS) & 1 == 0:
                    continue
                if at[i] != 0:
                    if at[i] != asks[O_AT]:
                        continue
                elif gate & 1 and _seen_by(words, order, at, i, asks[O_AT]):
                    continue
                if lacking == 1:
                    lists.near[o] += 1
                    for word in range(4):
                        left = (m0, m1, m2, m3)[word]
                        completes[word, i] |= left
                        while left != 0:
                            bit = word * WORD + _ones((left & -left) - 1)
                            lists.short[o, bit] += 1
                            pairs_of[county, bit] += 1
                            left &= left - 1
                elif not ask and ((r0 & ~h0) | (r1 & ~h1) | (r2 & ~h2) | (r3 & ~h3)) == 0:
                    rows[count], miles[count] = order[i], tenths
                    count += 1
        rule = asks[O_RULE]
        for i in range(count):
            if rule == LOTTERY:
                keys[i] = 0
            elif rule in (RANKED, FIFO):
                keys[i] = _listed(offers, o, words[rows[i], TRAINEE])
            else:
                keys[i] = _certified(people, rows[i], offers, o)
        lists.passing[o] = count
        lists.count[o] = _first(people, offers, o, rows, keys, count, digests, chosen)
        for place in range(lists.count[o]):
            i = chosen[place]
            lists.trainee[o, place] = words[rows[i], TRAINEE]
            lists.tenths[o, place], lists.key[o, place] = miles[i], keys[i]
    _count_people(words, order, completes, reach.county, people_of)
    return people_of, pairs_of


@njit(nogil=True, cache=True)
def _seen_by(words, order, at, i, organization):
    """Whether the person has a row of their own for this organization; it stands among those sorted as equal."""
    for step in (-1, 1):
        j = i + step
        while 0 <= j < len(order) and words[order[j], SORT] == words[order[i], SORT]:
            if at[j] == organization and words[order[j], TRAINEE] == words[order[i], TRAINEE]:
                return True
            j += step
    return False


@njit(nogil=True, cache=True)
def _count_people(words, order, completes, county, people_of):
    """Each person once, though they may have several rows; those stand among rows sorted as equal."""
    start = 0
    for i in range(len(order)):
        if words[order[i], SORT] != words[order[start], SORT]:
            start = i
        for j in range(start, i):
            if words[order[j], TRAINEE] == words[order[i], TRAINEE]:
                for word in range(4):  # counted already for what the earlier row has
                    completes[word, i] &= ~completes[word, j]
        home = county[(words[order[i], SORT] >> SORT_ZIP) & 0x1FFFF]
        for word in range(4):
            left = completes[word, i]
            while left != 0:
                people_of[home, word * WORD + _ones((left & -left) - 1)] += 1
                left &= left - 1


@njit(nogil=True, cache=True)
def count_trades(words, start, stop, trades, counts):
    """Add to the count of each of these sorted trades its rows; returns the least of 32767 - reach."""
    least = np.int64(0x7FFF)
    for row in range(start, stop):
        least = min(least, (words[row, SORT] >> SORT_REACH) & 0x7FFF)
        trade = words[row, SORT] >> SORT_TRADE
        spot = np.searchsorted(trades, trade)
        if spot < len(trades) and trades[spot] == trade:
            counts[spot] += 1
    return least


@njit(nogil=True, cache=True)
def spread_trades(words, start, stop, trades, places, rows):
    """Write the rows from `start` to `stop` to where those of their trade belong; `places` move on."""
    for row in range(start, stop):
        trade = words[row, SORT] >> SORT_TRADE
        spot = np.searchsorted(trades, trade)
        if spot < len(trades) and trades[spot] == trade:
            rows[places[spot]] = row
            places[spot] += 1
