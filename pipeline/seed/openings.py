"""Example openings from data/examples/openings.csv: jobs, apprenticeship intakes and dispatch calls."""

import hashlib
from datetime import timedelta

from accounts.models import Zip
from openings.models import Opening, Requirement
from openings.seal import seal_of
from pipeline import reference

from .organizations import EXAMPLES, Staff

TEXTS = (
    *("external_id", "kind", "title", "title_es", "description", "description_es", "zip", "benefits", "order_rule"),
    *("license", "state"),
)


def plant(ground, staff: Staff) -> list[Opening]:
    rows = reference.rows("openings.csv", EXAMPLES)
    places = Zip.objects.in_bulk({row["zip"] for row in rows})
    made = [_opening(ground, staff, row, places[row["zip"]]) for row in rows]
    Opening.objects.bulk_create(made)
    Requirement.objects.bulk_create(
        Requirement(opening=opening, kind=kind, group=group, credential_id=key)
        for opening, row in zip(made, rows, strict=True)
        for kind, group, key in asks(row)
    )
    for opening in made:
        by, organization = opening.contact, opening.organization
        if opening.published_at:
            facts = {"order_rule": opening.order_rule, "seed_sha256": seal_of(opening)}
            ground.happened(
                "opening.published", opening, at=opening.published_at, by=by, organization=organization, **facts
            )
        if opening.closed_at:
            facts = {"reason": "window", "lottery_seed": opening.lottery_seed}
            ground.happened("opening.closed", opening, at=opening.closed_at, organization=organization, **facts)
    return made


def asks(row: dict[str, str]) -> list[tuple[str, int, str]]:
    """(kind, group, credential) of a row; each cell of any_of is one group, groups are set apart by a semicolon."""
    found = [("required", 0, key) for key in row["required"].split()]
    groups = [group.split() for group in row["any_of"].split(";") if group.strip()]
    found += [("any_of", number, key) for number, group in enumerate(groups, 1) for key in group]
    return found + [("preferred", 0, key) for key in row["preferred"].split()]


def _opening(ground, staff: Staff, row, place) -> Opening:
    def day(column):
        return ground.today + timedelta(days=int(row[column]))

    def cents(column):
        return round(float(row[column]) * 100) if row[column] else None

    draft = row["state"] == Opening.State.DRAFT
    closed = row["state"] == Opening.State.CLOSED
    # An intake is announced before its window opens.
    announced = min(day("opens"), ground.today - timedelta(days=2))
    return Opening(
        public_id=ground.number(),
        organization=staff.organizations[row["organization"]],
        contact=staff.contacts[row["organization"]],
        occupation_id=row["occupation"],
        **{name: row[name] for name in TEXTS},
        latitude=place.latitude,
        longitude=place.longitude,
        seats=int(row["seats"]),
        wage_min_cents=cents("wage_min"),
        wage_max_cents=cents("wage_max"),
        shifts=row["shifts"].split(),
        languages=row["languages"].split(),
        opens_on=day("opens"),
        closes_on=day("closes"),
        starts_on=day("starts"),
        # The same from one seeding to the next: an example's draw is no secret.
        lottery_seed="" if draft else hashlib.sha256(f"example {row['external_id']}".encode()).hexdigest(),
        published_at=None if draft else ground.moment(announced, 9),
        closed_at=ground.moment(day("closes") + timedelta(days=1), 0, 15) if closed else None,
        is_example=True,
        created_at=ground.moment(announced - timedelta(days=1), 15),
    )
