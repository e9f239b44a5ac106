"""Where training would do most: for the programs of a provider, and for a region. From the last full rematch.

Live questions look at one person or one opening; these look at everybody, so they read what the night counted.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from matching import facts, rules, standing
from matching.models import Run
from matching.reasons import Names
from openings.models import Opening
from programs.models import Program
from programs.search import MILES_IN_A_DEGREE

from .outside import REACH, people

SHOWN = 10  # openings named for one credential


@dataclass
class Asked:
    """An opening, and how many people lack only one credential for it."""

    opening: Opening
    people: str


@dataclass
class Wanted:
    """A credential that a provider teaches, and the openings near its programs that it alone would open."""

    name: str
    programs: list[Program]
    openings: int = 0
    first: list[Asked] = field(default_factory=list)  # those for which most people lack only this

    @property
    def more(self) -> int:
        return self.openings - len(self.first)


@dataclass
class Taught:
    """One row of the region: a credential that people of a county and trade lack, and who teaches it."""

    gap: standing.Gap
    credential: str
    trade: str
    here: int  # open programs of the county that teach it
    everywhere: int


def last_run() -> Run | None:
    """The full rematch these numbers are of."""
    return Run.objects.filter(state=Run.State.DONE).first()


def of_programs(programs: Iterable[Program], on: date, *, exact: bool) -> list[Wanted]:
    """For each credential these programs teach, which openings within reach it would open, for how many people."""
    programs = [program for program in programs if _point(program)]
    within = _within(programs, on)
    short = standing.short(set().union(*within.values())) if within else {}
    names, teach = Names(), {}
    for program in programs:
        for credential in program.credentials.all():
            teach.setdefault(credential.pk, []).append(program)
    found, first = [], {}
    for key, some in teach.items():
        near = set().union(*(within[program.pk] for program in some))
        asked = sorted(((short[pk][key], pk) for pk in near if key in short[pk]), key=lambda one: (-one[0], one[1]))
        wanted = Wanted(names.credential(key), some, len(asked))
        first[id(wanted)] = asked[:SHOWN]
        found.append((sum(n for n, _pk in asked), wanted))
    rows = Opening.objects.select_related("organization").in_bulk({pk for some in first.values() for _n, pk in some})
    for _weight, wanted in found:
        wanted.first = [Asked(rows[pk], people(n, exact=exact)) for n, pk in first[id(wanted)] if pk in rows]
    found.sort(key=lambda one: (-one[0], one[1].name))
    return [wanted for _weight, wanted in found]


def _point(program: Program) -> tuple[float, float] | None:
    return None if program.latitude is None or program.longitude is None else (program.latitude, program.longitude)


def _within(programs: list[Program], on: date) -> dict[int, set[int]]:
    """The live openings within REACH of each program; one question for all."""
    if not programs:
        return {}
    boxes, span = Q(), REACH / MILES_IN_A_DEGREE + 0.1
    for latitude, _longitude in {_point(program) for program in programs}:
        boxes |= Q(latitude__range=(latitude - span, latitude + span))
    rows = facts.live(on).filter(boxes, longitude__isnull=False).values_list("pk", "latitude", "longitude")
    places = [(pk, (latitude, longitude)) for pk, latitude, longitude in rows]
    return {
        program.pk: {pk for pk, point in places if rules.tenths_between(_point(program), point) <= REACH * 10}
        for program in programs
    }


def of_region(county: str | None, trade: str | None, most: int) -> list[Taught]:
    """Which credential, taught to whom, would bring most people and openings together."""
    names, gaps = Names(), standing.gaps(county, trade, most)
    taught = Program.objects.filter(is_open=True, credentials__in={gap.credential for gap in gaps})
    counties: dict[str, Counter] = {}
    for key, where in taught.order_by().values_list("credentials", "county"):
        counties.setdefault(key, Counter())[where] += 1
    rows = []
    for gap in gaps:
        found = counties.get(gap.credential, Counter())
        # A program may be of several counties: "Calaveras; Tuolumne".
        here = sum(n for where, n in found.items() if gap.county in where.split("; ") and gap.county)
        rows.append(Taught(gap, names.credential(gap.credential), names.occupation(gap.trade), here, found.total()))
    return rows
