"""Seats left, for pages of rooms upstream that may not ask this room."""

from django import template

from matching import queries as matching
from placements import queries

register = template.Library()


@register.simple_tag
def seats_left(opening) -> int:
    """The opening's seats minus the hires written down."""
    return queries.seats_left([opening])[opening.pk]


@register.simple_tag
def people_passing(opening) -> int:
    """How many people pass every gate of the opening."""
    return matching.counts([opening]).get(opening.pk, {"fits": 0})["fits"]
