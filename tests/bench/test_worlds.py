"""Generated worlds are the same every time, and such as the product's own tables allow."""

import numpy as np
import pytest
from django.db import connection

from bench import loading, worlds
from openings.models import Opening, Requirement
from programs.models import Certification
from programs.validity import add_months

DAY = np.datetime64("2026-02-28")


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setitem(worlds.SIZES, "S", (400, 30))
    return np.array([(33.5 + number / 50, -117 - number / 60) for number in range(40)])


def test_the_same_seed_makes_the_same_world(small):
    one, other = (worlds.generate("S", small, DAY) for _ in range(2))
    assert one.people["uuid"] == other.people["uuid"]
    for part in ("certifications", "openings", "requirements", "places"):
        for name, column in getattr(one, part).items():
            assert np.array_equal(column, getattr(other, part)[name]) or column.dtype.kind == "M", (part, name)


def test_months_are_counted_as_the_product_counts_them():
    days = np.arange("2023-12-25", "2024-03-05", dtype="M8[D]")
    for months in (1, 12, 36):
        got = worlds.months_later(days, np.full(len(days), months))
        assert got.tolist() == [add_months(day, months) for day in days.tolist()]


@pytest.mark.django_db
def test_a_world_is_loaded_whole_and_every_key_points_somewhere(small):
    loading.load("S", DAY)
    connection.check_constraints()
    ours = Opening.objects.published().filter(title__startswith="Bench")
    assert ours.count() == 30
    assert set(Requirement.objects.filter(opening__in=ours).values_list("kind", flat=True)) == set(worlds.KINDS)
    held = Certification.objects.filter(credential__issuer="Bench")
    assert set(held.values_list("state", flat=True)) == set(worlds.STATES)
    # The product can go on adding rows.
    assert Opening.objects.create(organization=ours[0].organization, kind="job", title="One more").pk
