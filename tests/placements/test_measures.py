"""What is measured, how it is defined, and who reads which numbers."""

from datetime import UTC, date, datetime, timedelta
from functools import wraps

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from ledger import figures, scopes
from ledger.models import Event
from matching import nightly
from matching.models import Match
from placements import actions, answering
from placements.hires import actions as hires
from placements.hires.taking import Terms
from placements.measures import chain, headline, small, survival, tasks, telling
from placements.models import Placement, Referral

SINCE, UNTIL = date(2026, 11, 1), date(2027, 2, 1)


def test_who_still_waits_counts_as_waiting_so_long():
    # Two of four were hired, after 10 and 20 days; two have waited for 15 and 30.
    found = survival.spread([(10, True, 1), (15, False, 1), (20, True, 1), (30, False, 1)])
    assert (found.quarter, found.median, found.three_quarters) == (10, 20, None)
    assert (found.people, found.arrived, found.waiting) == (4, 2, 2)
    # Of those hired alone the median would be 10; while most wait there is none.
    assert survival.spread([(10, True, 1), (40, False, 3)]).median is None
    assert survival.spread([]).median is None


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([30, 25, 9, 0], [30, None, None, 0]),  # 5 were lost: as good as a count of five people
        ([100, 80, 60, 0], [100, 80, 60, 0]),
        ([100, 95, 50], [100, None, 50]),
        ([11, 11, 11], [11, 11, 11]),
        ([10, 0], [None, 0]),
    ],
)
def test_a_line_shows_no_few_people_and_none_that_can_be_worked_out(counts, shown):
    assert small.along(counts) == shown


def test_a_hidden_number_cannot_be_worked_out_from_the_sum_of_its_column():
    rows, total = small.hide([[40], [30], [8]], [78])
    assert rows == [[40], [None], [None]]  # alone, 8 would be 78 less 70
    assert total == [78]
    # The hidden ones together must not be few either.
    assert small.hide([[40], [30], [4], [3]], [77]) == ([[40], [None], [None], [None]], [77])
    # With nothing else to hide, the sum goes.
    assert small.hide([[8]], [8]) == ([[None]], [None])
    assert small.hide([[20], [0]], [20]) == ([[20], [0]], [20])


def test_times_for_everybody_lie_apart_or_in_one_another():
    today = date(2026, 11, 24)
    months = [date(year, month, 1) for year in range(2024, 2027) for month in range(1, 13)]
    asked = {(since, until) for since in months for until in months if since < until}
    shown = {headline.for_everybody(since, until, today) for since, until in asked}
    lately = headline.lately(today)
    assert headline.for_everybody(*headline.last_year(today), today) == headline.for_everybody(*lately, today) == lately
    for since, until in shown - {lately}:
        assert headline.for_everybody(since, until, today) == (since, until)
        for first, end in shown - {lately}:
            overlap = max(since, first) < min(until, end)
            assert not overlap or since <= first <= end <= until or first <= since <= until <= end
    assert headline.for_everybody(date(2025, 5, 3), date(2025, 6, 9), today) == (date(2025, 4, 1), date(2025, 7, 1))
    assert headline.for_everybody(date(2025, 3, 3), date(2025, 6, 9), today) == (date(2025, 1, 1), date(2026, 1, 1))
    assert headline.for_everybody(date(2024, 12, 3), date(2025, 1, 1), today) == (date(2024, 10, 1), date(2025, 1, 1))


@pytest.mark.parametrize(
    ("today", "since"),
    [
        (date(2026, 11, 24), date(2025, 12, 1)),
        (date(2026, 1, 1), date(2025, 2, 1)),
        (date(2026, 1, 31), date(2025, 2, 1)),
        (date(2024, 2, 29), date(2023, 3, 1)),
        (date(2024, 12, 31), date(2024, 1, 1)),
        (date(2025, 12, 31), date(2025, 1, 1)),
    ],
)
def test_the_page_opens_for_everybody_on_twelve_months_and_not_on_thirteen(today, since):
    found = headline.for_everybody(*headline.last_year(today), today)
    assert found == headline.lately(today) == (since, since.replace(year=since.year + 1))
    assert since < today < found[1]
    assert headline.for_everybody(*found, today) == found, "the link to the sheet says the same time"


