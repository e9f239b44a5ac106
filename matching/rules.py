"""Who fits what, and why: one trainee judged against one opening, gate by gate. Pure: no Django, no clock, no database.

A gate is met, missing or unknown, each with its source. Nothing is scored: points are facts to read, and the order of
people is the institution's own rule. Distances are great-circle miles between the middles of two ZIP code areas, in
tenths, as integers, so that every implementation agrees to the last digit.
"""

import math
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

MET, MISSING, UNKNOWN = "met", "missing", "unknown"
FITS, ASK, NEAR = "fits", "ask", "near"

EARTH_MILES = 3958.8
LICENSE_RANK = {"": 0, "C": 1, "B": 2, "A": 3}
EMPLOYER_BOUND = "employer"


@dataclass(frozen=True)
class Held:
    """One certification as matching sees it."""

    credential: str
    certification: int
    level: str
    state: str  # recorded, verified, expired, revoked
    issued_on: date
    expires_on: date | None
    provider: str
    provider_id: int | None
    provider_is_employer: bool
    validity: str


@dataclass(frozen=True)
class Trainee:
    """What matching knows of a person."""

    id: int
    zip: str = ""
    point: tuple[float, float] | None = None
    miles: int = 25
    wishes: frozenset[str] = frozenset()  # trades the person named
    trained: frozenset[str] = frozenset()  # trades their programs and credentials lead to
    wage_wish_cents: int | None = None
    license: str | None = None
    shifts: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    available_from: date | None = None
    held: tuple[Held, ...] = ()


@dataclass(frozen=True)
class Opening:
    """What matching knows of an opening."""

    id: int
    organization_id: int
    occupation: str
    zip: str
    point: tuple[float, float] | None
    wage_min_cents: int
    wage_max_cents: int | None = None
    license: str = ""
    shifts: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    starts_on: date | None = None
    required: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()
    preferred: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gate:
    """One gate of one pair: what was asked, how it stands, and where that is known from."""

    name: str  # trade, distance, credential, any_of, license, languages, shifts, wage, dates
    state: str
    detail: dict = field(default_factory=dict)

    def as_dict(self) -> dict:
        return {"name": self.name, "state": self.state, **self.detail}


@dataclass(frozen=True)
class Judgement:
    """All gates of one pair, what they add up to, and the points beside them."""

    gates: tuple[Gate, ...]
    points: dict
    certified_on: date | None

    @property
    def missing(self) -> list[Gate]:
        return [gate for gate in self.gates if gate.state == MISSING]

    @cached_property
    def state(self) -> str | None:
        """fits: every gate met; ask: some unknown; near: one credential missing; None: none of these."""
        firm = {gate.name: gate.state for gate in self.gates if gate.name in ("trade", "distance")}
        if any(state != MET for state in firm.values()):
            return None
        if not self.missing:
            return ASK if any(gate.state == UNKNOWN for gate in self.gates) else FITS
        if len(self.missing) == 1 and self.missing[0].name in ("credential", "any_of"):
            return NEAR
        return None

    @property
    def one_step(self) -> list[str]:
        """For a near match: the credentials any one of which would complete it."""
        if self.state != NEAR:
            return []
        return list(self.missing[0].detail["credentials"])


