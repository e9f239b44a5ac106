"""Example classes of the examples' own programs from data/examples/cohorts.csv. Real programs get no invented dates."""

import uuid
from datetime import timedelta

from accounts.models import Zip
from pipeline import reference
from programs.models import Cohort

from .organizations import EXAMPLES, Staff

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ANNOUNCED = timedelta(days=75)  # how long before its first day a class is made known


def plant(ground, staff: Staff) -> list[Cohort]:
    rows = reference.rows("cohorts.csv", EXAMPLES)
    places = Zip.objects.in_bulk({row["zip"] for row in rows if row["zip"]})
    made = [_cohort(ground, staff, row, number, places) for number, row in enumerate(rows)]
    Cohort.objects.bulk_create(made)
    by = {organization.pk: staff.contacts[key] for key, organization in staff.organizations.items()}
    for cohort in made:
        provider = cohort.program.provider
        known = {"by": by[provider.pk], "organization": provider, "program": cohort.program_id}
        then = cohort.state in (Cohort.State.FULL, Cohort.State.CANCELLED)
        ground.happened(
            "cohort.announced", cohort, at=cohort.created_at, state="open" if then else cohort.state, **known
        )
        if then:
            decided = min(ground.today, cohort.starts_on) - timedelta(days=2)
            ground.happened(f"cohort.{cohort.state}", cohort, at=ground.moment(decided, 16), **known)
    return made


def _cohort(ground, staff: Staff, row, number: int, places) -> Cohort:
    program = staff.programs[row["program"]]
    day = ground.today + timedelta(days=int(row["starts"]))
    day += timedelta(days=(WEEKDAYS.index(row["weekday"]) - day.weekday()) % 7)  # that weekday, on the day or after
    place = places[row["zip"]] if row["zip"] else None
    return Cohort(
        # From the program's number, so that the dice fall for everything else as they did.
        public_id=uuid.uuid5(program.public_id, str(number)),
        program=program,
        starts_on=day,
        ends_on=day + timedelta(days=int(row["lasts"])),
        apply_by=day - timedelta(days=int(row["apply"])) if row["apply"] else None,
        seats=int(row["seats"]),
        zip=row["zip"],
        city=place.city if place else "",
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        schedule=row["schedule"],
        languages=row["languages"].split(),
        state=row["state"],
        is_example=True,
        created_at=ground.moment(min(day - ANNOUNCED, ground.today - timedelta(days=4)), 9),
    )