def test_the_order_of_institutions_tells_nothing_of_hidden_numbers(monkeypatch):
    class Body:
        def __init__(self, name):
            self.name = name

    counts = {"Ash": 3, "Birch": 12, "Cedar": 9, "Elm": 40, "Fir": 13}
    lines = [chain.Line(Body(name), [n], [None]) for name, n in sorted(counts.items(), key=lambda item: -item[1])]
    whole = chain.Line(None, [sum(counts.values())], [None])
    monkeypatch.setattr(telling.chain, "PEOPLE", ("certified",))
    monkeypatch.setattr(headline, "people", lambda *_: chain.Found([whole, *lines], {}, (0, 0), {}))

    def order(exact):
        told = telling.lines("provider", SINCE, UNTIL, telling.Reader(exact=exact, institutions=True))
        return [(one.name, one.steps[0].people) for one in told[1:]]

    assert [name for name, _n in order(True)] == ["Elm", "Fir", "Birch", "Cedar", "Ash"]
    assert order(False) == [("Elm", 40), ("Fir", 15), ("Birch", 10), ("Ash", None), ("Cedar", None)]


@pytest.fixture
def way(cast):
    """Ana is certified and says yes; Elliot meets her on the third day."""
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    referral = actions.say_yes(Match.objects.get(), by=cast.ana, at=cast.now + timedelta(days=1))
    actions.respond(referral, "put_off", by=cast.elliot, at=cast.now + timedelta(days=3))
    return referral


def test_the_chain_is_counted_from_the_ledger_by_provider_and_by_employer(cast, way):
    at = cast.now + timedelta(days=30)
    found = chain.of_people(SINCE, UNTIL, None, at)
    everybody, center = found.lines
    assert center.body == cast.center
    assert everybody.counts == center.counts == [1, 1, 1, 1, 0, 0, 0, 0, 0]
    assert center.days[3] == 1
    assert found.waits == {"answered": [(3, True, 1)], "hired": [(30, False, 1)]}
    yeses = chain.of_yeses(SINCE, UNTIL, cast.shop.pk, at)
    assert (yeses.lines[1].body, yeses.lines[1].counts[0], yeses.in_time) == (cast.shop, 1, (1, 1))
    assert chain.of_yeses(SINCE, UNTIL, cast.rival.pk, at).lines[0].counts[0] == 0
    assert chain.of_people(date(2026, 1, 1), date(2026, 2, 1), None, at).lines[0].counts[0] == 0


def test_a_yes_that_was_taken_back_unanswered_is_no_late_answer(cast):
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    referral = actions.say_yes(Match.objects.get(), by=cast.ana, at=cast.now)
    at = cast.now + timedelta(days=30)
    assert chain.of_yeses(SINCE, UNTIL, None, at).in_time == (0, 1)
    actions.withdraw(referral, by=cast.ana, at=cast.now + timedelta(days=2))
    assert chain.of_yeses(SINCE, UNTIL, None, at).in_time == (0, 0)


