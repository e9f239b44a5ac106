"""Reading classes: the next ones that teach a credential within reach, those of a program, those of one's own."""

from collections.abc import Iterable
from datetime import date
from math import cos, radians

from django.db.models import Case, F, FloatField, Min, Q, Value, When, Window
from django.db.models.functions import RowNumber

from accounts.models import Zip
from accounts.models.places import miles_from
from accounts.policies import is_coordinator, organizations_of
from ledger import prepared

from .models import Cohort, Program
from .search import MILES_IN_A_DEGREE


def joinable(on: date):
    """Classes worth telling of: coming, not past their last day to apply, of a program that takes people."""
    in_time = Q(apply_by__isnull=True) | Q(apply_by__gte=on)
    return Cohort.objects.coming(on).filter(in_time, program__is_open=True)


def next_cohorts(
    keys: Iterable[str], *, home: Zip | None, miles: int, on: date, per_credential: int = 3
) -> dict[str, list[Cohort]]:
    """The next classes that teach each of these credentials (by key) within `miles` of home, in one query.

    Those with places come before full ones; then the first to start, then the nearest. Each carries `credential` (the
    key) and `miles`: great-circle from home to where it is held, None while no home is known. With a home, a class
    whose place is not known is left out: nobody can say that it is within reach. A credential that no class teaches
    has an empty list.
    """
    found: dict[str, list[Cohort]] = {key: [] for key in keys}
    rows = _near(joinable(on), home, miles).annotate(
        credential=F("program__credentials"),
        is_full=Case(When(state=Cohort.State.FULL, then=1), default=0),
    )
    order = ("is_full", "starts_on", F("miles").asc(nulls_last=True), "pk")
    rows = rows.filter(credential__among=list(found)).annotate(
        place_in_line=Window(RowNumber(), partition_by=[F("credential")], order_by=order)
    )
    rows = rows.filter(place_in_line__lte=per_credential).select_related("program__provider")
    with prepared.kept():
        for cohort in rows.order_by("credential", "place_in_line"):
            found[cohort.credential].append(cohort)
    return found


def _near(rows, home: Zip | None, miles: int):
    """Rows with `miles` from home, those beyond the distance left out."""
    if home is None:
        return rows.annotate(miles=Value(None, output_field=FloatField()))
    # A box first, in bare columns: nearly every row is sent away by it for the price of a comparison.
    high = miles / MILES_IN_A_DEGREE + 0.1
    wide = high / max(cos(radians(home.latitude)), 0.01)
    box = {
        "latitude__range": (home.latitude - high, home.latitude + high),
        "longitude__range": (home.longitude - wide, home.longitude + wide),
    }
    at_program = {f"program__{name}": value for name, value in box.items()}
    rows = rows.filter(Q(**box) | Q(zip="", **at_program))
    own, its_programs = miles_from(home), miles_from(home, "program__latitude", "program__longitude")
    return rows.annotate(miles=Case(When(zip="", then=its_programs), default=own)).filter(miles__lte=miles)


def of_program(program: Program, *, on: date, most: int = 6) -> list[Cohort]:
    """The program's coming classes as everybody reads them, the next first."""
    rows = list(program.cohorts.coming(on).order_by("starts_on", "pk")[:most])
    for cohort in rows:
        cohort.program = program
    return rows


def first_days(programs: Iterable[Program], *, on: date) -> dict[int, date]:
    """The first day of each program's next class that one can still get into, by the program's number; one query."""
    with_places = joinable(on).exclude(state=Cohort.State.FULL).filter(program__in=list(programs))
    return dict(with_places.order_by().values_list("program").annotate(first=Min("starts_on")))


def kept_by(user):
    """The classes a person looks after: of their organizations' programs; every one for a coordinator."""
    rows = Cohort.objects.select_related("program__provider")
    return rows if is_coordinator(user) else rows.filter(program__provider__in=organizations_of(user))


def programs_of(user) -> list[Program]:
    """The programs a person's own organizations give and that take people, by name."""
    rows = Program.objects.filter(provider__in=organizations_of(user), is_open=True).select_related("provider")
    return list(rows.order_by("name", "city", "pk"))
