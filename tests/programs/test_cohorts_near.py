"""The next classes within reach of somebody: how far, in which order, and which one can still get into."""

import math
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Zip
from programs import cohorts
from programs.cohort_queries import next_cohorts

TODAY = date(2026, 11, 24)


def reach(keys, *, home="92335", miles=25, on=TODAY, **options):
    return next_cohorts(keys, home=Zip.objects.get(code=home) if home else None, miles=miles, on=on, **options)


def haversine(one: str, other: str) -> float:
    """Great-circle miles between two ZIP codes by another formula than the database's."""
    places = [Zip.objects.get(code=code) for code in (one, other)]
    (lat1, lon1), (lat2, lon2) = [(math.radians(p.latitude), math.radians(p.longitude)) for p in places]
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 3958.8 * math.asin(math.sqrt(half))


def test_distance_is_real_and_from_where_the_class_is_held(announce, located):
    fontana, fresno = located("92335", "osha10"), located("93721", "osha10")
    near, far = announce(fontana), announce(fresno)
    in_riverside = announce(fresno, zip="92503")  # a class that a program of Fresno holds in Riverside
    away = announce(fontana, zip="93721")
    found = reach(["osha10"])["osha10"]
    assert found == [near, in_riverside]
    assert found[0].miles == pytest.approx(0, abs=0.01)
    assert found[1].miles == pytest.approx(haversine("92335", "92503"), abs=0.01)
    everywhere = reach(["osha10"], miles=300, per_credential=9)["osha10"]
    assert everywhere == [near, in_riverside, *sorted([far, away], key=lambda cohort: cohort.pk)]
    assert everywhere[-1].miles == pytest.approx(haversine("92335", "93721"), abs=0.1)
    assert 200 < everywhere[-1].miles < 240


def test_the_first_to_start_comes_first_then_the_nearest_and_full_ones_last(cast, announce, located):
    here, there = located("92335", "osha10"), located("92503", "osha10")
    full = announce(here, starts_on=date(2027, 1, 4))
    cohorts.step(full, "full", by=cast.priya, at=cast.now)
    late, farther, nearer = announce(here, starts_on=date(2027, 2, 1)), announce(there), announce(here)
    planned = announce(here, starts_on=date(2027, 3, 1), takes_people=False)
    assert reach(["osha10"], per_credential=9)["osha10"] == [nearer, farther, late, planned, full]
    assert reach(["osha10"], per_credential=2)["osha10"] == [nearer, farther]


def test_only_classes_one_can_get_into_are_told(cast, announce, located):
    program = located("92335", "osha10")
    first_today = announce(program, starts_on=TODAY, apply_by=TODAY)
    announce(program, starts_on=TODAY - timedelta(days=1), apply_by=None)
    announce(program, starts_on=date(2027, 1, 11), apply_by=TODAY - timedelta(days=1))
    cohorts.step(announce(program), "cancelled", by=cast.priya, at=cast.now)
    closed = located("92335", "osha10", is_open=False)
    announce(closed)
    assert reach(["osha10"])["osha10"] == [first_today]


def test_a_place_that_is_not_known_is_within_nobodys_reach(announce):
    cohort = announce()  # the cast's program has no place
    assert reach(["aws_cw"], miles=5000)["aws_cw"] == []
    found = reach(["aws_cw"], home=None)["aws_cw"]
    assert found == [cohort]
    assert found[0].miles is None


def test_a_class_that_teaches_two_stands_under_both_and_what_none_teaches_is_empty(announce, located):
    cohort = announce(located("92335", "osha10", "mc3"))
    assert reach(["mc3", "osha10", "forklift"]) == {"mc3": [cohort], "osha10": [cohort], "forklift": []}
    assert reach([]) == {}


def test_many_credentials_cost_as_many_queries_as_one(announce, located, cast):
    keys = ["osha10", "mc3", "forklift", "cpr_arc", "mssc_cpt"]
    for key in keys:
        announce(located("92335", key))
    home = Zip.objects.get(code="92335")
    with CaptureQueriesContext(connection) as asked:
        found = next_cohorts(keys, home=home, miles=25, on=TODAY)
        assert {cohort.program.provider for row in found.values() for cohort in row} == {cast.center}
    assert len(asked) == 2
