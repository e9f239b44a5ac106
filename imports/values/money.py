"""Pay, whatever period it is written for, as one hourly figure in cents, with its origin.

2,080 hours a year: 52 weeks of 40 hours, as the Bureau of Labor Statistics counts for its Occupational Employment
and Wage Statistics ("year-round, full-time hours figure of 2,080 hours"). 40 hours a week: the straight-time week of
the Fair Labor Standards Act (29 U.S.C. 207). 8 hours a day: California's ordinary workday (Labor Code 510); public
lists that print one rate both ways agree with it (277.04 a day beside 34.63 an hour). An office whose day has 7 hours
changes HOURS.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_noop

from imports.problems import Bad

from .text import plain

HOURS = {
    "hour": Decimal(1),
    "day": Decimal(8),
    "week": Decimal(40),
    "two weeks": Decimal(80),
    "half month": Decimal(2080) / 24,
    "month": Decimal(2080) / 12,
    "year": Decimal(2080),
}
# How the origin is written: kept with the opening in English, the language of the figure's source.
_ORIGIN = {
    "day": gettext_noop("%(pay)s a day ÷ 8 hours"),
    "week": gettext_noop("%(pay)s a week ÷ 40 hours"),
    "two weeks": gettext_noop("%(pay)s every two weeks ÷ 80 hours"),
    "half month": gettext_noop("%(pay)s twice a month × 24 ÷ 2,080 hours"),
    "month": gettext_noop("%(pay)s a month × 12 ÷ 2,080 hours"),
    "year": gettext_noop("%(pay)s a year ÷ 2,080 hours"),
}
_PERIODS = {
    "hour": "hour hourly hr hrs h per hour an hour a hour ph hora por hora la hora hours",
    "day": "day daily d per day a day per diem dia diario diaria por dia al dia",
    "week": "week weekly wk w per week a week semana semanal por semana a la semana",
    "two weeks": "biweekly|bi weekly|every two weeks|fortnightly|quincenal|every 2 weeks",
    "half month": "semimonthly|semi monthly|twice a month",
    "month": "month monthly mo mth per month a month mes mensual por mes al mes",
    "year": "year yearly yr annual annually annum y per year a year per annum pa ano anual por ano al ano salary",
}


def _spellings() -> dict[str, str]:
    found = {}
    for period, spelled in _PERIODS.items():
        for word in spelled.split("|") if "|" in spelled else spelled.split():
            found.setdefault(plain(word), period)
    return found


_SPELLED = _spellings()
_NEUTRAL = {
    "per",
    "an",
    "por",
    "la",
    "al",
    "a",
    "every",
    "the",
    "el",
    "rate",
    "pay",
    "salary",
    "basis",
    "usd",
    "dollars",
}
# An hour of work is paid between one dollar and a thousand; outside, the figure or its period is wrong.
LOWEST, HIGHEST = 100, 100_000
_FIGURE = re.compile(r"(?<![\w.,])\$?\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*([kK]\b)?")


@dataclass(frozen=True)
class Pay:
    """Hourly, in cents. `origin` is empty when the sheet already said it by the hour."""

    low: int
    high: int | None
    origin: str = ""


def period(text: str) -> str:
    """ "Annual" -> "year", "/hr" -> "hour", "" -> "". Raises Bad("money_period")."""
    bare = plain(text)
    if not bare:
        return ""
    if bare in _SPELLED:
        return _SPELLED[bare]
    said = {_SPELLED[w] for w in bare.split() if w not in _NEUTRAL and w in _SPELLED}
    if len(said) == 1:
        return said.pop()
    raise Bad("money_period")


def amounts(text: str) -> tuple[list[Decimal], str]:
    """The figures of a cell and its period, if it names one: "$52,000 - $61,000/yr" -> ([52000, 61000], "year")."""
    found = [Decimal(number.replace(",", "")) * (1000 if thousand else 1) for number, thousand in _FIGURE.findall(text)]
    if not found or len(found) > 2:
        raise Bad("money")
    words = _FIGURE.sub(" ", text).replace("/", " per ")
    said = {_SPELLED[w] for w in plain(words).split() if w in _SPELLED and w not in _NEUTRAL}
    if "biweekly" in squeeze(words):
        said = {"two weeks"}
    return found, said.pop() if len(said) == 1 else ""


def squeeze(text: str) -> str:
    return plain(text).replace(" ", "")


def hourly(low: Decimal | None, high: Decimal | None, every: str) -> Pay | None:
    """One hourly figure for a range of pay; a missing or zero end is the other one.

    Without a period the size decides only where it can decide: up to 250 is by the hour, from 10,000 by the year.
    Raises Bad with `money_no_period`, `money_order` or `money_unlikely`.
    """
    low, high = low or None, high or None
    if low is None and high is None:
        return None
    low = high if low is None else low
    if not every:
        every = _guess(low, high)
    if high is not None and high < low:
        raise Bad("money_order", low=_plain(low), high=_plain(high))
    first, last = (None if end is None else _cents(end / HOURS[every]) for end in (low, high))
    for end, cents in ((low, first), (high, last)):
        if cents is not None and not LOWEST <= cents <= HIGHEST:
            raise Bad("money_unlikely", value=_plain(end), hourly=f"${cents / 100:,.2f}")
    said = _plain(low) if high in (None, low) else f"{_plain(low)} to {_plain(high)}"
    origin = _ORIGIN[every] % {"pay": said} if every in _ORIGIN else ""
    return Pay(first, last if last != first else None, origin)


def _guess(low: Decimal, high: Decimal | None) -> str:
    if (high or low) <= 250:
        return "hour"
    if low >= 10_000:
        return "year"
    raise Bad("money_no_period", value=_plain(low))


def _cents(dollars: Decimal) -> int:
    return int((dollars * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _plain(figure: Decimal) -> str:
    """51907.68 -> "51,907.68"; 74990.0 -> "74,990"."""
    whole = figure == figure.to_integral_value()
    return f"{figure:,.0f}" if whole else f"{figure.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
