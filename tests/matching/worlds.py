"""Small worlds for the agreement of rules and view: a few people, a few openings, every edge that a rule has.

A world is drawn by Hypothesis as plain values, so that a failing one can be read; tests/matching/stage.py writes it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import SimpleNamespace

from hypothesis import strategies as st

from programs.validity import expires_on
from tests.cast import FORKLIFT, LABORER, WELDER

TRADES = (WELDER, FORKLIFT, LABORER)
LANGUAGES = ("en", "es", "pa", "hmn", "tl", "vi")
SHIFTS = ("day", "swing", "night", "weekend")

# Every kind of validity, each with the term its date is computed from. The lift's evaluation is made for the tests.
CREDENTIALS = ("osha10", "forklift", "hazwoper40", "cpr_aha", "aws_cw", "ca_elec", "lift_evaluation", "mc3")
KINDS = ("none", "employer", "refresher", "fixed", "continuity", "hours_ce", "employer", "none")
TERMS = (None, 36, 12, 24, 6, 36, 36, None)
BITS = (63, 0, 251, 62, 125, 126, 188, 189)  # the first and the last of every word

# From 92376 (Rialto): itself, 5.0, 6.9, 7.0, 199.8 and 200.4 miles; from 93721 (Fresno): 1.0; on one point with 00501.
# 99999 is no ZIP code; the last one's wide digits are digits to Python, not to PostgreSQL.
HOMES = ("92376", "92335", "92337", "92404", "93230", "93409", "93737", "93721", "00544", "", "99999", "９２３３５")
MEASURED = {("92335", "92376"): 50, ("92337", "92376"): 69, ("92404", "92376"): 70, ("93230", "92376"): 1998}
MEASURED |= {("93409", "92376"): 2004, ("93737", "93721"): 10, ("00544", "00501"): 0}
WORKS = ("92376", "93721", "00501", "99999")

DAYS = (
    date(2026, 11, 24),
    date(2026, 12, 31),
    date(2028, 2, 28),
    date(2028, 2, 29),
    date(2028, 3, 1),
    date(2029, 2, 28),  # a year after the 29th of February
)
OFFSETS = (0, 1, -1, -2, -30, -29, -31, -365, -366, -400, 30)
LEAP_DAYS = (date(2024, 2, 29), date(2028, 2, 29))
MOMENTS = ("2026-05-01T08:00:00Z", "2026-05-01T08:00:00.000001Z", "2026-05-01T00:00:00-08:00")  # first and last are one


@dataclass(frozen=True)
class Paper:
    """A certification: of which credential, by whom (None: the person), in which state, from when, until when."""

    credential: int
    by: str | None
    state: str
    issued: date
    ends: date | None


@dataclass(frozen=True)
class Person:
    agreed: str  # no, yes, withdrawn, again, contact
    active: bool
    zip: str
    miles: int
    wishes: int  # bits of TRADES
    enrolled: int  # bits of the stage's programs
    license: str | None
    shifts: int
    languages: int
    wage: int | None
    free: date | None
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class Work:
    by: str
    state: str
    trade: int
    zip: str
    license: str
    shifts: int
    languages: int
    low: int
    high: int | None
    starts: date | None
    opens: date | None
    closes: date | None
    required: int  # bits of CREDENTIALS
    groups: tuple[int, ...]
    preferred: int
    rule: str
    seed: str
    places: tuple[tuple[int | None, str] | None, ...]  # for each person: rank and moment


@dataclass(frozen=True)
class World:
    people: tuple[Person, ...]
    works: tuple[Work, ...]


@dataclass(frozen=True)
class Day:
    """Worlds that are looked at on one day, and perhaps once more later."""

    on: date
    later: date | None
    worlds: tuple[World, ...]


# Of each thing what may be; a world of one focus varies its own, and leaves the rest where people pass.
NARROW = {
    "agreed": ("yes",),
    "active": (True,),
    "home": HOMES[:4],
    "miles": (25,),
    "wishes": (1,),
    "enrolled": (0,),
    "has": ("A",),
    "can": (15,),
    "speaks": (63,),
    "wants": (None,),
    "papers": (0, 1, 2, 3),
    "trade": (0,),
    "work": WORKS[:1],
    "asks": ("",),
    "shifts": (0,),
    "languages": (0,),
    "high": (None,),
    "dates": (None,),
    "windows": (None,),
    "state": ("published",),
    "required": (0, 1, 1, 2, 3),
    "groups": (0,),
    "rule": ("waiting",),
    "later": (None,),
}
CREDENTIALED = NARROW | {
    "home": HOMES[:1],
    "wishes": (1, 1, 1, 0),
    "papers": (3, 4, 2, 1, 5),
    "required": (0, 0, 1, 2, 3, 4, 5, 7),
    "groups": (0, 1, 0, 1, 2, 3),
    "later": (None, None, None, 1, 2, 30, 366),
}
PERSONAL = NARROW | {
    "home": (*HOMES[:4] * 4, *HOMES),
    "miles": (25, 25, 25, 7, 25, 5, 6, 4, 1, 0, 200),
    "wishes": (1, 1, 1, 1, 3, 0, 2),
    "enrolled": (1, 0, 3, 2, 4, 8),
    "has": ("A", "A", None, None, "", "C", "B"),
    "can": (15, 15, 0, 0, 1, 2, 6, 12),
    "speaks": (63, 63, 0, 0, 1, 2, 3, 21),
    "wants": (None, None, None, 0, 2400, 2401, 3100, 3101),
    "trade": (0, 0, 0, 0, 0, 1, 2),
    "work": (*WORKS[:1] * 8, *WORKS),
    "asks": ("", "", "", "", "C", "B", "A"),
    "shifts": (0, 0, 0, 1, 6, 8),
    "languages": (0, 0, 0, 1, 3, 20, 32),
    "high": (None, 2400, 3100),
    "dates": (None, None, None, None, 0, 1, -1),
    "required": (0, 0, 1, 2, 3),
}
WINDOWED = NARROW | {
    "agreed": ("yes", "yes", "yes", "yes", "yes", "again", "withdrawn", "no", "contact"),
    "active": (True, True, True, True, False),
    "papers": (1, 1, 2, 3),
    "windows": (None, None, None, 0, 0, 1, -1, 30),
    "state": ("published", "published", "published", "published", "draft", "closed"),
    "required": (0, 0, 1, 3),
    "groups": (0, 0, 0, 1),
    "rule": ("waiting", "ranked", "fifo", "lottery"),
    "later": (None, 1, 2, 31),
    "has": ("A", "A", None),
    "asks": ("", "C"),
}
FOCUS = {"credentials": CREDENTIALED, "people": PERSONAL, "windows": WINDOWED}
# What one world is about: three credentials, of two words at least; mostly an employer's own evaluation among them.
PALETTES = ((1, 3, 0), (4, 5, 6), (0, 4, 5), (6, 7, 2), (1, 6, 3), (5, 2, 1), (0, 6, 7), (4, 2, 3), (1, 7, 5))
ISSUERS = ("center", None, "shop", "rival", "hall")
RENEWED = (0, None, 0, 1, -1, -30)  # days after the former one ended; None: a paper of its own
STATES = ("verified", "verified", "verified", "verified", "expired", "recorded", "recorded", "revoked")
SEEDS = ("0f" * 32, "", "old seed", "AB" * 32)


@st.composite
def days(draw, focus: str, size: int) -> Day:
    """So many worlds that vary what belongs to the focus."""
    may = FOCUS[focus]
    on, later = draw(st.sampled_from(DAYS)), draw(st.sampled_from(may["later"]))
    # Half of them are about the same credentials, so that people of one world are weighed for the work of another too.
    about = draw(st.sampled_from(PALETTES)), draw(st.sampled_from(PALETTES))
    made = tuple(_world(draw, may, on, about[n % 2]) for n in range(size))
    return Day(on, later and on + timedelta(later), made)


def _world(draw, may: dict, on: date, palette: tuple[int, int, int]) -> World:
    def pick(options):
        return options[0] if len(options) == 1 else draw(_one_of(options))

    days = tuple(on + timedelta(offset) for offset in OFFSETS)
    issue_days = days + LEAP_DAYS

    def papers(how_many) -> tuple[Paper, ...]:
        made = []
        in_turn = how_many > 2 and pick((True, False, False))
        for n in range(how_many):
            credential = palette[n % 3 if in_turn else pick((0, 1, 2))]
            state, issued = pick(STATES), pick(issue_days)
            by = None if state == "recorded" else pick(ISSUERS)
            if made and made[-1].ends and not in_turn and (gap := pick(RENEWED)) is not None:
                credential, by, issued = made[-1].credential, made[-1].by, made[-1].ends + timedelta(gap)
            ends = pick((None, "term", *days))
            if ends == "term":
                kind = SimpleNamespace(validity=KINDS[credential], term_months=TERMS[credential])
                ends = expires_on(kind, issued)
            if (ends or state == "expired") and (not ends or ends < issued):
                ends = issued
            made.append(Paper(credential, by, state, issued, ends))
        return tuple(made)

    def day(of):
        offset = pick(may[of])
        return None if offset is None else on + timedelta(offset)

    def credentials(mask):
        return sum(1 << palette[n] for n in range(3) if mask >> n & 1)

    people = tuple(
        Person(
            agreed=pick(may["agreed"]),
            active=pick(may["active"]),
            zip=pick(may["home"]),
            miles=pick(may["miles"]),
            wishes=pick(may["wishes"]),
            enrolled=pick(may["enrolled"]),
            license=pick(may["has"]),
            shifts=pick(may["can"]),
            languages=pick(may["speaks"]),
            wage=pick(may["wants"]),
            free=day("dates"),
            papers=papers(pick(may["papers"])),
        )
        for _ in range(pick((4, 3, 2)))
    )

    def work() -> Work:
        opens, closes = day("windows"), day("windows")
        if opens and closes and closes < opens:
            opens, closes = closes, opens
        rule = pick(may["rule"])
        ranks = (None, 1, 2) if rule == "ranked" else (None,)
        return Work(
            by=pick(("shop", "rival", "hall")),
            state=pick(may["state"]),
            trade=pick(may["trade"]),
            zip=pick(may["work"]),
            license=pick(may["asks"]),
            shifts=pick(may["shifts"]),
            languages=pick(may["languages"]),
            low=2400,
            high=pick(may["high"]),
            starts=day("dates"),
            opens=opens,
            closes=closes,
            required=credentials(pick(may["required"])),
            groups=tuple(credentials(pick((3, 5, 6, 7, 1, 2, 4))) for _ in range(pick(may["groups"]))),
            preferred=credentials(pick((0, 0, 2, 7))),
            rule=rule,
            seed=pick(SEEDS[:1] + SEEDS[2:] if rule == "lottery" else SEEDS),
            places=tuple(
                pick((None, True, True)) and (pick(ranks), pick(MOMENTS)) if rule in ("ranked", "fifo") else None
                for _ in people
            ),
        )

    return World(people, tuple(work() for _ in range(pick((3, 2, 1)))))


@lru_cache(maxsize=1000)
def _one_of(options: tuple) -> st.SearchStrategy:
    return st.sampled_from(options)
