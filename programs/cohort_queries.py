"""Reading classes: the next ones that teach a credential within reach, those of a program, those of one's own."""

from collections.abc import Iterable
from datetime import date
from math import cos, radians

from django.db.models import Case, FloatField, Min, Q, When
from django.db.models.functions import Cast

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
    """The next classes that teach each of these credentials (by key) within `miles` of home, in two queries.

    Those with places come before full ones; then the first to start, then the nearest. Each carries `miles`:
    great-circle from home to where it is held, None while no home is known. With a home, a class whose place is not
    known is left out: nobody can say that it is within reach. A credential that no class teaches has an empty list.
    """
    found: dict[str, list[Cohort]] = {key: [] for key in keys}
    lines = _first(joinable(on), list(found), home, miles, per_credential)
    rows = Cohort.objects.select_related("program__provider").filter(pk__among=sorted({pk for _key, pk, _ in lines}))
    with prepared.kept():
        cohorts = {cohort.pk: cohort for cohort in rows.order_by()} if lines else {}
    for key, pk, away in lines:
        if cohort := cohorts.get(pk):
            cohort.miles = away
            found[key].append(cohort)
    return found


# In SQL, for the ORM would reckon the distance anew wherever it is named, and sort the classes with all that they say.
_FIRST = """
SELECT credential_id, id, miles
  FROM (SELECT c.credential_id, near.id, near.miles, row_number() OVER (
                   PARTITION BY c.credential_id ORDER BY near.is_full, near.starts_on, near.miles, near.id) AS place
          FROM ({near} OFFSET 0) near
          JOIN programs_program_credentials c ON c.program_id = near.program_id
         WHERE c.credential_id = ANY (%s::text[]) AND (near.miles <= %s::float8) IS NOT FALSE) line
 WHERE place <= %s
 ORDER BY credential_id, place
"""


def _first(rows, keys: list[str], home: Zip | None, miles: int, most: int) -> list[tuple[str, int, float | None]]:
    """The first of these classes for each credential, in order: its key, the class's number, the miles from home."""
    rows = _around(rows, home, miles).annotate(is_full=Q(state=Cohort.State.FULL)).order_by()
    near, values = rows.values("id", "program_id", "starts_on", "is_full", "miles").query.sql_with_params()
    with prepared.execute(_FIRST.replace("{near}", near), [*values, keys, miles, most]) as cursor:
        return cursor.fetchall()


def _around(rows, home: Zip | None, miles: int):
    """Rows with `miles` from home; most of those beyond the distance are left out."""
    if home is None:
        return rows.annotate(miles=Cast(None, FloatField()))
    # A box, in bare columns: nearly every row is sent away by it for the price of a comparison.
    high = miles / MILES_IN_A_DEGREE + 0.1
    wide = high / max(cos(radians(home.latitude)), 0.01)
    box = {
        "latitude__range": (home.latitude - high, home.latitude + high),
        "longitude__range": (home.longitude - wide, home.longitude + wide),
    }
    at_program = {f"program__{name}": value for name, value in box.items()}
    rows = rows.filter(Q(**box) | Q(zip="", **at_program))
    own, its_programs = miles_from(home), miles_from(home, "program__latitude", "program__longitude")
    return rows.annotate(miles=Case(When(zip="", then=its_programs), default=own))


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
