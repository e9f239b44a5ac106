"""What other rooms' pages show of openings: they cannot ask this room themselves, their templates can."""

from django import template

from openings import queries

register = template.Library()

SHOWN = 3


@register.simple_tag
def openings_near(program) -> dict:
    """How many openings within reach of a program ask for what it teaches, and the nearest of them.

    A program that names no credential is read by its trades: `by_trade` says so.
    """
    rows = queries.near_program(program)
    first = list(rows[: SHOWN + 1])
    count = rows.count() if len(first) > SHOWN else len(first)
    return {
        "count": count,
        "first": first[:SHOWN],
        "more": count > SHOWN,
        "miles": queries.NEAR_A_PROGRAM,
        "by_trade": not program.credentials.all(),
    }
