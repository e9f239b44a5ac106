"""Generated worlds: people, certificates and openings on California's real ZIP codes, the same every time.

Everything invented here is said here. People and openings live where ZIP codes stand close together: a ZIP's weight is
the number of others within ten miles. Sixty trades and two hundred credentials follow Zipf's law; most of what a person
holds and an opening asks for belongs to the trade, the rest is general. At the largest size about 5,000 people
reach an opening (trade, ZIP, miles), some 270 of them pass every gate, and three times as many are one short.
Only numbers are made here, with numpy; `bench.loading` writes them down.
"""

from dataclasses import dataclass

import numpy as np

SIZES = {"S": (10_000, 500), "M": (100_000, 5_000), "L": (1_000_000, 20_000)}
TRADES = 60
CREDENTIALS = 200
POOL = 10  # credentials of one trade
GENERAL = 10  # the commonest credentials lead to no trade in particular, as an OSHA 10 card does not
EMPLOYERS, UNIONS, SPONSORS, PROVIDERS, PROGRAMS = 300, 40, 20, 80, 400
SEED = 20_261_121

MILES = (5, 10, 15, 20, 25, 30, 40, 60, 100)
MILES_SHARE = (0.15, 0.3, 0.2, 0.14, 0.12, 0.05, 0.027, 0.01, 0.003)
SHIFTS = ("day", "swing", "night", "weekend")
LANGUAGES = ("en", "es", "pa", "hmn", "tl", "vi")
LICENSES = (None, "", "C", "B", "A")
VALIDITY = ("none", "fixed", "employer", "refresher", "continuity", "hours_ce")
VALIDITY_SHARE = (0.36, 0.4, 0.06, 0.06, 0.06, 0.06)
EMPLOYER_BOUND = VALIDITY.index("employer")
TERMS = {"none": (0,), "fixed": (24, 36, 48, 60), "employer": (36,), "refresher": (12,), "continuity": (6,)}
TERMS["hours_ce"] = (24, 36)
RECORDED, VERIFIED, EXPIRED, REVOKED = range(4)
STATES = ("recorded", "verified", "expired", "revoked")
RULES = ("waiting", "ranked", "fifo", "lottery")
COHORT_STATES = ("planned", "open", "full", "cancelled")
REQUIRED, ANY_OF, PREFERRED = range(3)
KINDS = ("required", "any_of", "preferred")
LISTED = 150  # people on the institution's own list, where there is one
NO_DATE = np.datetime64("NaT", "D")


@dataclass
class World:
    """One world as columns of numbers: `people["zip"][17]` is the index of a ZIP, not its code."""

    day: np.datetime64
    credentials: dict[str, np.ndarray]
    leads_to: np.ndarray  # (credential, trade) pairs
    programs: dict[str, np.ndarray]
    cohorts: dict[str, np.ndarray]
    people: dict[str, np.ndarray]
    wishes: np.ndarray  # (person, trade) pairs
    enrollments: np.ndarray  # (person, program) pairs
    certifications: dict[str, np.ndarray]
    openings: dict[str, np.ndarray]
    requirements: dict[str, np.ndarray]
    places: dict[str, np.ndarray]


def zipf(count: int, exponent: float = 1.0) -> np.ndarray:
    weights = 1.0 / np.arange(1, count + 1) ** exponent
    return weights / weights.sum()


def weights_of(points: np.ndarray) -> np.ndarray:
    """How many ZIP codes lie within ten miles of each, as shares: where ZIPs are small, people are many."""
    lat, lon = np.radians(points[:, 0]), np.radians(points[:, 1])
    h = np.sin((lat[:, None] - lat) / 2) ** 2
    h += np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    near = (2 * 3958.8 * np.arcsin(np.sqrt(np.minimum(h, 1))) <= 10).sum(axis=1)
    return near / near.sum()


def months_later(days: np.ndarray, months: np.ndarray) -> np.ndarray:
    """`programs.validity.add_months` for columns: the last of the month where the day does not exist."""
    month = days.astype("M8[M]")
    target = month + months.astype("m8[M]")
    length = (target + 1).astype("M8[D]") - target.astype("M8[D]")
    within = np.minimum(days - month.astype("M8[D]"), length - np.timedelta64(1, "D"))
    return target.astype("M8[D]") + within


def masks(rng, count: int, chances, none: float) -> np.ndarray:
    """Sets as bit masks: each bit with its own chance, and a share that is empty (nobody said)."""
    bits = (rng.random((count, len(chances))) < np.array(chances)) @ (1 << np.arange(len(chances)))
    bits[rng.random(count) < none] = 0
    return bits


