"""Published indicators: what the region measures, by name, so that one room shows a figure another room counts.

A room that measures something registers it when it starts; a room that shows figures reads the registry and never
imports the one that counts. What comes out may be put on a public page as it is, so whoever registers makes each
`Figure` with the constructors here: they hold the rule for small numbers in one place (docs/figures.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# CalHHS Data De-identification Guidelines 4.4: no count of people from 1 to 10; no share or median of fewer than 20.
SMALLEST_COUNT = 11
SMALLEST_BASE = 20

REGION, PROVIDER, EMPLOYER = "region", "provider", "employer"
SCOPES = (REGION, PROVIDER, EMPLOYER)
UNITS = ("days", "percent", "people")


class WrongFigure(ValueError):
    """Somebody registers, or asks for, a figure that cannot be."""


@dataclass(frozen=True)
class Scope:
    """What a figure is about: the whole region, or one organization by its row number."""

    kind: str = REGION
    organization: int | None = None

    def __post_init__(self):
        if self.kind not in SCOPES:
            raise WrongFigure(f"A figure is about one of {', '.join(SCOPES)}, not {self.kind!r}.")
        if (self.kind == REGION) != (self.organization is None):
            raise WrongFigure("The region has no organization; every other scope needs one.")


@dataclass(frozen=True)
class Figure:
    """One figure that may be shown to anybody. `value` is None where there is nothing to show or it is suppressed."""

    value: int | None
    numerator: int | None = None
    denominator: int | None = None
    suppressed: bool = False

    @classmethod
    def none(cls) -> "Figure":
        """Nothing happened in this time, so there is nothing to measure."""
        return cls(None)

    @classmethod
    def hidden(cls) -> "Figure":
        """There is a figure, of too few people to publish."""
        return cls(None, suppressed=True)

    @classmethod
    def count(cls, people: int) -> "Figure":
        """So many people, rounded to 5; fewer than 11, none included, are not told apart."""
        return cls.hidden() if people < SMALLEST_COUNT else cls(_rounded(people))

    @classmethod
    def share(cls, part: int, whole: int) -> "Figure":
        """`part` of `whole` in percent, made of the rounded numbers and never nearer to 0 or 100 than 5."""
        if not whole:
            return cls.none()
        part, whole = _rounded(part), _rounded(whole)
        if whole < SMALLEST_BASE:
            return cls.hidden()
        percent = min(95, max(5, round(100 * part / whole)))
        # Parts under 11, and rests under 11, are as good as counts of those people.
        shown = SMALLEST_COUNT <= part <= whole - SMALLEST_COUNT
        return cls(percent, part if shown else None, whole)

    @classmethod
    def typical(cls, value: float, people: int) -> "Figure":
        """A median over so many people, in whole units."""
        if not people:
            return cls.none()
        if _rounded(people) < SMALLEST_BASE:
            return cls.hidden()
        return cls(round(value), None, _rounded(people))


@dataclass(frozen=True)
class Indicator:
    """One thing the region measures, the same way each time.

    `compute(since=, until=, scope=)` counts what happened from `since` up to, not including, `until`. `better` says
    which way is good. `months` is how long a stretch of time one figure needs to be steady.
    """

    key: str  # "days-to-hire"; kept for good, for others write it down
    name: str | Promise
    definition: str | Promise
    unit: str
    better: str  # "up" or "down"
    compute: Callable[..., Figure]
    scopes: tuple[str, ...] = (REGION,)
    months: int = 3

    def figure(self, *, since: date, until: date, scope: Scope | None = None) -> Figure:
        """The figure of that time. Raises WrongFigure for a scope it is not measured for, or a time that is none."""
        scope = scope or Scope()
        if scope.kind not in self.scopes:
            raise WrongFigure(f"{self.key} is not measured for one {scope.kind}.")
        if since >= until:
            raise WrongFigure("A figure needs a first day before its last.")
        return self.compute(since=since, until=until, scope=scope)

    def say(self, value: int | None) -> str:
        """The value with its unit, in the reader's language."""
        if value is None:
            return "—"
        if self.unit == "percent":
            return _("%(n)s percent") % {"n": value}
        if self.unit == "days":
            return ngettext("%(n)s day", "%(n)s days", value) % {"n": value}
        return ngettext("%(n)s person", "%(n)s people", value) % {"n": value}

    def improved(self, before: int, after: int) -> bool | None:
        """Whether `after` is better than `before`; None when they are the same."""
        if before == after:
            return None
        return (after > before) == (self.better == "up")


_indicators: dict[str, Indicator] = {}


def publish(indicator: Indicator) -> Indicator:
    """Register an indicator, once, when its room starts. Raises WrongFigure for one that says something impossible."""
    if indicator.unit not in UNITS or indicator.better not in ("up", "down"):
        raise WrongFigure(f"{indicator.key}: unit is one of {', '.join(UNITS)}; better is up or down.")
    if not indicator.scopes or not set(indicator.scopes) <= set(SCOPES):
        raise WrongFigure(f"{indicator.key}: scopes are some of {', '.join(SCOPES)}.")
    if indicator.key in _indicators and _indicators[indicator.key] != indicator:
        raise WrongFigure(f"{indicator.key} is already something else.")
    _indicators[indicator.key] = indicator
    return indicator


def indicators() -> list[Indicator]:
    """All that is measured, in the order it was registered."""
    return list(_indicators.values())


def indicator(key: str) -> Indicator | None:
    """The indicator of that key, or None if nobody measures it any more."""
    return _indicators.get(key)


def _rounded(n: int) -> int:
    """To the nearest 5, halves up: what is published can be told from its neighbors only in steps of five people."""
    return (n + 2) // 5 * 5
