"""The full load in small: the same world for the same number, and states that agree with the ledger."""

import pytest
from django.db.models import Count

from ledger.models import Event
from pipeline.seed import load
from placements.boards import waiting
from placements.measures import headline
from placements.models import Placement, Referral, Waiting

pytestmark = pytest.mark.django_db


def test_a_small_load_is_whole_and_what_boards_and_measures_read(now, monkeypatch):
    monkeypatch.setattr(load.answers, "PLACES_OF_WORK", 2)
    made = load.build(seed=7, people=120, referrals=480, at=now)
    assert (made["people"], made["referrals"]) == (120, 480)
    states = dict(Referral.objects.order_by().values_list("state").annotate(n=Count("pk")))
    assert set(states) > {"yes", "hired", "declined", "no"}
    assert not Referral.objects.open().filter(due_on=None).exists()
    hires = Event.objects.filter(kind="referral.hire").count()
    assert states["hired"] == hires == Placement.objects.count() == Event.objects.filter(kind="placement.hire").count()
    assert not Event.objects.filter(at__gt=now).exists()
    moments = list(Event.objects.exclude(kind__endswith=".projected").order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)
    waiting.look_again(at=now)
    assert Waiting.objects.count() > 20
    year = now.date().replace(year=2025), now.date()
    chain = headline.people(*year).lines[0].counts
    assert chain == sorted(chain, reverse=True)
    assert chain[-1] > 0
    assert headline.local(*year).whole > 0