def generate(size: str, points: np.ndarray, day: np.datetime64) -> World:
    """The world of that size as of the day; `points` are the latitudes and longitudes of the ZIP codes."""
    many, few = SIZES[size]
    rng = np.random.default_rng([SEED, many])
    where = weights_of(points)
    wanted = rng.permutation(zipf(TRADES, 0.5))  # how common each trade is
    pools = np.stack([rng.choice(np.arange(GENERAL, CREDENTIALS), POOL, replace=False) for _ in range(TRADES)])
    credentials, leads_to = _credentials(rng, pools)
    people, wishes, home = _people(rng, many, where, wanted, day)
    programs = _programs(rng, pools, where)
    cohorts = {
        "program": rng.integers(0, PROGRAMS, 3 * PROGRAMS),
        "starts": day + rng.integers(-60, 200, 3 * PROGRAMS),
        "state": rng.choice(len(COHORT_STATES), 3 * PROGRAMS, p=(0.2, 0.6, 0.15, 0.05)),
    }
    learners = np.flatnonzero(rng.random(many) < 0.2)
    enrollments = np.column_stack([learners, rng.integers(0, PROGRAMS, len(learners))])
    certifications = _certifications(rng, many, home, pools, credentials, day)
    openings = _openings(rng, few, where, wanted, day)
    requirements = _requirements(rng, openings["trade"], pools)
    places = _places(rng, openings, people["zip"], wishes, day)
    return World(
        *(day, credentials, leads_to, programs, cohorts, people, wishes, enrollments, certifications),
        *(openings, requirements, places),
    )


def _credentials(rng, pools):
    validity = rng.choice(len(VALIDITY), CREDENTIALS, p=VALIDITY_SHARE)
    term = np.array([rng.choice(TERMS[VALIDITY[kind]]) for kind in validity])
    # A pool's first two credentials are what the trade is known by; holding one leads to it.
    pairs = {(int(pools[trade, place]), trade) for trade in range(TRADES) for place in range(2)}
    return {"validity": validity, "term": term}, np.array(sorted(pairs))


def _programs(rng, pools, where):
    trade = rng.integers(0, TRADES, PROGRAMS)
    return {
        "trade": trade,
        "credential": pools[trade, rng.choice(POOL, PROGRAMS, p=zipf(POOL))],
        "general": rng.choice(GENERAL, PROGRAMS, p=zipf(GENERAL)),
        "zip": rng.choice(len(where), PROGRAMS, p=where),
        "provider": rng.integers(0, PROVIDERS, PROGRAMS),
    }


def _people(rng, many, where, wanted, day):
    wage = rng.integers(1650, 4500, many)
    wage[rng.random(many) < 0.3] = -1
    free = day + rng.integers(-60, 60, many)
    free[rng.random(many) < 0.7] = NO_DATE
    people = {
        "zip": rng.choice(len(where), many, p=where),
        "miles": rng.choice(MILES, many, p=MILES_SHARE),
        "wage": wage,
        "license": rng.choice(len(LICENSES), many, p=(0.08, 0.14, 0.63, 0.07, 0.08)),
        "shifts": masks(rng, many, (0.88, 0.5, 0.35, 0.45), none=0.07),
        "languages": masks(rng, many, (0.9, 0.4, 0.03, 0.02, 0.03, 0.02), none=0.07),
        "free": free,
        # 0: agreed, 1: took it back, 2: never asked, 3: agreed and closed the account
        "consent": rng.choice(4, many, p=(0.95, 0.02, 0.02, 0.01)),
        "uuid": rng.bytes(16 * many),
        "user_uuid": rng.bytes(16 * many),
    }
    home = rng.choice(TRADES, many, p=wanted)
    second = rng.choice(TRADES, many, p=wanted)
    share = rng.random(many)
    one, two = share >= 0.12, (share >= 0.65) & (second != home)  # the rest are matched by what they trained for
    person = np.concatenate([np.flatnonzero(one), np.flatnonzero(two)])
    return people, np.column_stack([person, np.concatenate([home[one], second[two]])]), home


def _certifications(rng, many, home, pools, credentials, day):
    person = np.repeat(np.arange(many), np.minimum(rng.poisson(3.2, many), 12))
    count = len(person)
    credential = rng.choice(CREDENTIALS, count, p=zipf(CREDENTIALS))
    own = rng.random(count) < 0.65
    credential[own] = pools[home[person[own]], rng.choice(POOL, own.sum(), p=zipf(POOL, 1.6))]
    issued = day - rng.integers(1, 1500, count)
    # A term runs from the day of issue; most people renew, so most certificates were issued within theirs.
    term = credentials["term"][credential]
    recent = (term > 0) & (rng.random(count) < 0.85)
    issued[recent] = day - (rng.random(recent.sum()) * term[recent] * 30).astype(int)
    edge = rng.random(count) < 0.002  # some end today, and count today
    issued[edge & (term > 0)] = months_later(np.full(count, day), -term)[edge & (term > 0)]
    # Every eighth that ends has an earlier one: renewed before it ended, or after a gap.
    again = np.flatnonzero((term > 0) & (rng.random(count) < 0.12))
    before = issued[again] - (term[again] * rng.integers(20, 40, len(again)))
    person = np.concatenate([person, person[again]])
    credential = np.concatenate([credential, credential[again]])
    issued = np.concatenate([issued, before])
    term = credentials["term"][credential]
    ends = np.where(term > 0, months_later(issued, term), NO_DATE)
    count = len(person)
    state = rng.choice(4, count, p=(0.07, 0.9, 0, 0.03))
    # Past its day it is marked expired; a few are not yet marked and must not count all the same.
    over = (state == VERIFIED) & (ends < day)
    state[over & (rng.random(count) < 0.97)] = EXPIRED
    # Who attests: a provider, nobody (a self-declared one waits), and for evaluations often the employer.
    provider = EMPLOYERS + rng.integers(0, PROVIDERS, count)
    bound = (credentials["validity"][credential] == EMPLOYER_BOUND) & (rng.random(count) < 0.6)
    provider[bound] = rng.integers(0, EMPLOYERS, bound.sum())
    provider[state == RECORDED] = -1
    columns = {
        "person": person,
        "credential": credential,
        "provider": provider,
        "issued": issued,
        "ends": ends,
        "state": state,
    }
    # One person, one credential, one day, one provider: once.
    key = np.stack([person, credential, issued.astype(np.int64), provider])
    keep = np.sort(np.unique(key, axis=1, return_index=True)[1])
    return {name: column[keep] for name, column in columns.items()}


