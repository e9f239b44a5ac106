"""The timeline: where phases and milestones stand between the first and the last day, in whole thousandths."""

from dataclasses import dataclass
from datetime import date

WIDTH = 1000


@dataclass(frozen=True)
class Bar:
    """A phase on the drawing."""

    phase: object
    number: int
    x: int
    width: int
    y: int
    state: str  # past, now, next


@dataclass(frozen=True)
class Drawing:
    """What the drawing shows; the list below it says the same in words."""

    bars: list[Bar]
    marks: list[tuple[int, int, bool]]  # x, y, done
    today_x: int | None
    height: int
    width: int = WIDTH


def drawing(initiative, phases, *, today: date) -> Drawing:
    """Phases one under another, their milestones on them, and today."""
    first, last = initiative.starts_on, initiative.ends_on
    days = max(1, (last - first).days + 1)

    def x(day: date) -> int:
        return round(WIDTH * min(max((day - first).days, 0), days) / days)

    bars, marks = [], []
    for number, phase in enumerate(phases):
        y = 30 + 44 * number
        left, right = x(phase.starts_on), round(WIDTH * min((phase.ends_on - first).days + 1, days) / days)
        bars.append(Bar(phase, number + 1, left, max(right - left, 6), y, state_of(phase, today=today)))
        marks += [(x(mark.due_on), y + 14, bool(mark.done_on)) for mark in phase.marks]
    today_x = x(today) if first <= today <= last else None
    return Drawing(bars, marks, today_x, height=44 + 44 * len(bars))


def state_of(phase, *, today: date) -> str:
    """Whether a phase is past, going on, or still to come."""
    if phase.ends_on < today:
        return "past"
    return "now" if phase.starts_on <= today else "next"
