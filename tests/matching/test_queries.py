"""Who goes first is the institution's own rule; ties fall by nobody's name or number."""

from datetime import date, timedelta

import pytest

from matching import nightly, queries
from openings.models import ListPlace


@pytest.fixture
def three(cast):
    people = [cast.another_trainee(name) for name in ("Zoe", "Adam", "Mia")]
    for trainee, day in zip(people, (date(2026, 10, 1), date(2026, 8, 1), date(2026, 9, 1)), strict=True):
        cast.certify(trainee=trainee, issued=day)
    return people


def order(cast, **values):
    opening = cast.opening(**values)
    nightly.rematch(at=cast.now, quiet=True)
    return opening, lambda: [m.trainee for m in queries.matches_of(opening, queries.of_opening(opening))]


def test_longest_waiting_since_certified_goes_first(cast, three):
    zoe, adam, mia = three
    _opening, people = order(cast)
    assert people() == [adam, mia, zoe]


def test_a_ranked_list_goes_by_its_ranks_and_the_unranked_come_after(cast, three):
    zoe, adam, mia = three
    opening, people = order(cast, order_rule="ranked")
    ListPlace.objects.create(opening=opening, trainee=mia, rank=1)
    ListPlace.objects.create(opening=opening, trainee=zoe, rank=2)
    assert people() == [mia, zoe, adam]


def test_first_in_first_out_goes_by_registration(cast, three):
    zoe, adam, mia = three
    opening, people = order(cast, order_rule="fifo")
    for days, trainee in enumerate((zoe, mia, adam)):
        ListPlace.objects.create(opening=opening, trainee=trainee, registered_at=cast.now + timedelta(days=days))
    assert people() == [zoe, mia, adam]
