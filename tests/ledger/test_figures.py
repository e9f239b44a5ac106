"""Published indicators: any room registers, any room reads, and no figure shows a handful of people."""

from datetime import date

import pytest

from ledger import figures
from ledger.figures import PROVIDER, REGION, Figure, Indicator, Scope, WrongFigure


@pytest.fixture
def empty(monkeypatch):
    monkeypatch.setattr(figures, "_indicators", {})


def indicator(**changes):
    asked = {
        "key": "days-to-hire",
        "name": "Days to hire",
        "definition": "The middle number of days.",
        "unit": "days",
        "better": "down",
        "scopes": (REGION, PROVIDER),
        "compute": lambda *, since, until, scope: Figure.typical((until - since).days, scope.organization or 100),
    }
    return Indicator(**asked | changes)


def test_what_one_room_registers_another_reads(empty):
    known = figures.publish(indicator())
    assert figures.publish(known) is known  # a second start changes nothing
    assert figures.indicators() == [known]
    assert figures.indicator("days-to-hire") is known
    assert figures.indicator("gone") is None
    quarter = {"since": date(2026, 1, 1), "until": date(2026, 4, 1)}
    assert known.figure(**quarter).value == 90
    assert known.figure(**quarter, scope=Scope(PROVIDER, 3)).suppressed
    assert known.say(1) == "1 day"
    assert known.say(90) == "90 days"
    assert known.say(None) == "—"
    assert known.improved(50, 40) is True
    assert known.improved(40, 50) is False
    assert known.improved(40, 40) is None


def test_nonsense_is_refused_when_the_room_starts_not_on_a_page(empty):
    for wrong in ({"unit": "wishes"}, {"better": "sideways"}, {"scopes": ("moon",)}, {"scopes": ()}):
        with pytest.raises(WrongFigure):
            figures.publish(indicator(**wrong))
    figures.publish(indicator())
    with pytest.raises(WrongFigure):
        figures.publish(indicator(better="up"))
    for kind, organization in (("moon", 1), (REGION, 1), (PROVIDER, None)):
        with pytest.raises(WrongFigure):
            Scope(kind, organization)
    with pytest.raises(WrongFigure):
        indicator(scopes=(REGION,)).figure(since=date(2026, 1, 1), until=date(2026, 4, 1), scope=Scope(PROVIDER, 3))
    with pytest.raises(WrongFigure):
        indicator().figure(since=date(2026, 4, 1), until=date(2026, 4, 1))


def test_few_people_are_never_shown():
    for people in range(11):
        assert Figure.count(people) == Figure.hidden()
    assert Figure.count(11).value == Figure.count(12).value == 10
    assert Figure.count(13).value == 15
    for whole in range(1, 300):
        for part in range(whole + 1):
            figure = Figure.share(part, whole)
            if figure.suppressed:
                assert whole < 20
                assert figure.value is figure.numerator is figure.denominator is None
                continue
            assert 5 <= figure.value <= 95
            assert figure.denominator >= 20
            assert figure.denominator % 5 == 0
            if figure.numerator is not None:
                assert figure.numerator >= 15
                assert figure.denominator - figure.numerator >= 15
    assert Figure.share(0, 0) == Figure.none()
    assert not Figure.share(0, 0).suppressed
    assert Figure.typical(31.6, 17) == Figure.hidden()
    assert Figure.typical(31.6, 18).value == 32
