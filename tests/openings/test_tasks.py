"""Openings close by themselves when their last day is over."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from ledger.log import history
from openings.models import Opening
from openings.tasks import close_past

pytestmark = pytest.mark.django_db


def test_an_opening_is_open_all_of_its_last_day_in_california(cast):
    opening = cast.opening(closes_on=date(2026, 11, 24))
    with time_machine.travel(datetime(2026, 11, 25, 7, 30, tzinfo=UTC)):  # 23:30 in California
        close_past()
    assert Opening.objects.get(pk=opening.pk).state == "published"
    with time_machine.travel(datetime(2026, 11, 25, 8, 30, tzinfo=UTC)):
        close_past()
    assert Opening.objects.get(pk=opening.pk).state == "closed"


def test_closing_by_the_clock_is_recorded_once_however_often_it_runs(cast):
    opening = cast.opening(closes_on=date(2026, 11, 1))
    close_past()
    close_past(anything="else")
    closed = history(opening).filter(kind="opening.closed")
    assert [(event.actor_id, event.facts) for event in closed] == [(None, {"reason": "window"})]


def test_an_opening_without_a_last_day_stays_open(cast):
    opening = cast.opening()
    close_past()
    assert Opening.objects.get(pk=opening.pk).state == "published"