def tenths_between(a: tuple[float, float], b: tuple[float, float]) -> int:
    """Great-circle distance in tenths of a mile between two (latitude, longitude) points in degrees."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*a, *b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH_MILES * math.asin(min(1.0, math.sqrt(h))) * 10)


def questions(trainee: Trainee, opening: Opening, on: date) -> list[Gate]:
    """The gates that are a question to the person, of a pair in one trade and within reach."""
    return [gate for gate in _asked(trainee, opening, on) if gate.state == UNKNOWN]


def judge(trainee: Trainee, opening: Opening, on: date) -> Judgement:
    """Judge the pair as of the day."""
    gates = [_trade(trainee, opening), _distance(trainee, opening), *_asked(trainee, opening, on)]
    return Judgement(tuple(gates), _points(trainee, opening, gates, on), _certified_on(trainee, opening, on))


def _asked(trainee, opening, on) -> list[Gate]:
    """What the opening asks for, or the person wants."""
    gates = [_credential(trainee, opening, key, on) for key in opening.required]
    gates += [_any_of(trainee, opening, keys, on) for keys in opening.any_of]
    gates += filter(
        None,
        (
            _license(trainee, opening),
            _languages(trainee, opening),
            _shifts(trainee, opening),
            _wage(trainee, opening),
            _dates(trainee, opening),
        ),
    )
    return gates


def _trade(trainee, opening) -> Gate:
    detail = {"occupation": opening.occupation}
    if trainee.wishes:
        met = opening.occupation in trainee.wishes
        return Gate("trade", MET if met else MISSING, {**detail, "source": "wish"})
    if trainee.trained:
        met = opening.occupation in trainee.trained
        return Gate("trade", MET if met else MISSING, {**detail, "source": "training"})
    return Gate("trade", UNKNOWN, {**detail, "source": ""})


def _distance(trainee, opening) -> Gate:
    detail = {"from": trainee.zip, "to": opening.zip, "limit": trainee.miles}
    if trainee.point is None or opening.point is None:
        return Gate("distance", UNKNOWN, detail)
    tenths = tenths_between(trainee.point, opening.point)
    return Gate("distance", MET if tenths <= trainee.miles * 10 else MISSING, {**detail, "tenths": tenths})


def _best(trainee, opening, key, on) -> tuple[str, dict]:
    """How the person stands on one credential: the state, and the certification that speaks for it."""
    mine = [held for held in trainee.held if held.credential == key]
    valid = [h for h in mine if _valid(h, on)]
    elsewhere = [h for h in valid if _elsewhere(h, opening)]
    counts = [h for h in valid if h not in elsewhere]
    if counts:  # the longest-lasting one speaks
        best = max(counts, key=lambda h: (h.expires_on is None, h.expires_on or date.max, -h.certification))
        note = "evaluate" if best.validity == EMPLOYER_BOUND and best.provider_id != opening.organization_id else ""
        return MET, _cited(best, note)
    if elsewhere:
        return UNKNOWN, _cited(elsewhere[0], "employer")
    claimed = [h for h in mine if h.state == "recorded"]
    if claimed:
        return UNKNOWN, _cited(claimed[0], "unverified")
    over = [h for h in mine if h.state == "expired" or (h.state == "verified" and h.expires_on and h.expires_on < on)]
    if over:
        return MISSING, _cited(max(over, key=_ended), "expired")
    return MISSING, {}


def _cited(held: Held, note: str) -> dict:
    return {
        "credential": held.credential,
        "certification": held.certification,
        "level": held.level,
        "by": held.provider,
        "until": held.expires_on.isoformat() if held.expires_on else None,
        "note": note,
    }


def _credential(trainee, opening, key, on) -> Gate:
    state, cited = _best(trainee, opening, key, on)
    return Gate("credential", state, {"credentials": [key], **cited})


def _any_of(trainee, opening, keys, on) -> Gate:
    found = [_best(trainee, opening, key, on) for key in keys]
    for wanted in (MET, UNKNOWN):
        for state, cited in found:
            if state == wanted:
                return Gate("any_of", state, {"credentials": list(keys), **cited})
    expired = next((cited for _state, cited in found if cited), {})
    return Gate("any_of", MISSING, {"credentials": list(keys), **expired})


def _license(trainee, opening) -> Gate | None:
    if not opening.license:
        return None
    detail = {"asked": opening.license, "has": trainee.license}
    if trainee.license is None:
        return Gate("license", UNKNOWN, detail)
    enough = LICENSE_RANK[trainee.license] >= LICENSE_RANK[opening.license]
    return Gate("license", MET if enough else MISSING, detail)


def _languages(trainee, opening) -> Gate | None:
    if not opening.languages:
        return None
    detail = {"asked": sorted(opening.languages)}
    if not trainee.languages:
        return Gate("languages", UNKNOWN, detail)
    lacking = opening.languages - trainee.languages
    return Gate("languages", MISSING if lacking else MET, {**detail, "lacking": sorted(lacking)})


def _shifts(trainee, opening) -> Gate | None:
    if not opening.shifts:
        return None
    detail = {"asked": sorted(opening.shifts)}
    if not trainee.shifts:
        return Gate("shifts", UNKNOWN, detail)
    both = opening.shifts & trainee.shifts
    return Gate("shifts", MET if both else MISSING, {**detail, "both": sorted(both)})


def _wage(trainee, opening) -> Gate:
    top = opening.wage_max_cents or opening.wage_min_cents
    detail = {"pays": top, "wish": trainee.wage_wish_cents}
    enough = trainee.wage_wish_cents is None or top >= trainee.wage_wish_cents
    return Gate("wage", MET if enough else MISSING, detail)


def _dates(trainee, opening) -> Gate | None:
    if trainee.available_from is None or opening.starts_on is None:
        return None
    in_time = trainee.available_from <= opening.starts_on
    detail = {"from": trainee.available_from.isoformat(), "needed": opening.starts_on.isoformat()}
    return Gate("dates", MET if in_time else MISSING, detail)


def _points(trainee, opening, gates, on) -> dict:
    """Facts shown beside the gates; nobody is ordered by them."""
    distance = next(gate for gate in gates if gate.name == "distance")
    preferred = [key for key in opening.preferred if _best(trainee, opening, key, on)[0] == MET]
    return {"tenths": distance.detail.get("tenths"), "preferred": preferred}


def _certified_on(trainee, opening, on) -> date | None:
    """Since when the person has held all that is asked for: the day the last of it came.

    Renewing in time does not restart the wait. Where nothing is asked for, the first valid certificate counts.
    """
    asked = [(key,) for key in opening.required] + list(opening.any_of)
    if not asked:
        valid = {h.credential for h in trainee.held if _valid(h, on)}
        # Of a credential valid elsewhere only, there is no day that counts here.
        return min((day for key in valid if (day := _since(trainee, opening, key, on))), default=None)
    days = []
    for keys in asked:
        since = [day for key in keys if (day := _since(trainee, opening, key, on))]
        if not since:
            return None
        days.append(min(since))
    return max(days)


def _since(trainee, opening, key, on) -> date | None:
    """The day from which the person has held the credential without a gap, as far as it counts at this opening."""
    mine = [h for h in trainee.held if h.credential == key and h.state in ("verified", "expired")]
    mine = [h for h in mine if not _elsewhere(h, opening)]
    day = min((h.issued_on for h in mine if _valid(h, on)), default=None)
    while day and (earlier := [h.issued_on for h in mine if h.issued_on < day and _ended(h) >= day]):
        day = min(earlier)
    return day


def _valid(held, on) -> bool:
    return held.state == "verified" and _ended(held) >= on


def _ended(held) -> date:
    return held.expires_on or date.max


def _elsewhere(held, opening) -> bool:
    """Whether it is another employer's own evaluation, which does not count here (29 CFR 1910.178(l)(4))."""
    return held.validity == EMPLOYER_BOUND and held.provider_is_employer and held.provider_id != opening.organization_id
