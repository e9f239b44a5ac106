"""How long until something happens, when for many it has not happened yet. Pure.

Leaving out who still waits would make every number too good; counting them as never would make it too bad. The
Kaplan-Meier estimate counts each of them as waiting for as long as we have watched them wait (Kaplan and Meier 1958).
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """Quartiles of a time in days; None where fewer than that share have got there yet."""

    quarter: int | None
    median: int | None
    three_quarters: int | None
    people: int
    arrived: int  # for whom it has happened

    @property
    def waiting(self) -> int:
        return self.people - self.arrived


def spread(watched: Iterable[tuple[int, bool, int]]) -> Spread:
    """The spread of (days, whether it happened, people): after so many days it happened, or they still waited."""
    happened: dict[int, int] = {}
    left: dict[int, int] = {}
    for days, arrived, people in watched:
        days = max(days, 0)
        happened[days] = happened.get(days, 0) + (people if arrived else 0)
        left[days] = left.get(days, 0) + people
    at_risk = people = sum(left.values())
    still, reached = 1.0, {}
    for days in sorted(left):
        still *= 1 - happened[days] / at_risk
        for share in (0.25, 0.5, 0.75):
            if still <= 1 - share + 1e-12:
                reached.setdefault(share, days)
        at_risk -= left[days]
    return Spread(reached.get(0.25), reached.get(0.5), reached.get(0.75), people, sum(happened.values()))
