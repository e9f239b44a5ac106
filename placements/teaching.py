"""Where credentials are taught, and what one more of them would open: the next step of a person, or of many."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, FloatField, Min, OuterRef, Subquery, Value, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Zip
from accounts.models.places import miles_from
from accounts.speech import listed
from matching import queries
from matching.queries import Near
from matching.reasons import Names
from programs import cohort_queries
from programs.models import Cohort, Program

MOST = 3  # classes, and programs, named for one credential
NAMED = 25  # openings named of those one certificate would open; in a city it is hundreds


@dataclass
class Taught:
    """Where one credential is taught: the next classes within reach, then other programs, the nearest first."""

    key: str
    name: str
    cohorts: list[Cohort] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)

    @property
    def classes(self) -> list[tuple[Program, list[Cohort]]]:
        """The classes by program."""
        found: dict[int, tuple[Program, list[Cohort]]] = {}
        for cohort in self.cohorts:
            found.setdefault(cohort.program_id, (cohort.program, []))[1].append(cohort)
        return list(found.values())


def teaching(keys: Iterable[str], names: Names, *, home: Zip | None, miles: int, on: date) -> dict[str, Taught]:
    """For each of these credentials where it is taught, seen from home; three questions for any number.

    Programs carry `miles` (None while a place is not known), `far` (beyond those miles) and `first_on` (their next
    class, if they named one). Those beyond the miles are named only where nothing is nearer.
    """
    found = {key: Taught(key, names.credential(key)) for key in keys}
    if not found:
        return {}
    cohorts = cohort_queries.next_cohorts(found, home=home, miles=miles, on=on, per_credential=MOST)
    for key, taught in found.items():
        taught.cohorts = cohorts[key]
    told = {(key, cohort.program_id) for key, some in cohorts.items() for cohort in some}
    for program in _programs(found, home, on):
        taught = found[program.credential]
        program.far = program.miles is not None and program.miles > miles
        needed = len(taught.programs) < MOST and not (program.far and taught.cohorts)
        if needed and (program.credential, program.pk) not in told:
            taught.programs.append(program)
    for taught in found.values():
        if any(not program.far for program in taught.programs):
            taught.programs = [program for program in taught.programs if not program.far]
    return found


def _programs(keys, home: Zip | None, on: date):
    """The open programs that teach these, for each credential the nearest first."""
    away = miles_from(home) if home else Value(None, output_field=FloatField())
    joinable = cohort_queries.joinable(on).filter(program=OuterRef("pk")).order_by().values("program")
    rows = Program.objects.filter(is_open=True).annotate(credential=F("credentials"), miles=away)
    order = (F("miles").asc(nulls_last=True), "name", "pk")
    rows = rows.filter(credential__in=list(keys)).annotate(
        place_in_line=Window(RowNumber(), partition_by=[F("credential")], order_by=order),
        first_on=Subquery(joinable.annotate(first=Min("starts_on")).values("first")),
    )
    # As many may have a class named already.
    return rows.filter(place_in_line__lte=2 * MOST).select_related("provider").order_by("credential", "place_in_line")


@dataclass
class Step:
    """One certificate, or any one of several, that alone stands between a person and these openings."""

    keys: tuple[str, ...]
    name: str
    nears: list[Near]
    taught: list[Taught]
    named: list[Near] = field(default_factory=list)  # the nearest, with their openings

    @property
    def unnamed(self) -> int:
        """How many more it would open, farther away than those that are named."""
        return len(self.nears[NAMED:])

    @property
    def sentence(self) -> str:
        """What it would do, for the person themselves."""
        n = len(self.nears)
        said = ngettext("%(name)s would open %(n)s opening near you", "%(name)s would open %(n)s openings near you", n)
        return said % {"name": self.name, "n": n}


def steps(nears: list[Near], names: Names) -> list[Step]:
    """One-step-aways by what is missing: what opens most first, then what is nearest."""
    grouped: dict[tuple[str, ...], list[Near]] = {}
    for near in nears:
        grouped.setdefault(near.missing, []).append(near)
    found = [
        Step(keys, listed(sorted(names.credential(key) for key in keys), _("or")), some, [])
        for keys, some in grouped.items()
    ]
    return sorted(found, key=lambda step: (-len(step.nears), step.nears[0].tenths, step.name))


def with_home(trainees):
    """These profiles with the point of their home ZIP code, so that `teach` need not ask for it."""
    point = Zip.objects.filter(code=OuterRef("zip"))
    return trainees.annotate(
        home_latitude=Subquery(point.values("latitude")), home_longitude=Subquery(point.values("longitude"))
    )


def _home(trainee) -> Zip | None:
    if not hasattr(trainee, "home_latitude"):
        return Zip.objects.filter(code=trainee.zip).first()
    if trainee.home_latitude is None:
        return None
    return Zip(code=trainee.zip, latitude=trainee.home_latitude, longitude=trainee.home_longitude)


def teach(some: list[Step], trainee, names: Names, on: date) -> None:
    """Add to these steps the nearest openings each would open, and where the person can learn what is missing."""
    queries.name([near for step in some for near in step.nears[:NAMED]], on)
    for step in some:
        step.named = [near for near in step.nears[:NAMED] if near.opening]
    home = _home(trainee) if trainee.zip and some else None
    keys = {key for step in some for key in step.keys}
    taught = teaching(keys, names, home=home, miles=trainee.miles, on=on)
    for step in some:
        step.taught = sorted((taught[key] for key in step.keys), key=lambda one: one.name)
