"""A person's place on an opening's list, where a page shows the match."""

from django import template
from django.utils import timezone

from placements import answering, places, turns

register = template.Library()


@register.simple_tag
def habit_of(organization):
    """How this employer or hall answers, as a sentence; nothing for whoever offers no work."""
    return answering.habits([organization], at=timezone.now())[organization.pk].sentence


@register.simple_tag
def turn_of(referral):
    """Where somebody who waits in order stands; None when they do not wait."""
    if referral is None or referral.state != referral.State.QUEUED:
        return None
    return turns.turn_of(referral, on=timezone.localdate())


@register.simple_tag
def place_of(match):
    """The place at this moment; None when the person is not on the list."""
    return places.now(match.opening, match.trainee)
