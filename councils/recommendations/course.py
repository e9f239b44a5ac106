"""The course of a figure: read when a recommendation is adopted and then again and again, kept, and drawn.

What was read stays as it was read: a figure that was published does not change afterwards because a row was mended.
"""

import calendar
from dataclasses import dataclass
from datetime import date

from ..models import Reading, Recommendation

BEFORE = 4  # stretches of time before the adoption


def months_on(day: date, months: int) -> date:
    """The same day so many months later (or earlier), or the last of a shorter month."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def stretches(adopted_on: date, months: int, *, today: date) -> list[tuple[date, date]]:
    """Stretches of so many months that end at, or begin with, the day of the adoption, as far as they are over."""
    found = []
    number = -BEFORE
    while (until := months_on(adopted_on, months * (number + 1))) <= max(today, adopted_on):
        found.append((months_on(adopted_on, months * number), until))
        number += 1
    return found


def read(recommendation: Recommendation, *, today: date) -> int:
    """Write down the figures that can be read by today and were not yet; return how many."""
    indicator = recommendation.measured
    if not indicator or not recommendation.adopted_on:
        return 0
    if recommendation.scope != "region" and not recommendation.organization_id:
        return 0  # the organization is gone
    known = set(recommendation.readings.values_list("since", flat=True))
    made = []
    for since, until in stretches(recommendation.adopted_on, indicator.months, today=today):
        if since in known:
            continue
        figure = indicator.figure(since=since, until=until, scope=recommendation.figure_scope)
        made.append(
            Reading(
                recommendation=recommendation,
                since=since,
                until=until,
                value=figure.value,
                base=figure.denominator,
                is_suppressed=figure.suppressed,
                read_on=today,
            )
        )
    Reading.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


# --- Drawing ----------------------------------------------------------------------------------------------------------
# Narrow, so that its words can be read on a phone; on a screen it grows no further than the style lets it.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 400, 230, 40, 12, 28, 36


@dataclass(frozen=True)
class Dot:
    """One figure on the drawing."""

    x: int
    y: int
    reading: Reading
    words: str


@dataclass(frozen=True)
class Course:
    """A drawing and what stands beside it. Whole numbers only: a comma in a number would break it in Spanish."""

    dots: list[Dot]
    lines: list[str]  # points of unbroken lines
    ticks: list[tuple[int, int]]  # (y, value)
    adopted_x: int
    labels: list[tuple[int, Reading]]
    frozen: Reading | None
    latest: Reading | None
    improved: bool | None
    hidden: int = 0  # stretches of which there is a figure, of too few people to show
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def course(recommendation: Recommendation, readings: list[Reading]) -> Course | None:
    """The drawing of these readings; None while there is nothing to draw."""
    indicator = recommendation.measured
    if not readings or not recommendation.adopted_on:
        return None
    step = (WIDTH - LEFT - RIGHT) / len(readings)
    top = max([r.value for r in readings if r.value is not None], default=0)
    scale = next(n for n in (5, 10, 20, 25, 50, 100, 200, 400, 800, 10**9) if n >= top)

    def y(value: int) -> int:
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / scale)

    dots, lines, run = [], [], []
    for number, reading in enumerate(readings):
        x = round(LEFT + step * (number + 0.5))
        if reading.value is None:
            lines, run = [*lines, run], []
            continue
        words = indicator.say(reading.value) if indicator else str(reading.value)
        dots.append(Dot(x, y(reading.value), reading, words))
        run.append(f"{x},{y(reading.value)}")
    lines = [" ".join(run) for run in [*lines, run] if len(run) > 1]
    before = [r for r in readings if r.until <= recommendation.adopted_on]
    after = [r for r in readings if r.since >= recommendation.adopted_on and r.value is not None]
    frozen = before[-1] if before and before[-1].value is not None else None
    latest = after[-1] if after else None
    every = max(1, -(-len(readings) // 4))
    return Course(
        dots=dots,
        lines=lines,
        ticks=[(y(scale * n // 4), scale * n // 4) for n in (0, 2, 4)],
        adopted_x=round(LEFT + step * len(before)),
        labels=[(round(LEFT + step * (n + 0.5)), r) for n, r in enumerate(readings) if n % every == 0],
        frozen=frozen,
        latest=latest,
        improved=indicator.improved(frozen.value, latest.value) if indicator and frozen and latest else None,
        hidden=sum(reading.is_suppressed for reading in readings),
    )