def test_a_later_step_stands_for_every_earlier_one_and_a_hire_is_followed(cast, way):
    # Nobody wrote an interview or an offer down.
    for kind, days in (("placement.hire", 10), ("placement.retained_90", 100)):
        facts = {"trainee": cast.trainee.pk}
        job, _made = Placement.objects.get_or_create(
            trainee=cast.trainee, employer=cast.shop, starts_on=date(2026, 12, 4), source="off", declared_by="worker"
        )
        Event.objects.create(
            kind=kind, at=cast.now + timedelta(days=days), subject_type="placement", subject_id=job.pk, facts=facts
        )
    found = chain.of_people(SINCE, UNTIL, None, cast.now + timedelta(days=200))
    assert found.lines[0].counts == [1] * 9
    assert found.before == {"answered": 0, "hired": 0}
    # Somebody hired before they were certified: no 0 days, but a person beside the figure.
    Event.objects.create(
        kind="placement.hire", at=cast.now - timedelta(days=5), subject_type="placement", subject_id=job.pk, facts=facts
    )
    found = chain.of_people(SINCE, UNTIL, None, cast.now + timedelta(days=200))
    assert (found.waits, found.before) == ({"answered": [(3, True, 1)], "hired": []}, {"answered": 0, "hired": 1})
    assert found.lines[0].days == [None] * 9
    assert headline.local(SINCE, UNTIL) == headline.Share(0, 0, 1)
    job.check_ins.create(days=90, asked_at=cast.now, asks_employer=True, state="retained", source="worker",
                         settled_at=cast.now)  # fmt: skip
    cache.clear()
    with_day = date(2027, 1, 1), date(2027, 4, 1)
    assert headline.retained(90, *with_day) == headline.Share(0, 0, 0)  # its ninetieth day is still to come


def test_what_was_a_mistake_and_what_nobody_knows_are_counted_nowhere(cast, way):
    job = hires.hire(way, terms=Terms(date(2026, 11, 27)), by=cast.elliot, at=cast.now + timedelta(days=4))
    later = cast.now + timedelta(days=300)

    def hired():
        people, yeses = (look(SINCE, UNTIL, None, later) for look in (chain.of_people, chain.of_yeses))
        habit = answering.habits([cast.shop], at=cast.now + timedelta(days=9))[cast.shop.pk]
        return people.lines[0].counts[7], people.waits["hired"][0][1], yeses.lines[0].counts[4], habit.hired

    assert hired() == (1, True, 1, 1)
    # It lasted half a year and nobody was asked on the way: of day 30 nothing is known, by day 365 it was over.
    Placement.objects.filter(pk=job.pk).update(state="ended", end_reason="over", ended_on=date(2027, 5, 27))
    with time_machine.travel(date(2028, 1, 1)):
        assert headline.retained(30, date(2026, 12, 1), date(2028, 1, 1)) == headline.Share(0, 0, 1)
        assert headline.retained(365, date(2026, 12, 1), date(2028, 1, 1)) == headline.Share(0, 1, 0)
        job.check_ins.create(days=30, asked_at=cast.now, asks_employer=False, state="ended")
        assert headline.retained(30, date(2026, 12, 1), date(2028, 1, 1)) == headline.Share(0, 1, 0)
        assert headline.retained(30, date(2026, 12, 27), date(2026, 12, 28)).whole == 1  # its thirtieth day
        assert headline.retained(30, date(2026, 12, 28), date(2028, 1, 1)).whole == 0
    Placement.objects.filter(pk=job.pk).update(end_reason="mistake")
    assert hired() == (0, False, 0, 0)


def test_nobody_is_lost_on_the_way_to_a_day_that_has_not_come(cast, way):
    job = hires.hire(way, terms=Terms(date(2026, 11, 27)), by=cast.elliot, at=cast.now + timedelta(days=4))

    def early(days):
        at = datetime(2026, 11, 27, 20, tzinfo=UTC) + timedelta(days=days)
        return [look(SINCE, UNTIL, None, at).lines[0].recent for look in (chain.of_people, chain.of_yeses)]

    assert (early(29), early(30)) == ([1, 1], [0, 0])
    Placement.objects.filter(pk=job.pk).update(state="ended", end_reason="over", ended_on=date(2026, 12, 1))
    assert early(29) == [0, 0]  # gone before it: that is lost
    Placement.objects.all().delete()
    assert (early(29), early(60)) == ([1, 1], [0, 0])  # of a hire without a job, from its day on