def _openings(rng, few, where, wanted, day):
    low = rng.integers(1700, 4200, few)
    high = low + rng.integers(0, 1500, few)
    high[rng.random(few) < 0.4] = -1
    opens, closes, starts = (day + rng.integers(low_, high_, few) for low_, high_ in ((-90, 1), (0, 120), (1, 120)))
    opens[rng.random(few) < 0.8] = NO_DATE
    closes[rng.random(few) < 0.3] = NO_DATE
    starts[rng.random(few) < 0.5] = NO_DATE
    return {
        "trade": rng.choice(TRADES, few, p=wanted),
        "zip": rng.choice(len(where), few, p=where),
        "organization": rng.integers(0, EMPLOYERS + UNIONS + SPONSORS, few),
        "low": low,
        "high": high,
        "license": rng.choice((1, 2, 3, 4), few, p=(0.5, 0.36, 0.06, 0.08)),
        "shifts": masks(rng, few, (0.75, 0.3, 0.2, 0.15), none=0.3),
        "languages": masks(rng, few, (0.9, 0.08, 0.005, 0.003, 0.003, 0.003), none=0.6),
        "opens": opens,
        "closes": closes,
        "starts": starts,
        "seats": rng.integers(1, 12, few),
        "rule": rng.choice(4, few, p=(0.7, 0.1, 0.1, 0.1)),
        "published": rng.integers(0, 90 * 86_400, few),  # seconds before the day
        "seed": rng.bytes(32 * few),
        "uuid": rng.bytes(16 * few),
    }


def _requirements(rng, trades, pools):
    """What each opening asks for: up to three required, two groups and three preferred, each at most once."""
    rows = []
    pool, general = zipf(POOL, 1.6), zipf(CREDENTIALS, 1.5)
    for opening, trade in enumerate(trades):
        seen = set()

        def some(count, trade=trade, seen=seen):
            for _ in range(count):
                mine = rng.random() < 0.7
                found = pools[trade, rng.choice(POOL, p=pool)] if mine else rng.choice(CREDENTIALS, p=general)
                if found not in seen:
                    seen.add(int(found))
                    yield int(found)

        required = rng.choice(4, p=(0.1, 0.2, 0.35, 0.35))
        groups = rng.choice(3, p=(0.72, 0.22, 0.06))
        rows += [(opening, found, REQUIRED, 0) for found in some(required)]
        for group in range(1, groups + 1):
            rows += [(opening, found, ANY_OF, group) for found in some(rng.integers(2, 5))]
        rows += [(opening, found, PREFERRED, 0) for found in some(rng.integers(0, 4))]
    table = np.array(rows)
    return dict(zip(("opening", "credential", "kind", "group"), table.T, strict=True))


def _places(rng, openings, homes, wishes, day):
    """The institution's own list of ranked and first-in openings: people of the trade from ZIP codes close by."""
    order = np.lexsort((homes[wishes[:, 0]], wishes[:, 1]))
    person, trade, home = wishes[order, 0], wishes[order, 1], homes[wishes[order, 0]]
    first = np.searchsorted(trade, np.arange(TRADES + 1))
    parts = []
    for opening in np.flatnonzero(np.isin(openings["rule"], (RULES.index("ranked"), RULES.index("fifo")))):
        low, high = first[openings["trade"][opening]], first[openings["trade"][opening] + 1]
        middle = low + np.searchsorted(home[low:high], openings["zip"][opening])
        window = person[max(low, middle - 6 * LISTED) : min(high, middle + 6 * LISTED)]
        listed = rng.permutation(np.unique(window))[:LISTED]
        ranks = np.arange(1, len(listed) + 1)
        unranked = openings["rule"][opening] == RULES.index("fifo")
        ranks[(rng.random(len(listed)) < 0.1) | unranked] = -1
        # Whole hours, so that some registered at the same moment.
        hours = rng.integers(1, 24 * 90, len(listed))
        parts.append(np.stack([np.full(len(listed), opening), listed, ranks, hours]))
    return dict(zip(("opening", "person", "rank", "hours"), np.concatenate(parts, axis=1), strict=True))
