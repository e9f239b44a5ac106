"""A person's place on an opening's list, where a page shows the match."""

from django import template

from placements import places

register = template.Library()


@register.simple_tag
def place_of(match):
    """The place at this moment; None when the person is not on the list."""
    return places.now(match.opening, match.trainee)