def test_the_share_that_stays_is_of_those_who_can_have_stayed():
    line = chain.Line(None, [80] * 7 + [40, 12], [None] * 9, recent=25)
    told = telling._told("Everybody", chain.PEOPLE, line, line.counts, telling.Reader(exact=True, institutions=True))
    last = told.steps[-1]
    assert (last.people, last.lost, last.percent, last.recent) == (12, 3, 80, 25)
    assert told.worst.name == "Hired"  # 40 of 80, though 12 is less of 40
    # Beside the sums the number would tell of few people: then there is no share.
    told = telling._told("Everybody", chain.PEOPLE, line, line.counts, telling.Reader(exact=False, institutions=True))
    last = told.steps[-1]
    assert (last.people, last.lost, last.percent, last.recent) == (10, None, None, None)
    assert told.worst.name == "Hired"


def test_coordinators_read_the_numbers_and_others_no_few_people(
    cast, way, sign_in, client, django_assert_max_num_queries, monkeypatch
):
    cache.clear()
    with scopes.job("look-at-measures"):
        tasks.look_ahead()
    with monkeypatch.context() as looking:  # the page opens on what was counted before
        for look in (chain.of_people, chain.of_yeses):
            looking.setattr(chain, look.__name__, wraps(look)(lambda *_: pytest.fail("looked")))
        assert sign_in(cast.carla).get(reverse("measures")).status_code == 200
        assert client.get(reverse("measures")).status_code == 200
    assert headline.look_ahead(at=timezone.now()) == 0
    Event.objects.create(kind="x", at=cast.now, subject_type="x", subject_id=1, facts={})
    assert headline.look_ahead(at=timezone.now()) == 4
    url = reverse("measures") + "?since=2026-11-01&to=2026-12-31&by=provider"
    carla = sign_in(cast.carla)
    page = carla.get(url)
    assert page.context["whole"].steps[0].people == 1
    assert (
        f"{cast.center.name},First certificate verified,1,,"
        in carla.get(reverse("measures_csv") + "?since=2026-11-01&to=2026-12-31").content.decode()
    )
    assert cast.center.name in page.content.decode()
    with django_assert_max_num_queries(20):
        carla.get(url)
    for browser, names in ((sign_in(cast.elliot), True), (client, False)):
        page = browser.get(url)
        assert page.context["whole"].steps[0].hidden
        assert (cast.center.name in page.content.decode()) is names
        sheet = browser.get(reverse("measures_csv") + "?since=2026-11-01&to=2026-12-31").content.decode()
        assert "hidden" in sheet
        assert (cast.center.name in sheet) is names
    shown = client.get(reverse("measures"))
    assert [str(shown.context["form"][name].value()) for name in ("since", "to")] == [
        str(shown.context[name]) for name in ("since", "to")
    ]
    for wrong in ("since=nonsense&to=2020-01-01&by=zz", "to=9999-12-31", "since=9998-01-01&to=9999-12-31"):
        assert client.get(reverse("measures") + "?" + wrong).status_code == 200
        assert client.get(reverse("measures_csv") + "?" + wrong).status_code == 200
    days = [client.get(f"{reverse('measures')}?since=2026-{month}-01&to=2026-{month}-28") for month in ("10", "12")]
    assert {(page.context["since"], page.context["to"]) for page in days} == {(date(2026, 10, 1), date(2026, 12, 31))}


def test_councils_can_bind_themselves_to_the_measures(cast, way):
    cache.clear()
    keys = {indicator.key for indicator in figures.indicators()}
    assert {"days-to-first-answer", "days-to-hire", "answered-in-7-days", "hired-locally", "retained-90"} <= keys
    shown = figures.indicator("days-to-hire").figure(since=SINCE, until=UNTIL)
    assert shown.value is None
    shop = figures.Scope("employer", cast.shop.pk)
    assert figures.indicator("answered-in-7-days").figure(since=SINCE, until=UNTIL, scope=shop).value is None
    assert Referral.objects.count() == 1
