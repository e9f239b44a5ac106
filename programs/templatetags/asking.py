"""How places in classes are said, and links to ask for one."""

from django import template
from django.utils import timezone

from accounts.policies import memberships_of

from ..models import PlaceRequest
from ..places import notices, queries

register = template.Library()


@register.filter
def answer_said(asked: PlaceRequest) -> str:
    """The answer to a person as a sentence."""
    return notices.said(asked.program, asked.answer, on=asked.answer_on, other=asked.other)


@register.filter
def other_classes(asked: PlaceRequest) -> str:
    """Where one looks on after a no."""
    return notices.others(asked.program)


@register.simple_tag
def places_waiting(user) -> int:
    """How many wait for the answer of somebody's own organizations."""
    return queries.waiting_for(user, at=timezone.now())


@register.simple_tag
def place_asked(program, user) -> PlaceRequest | None:
    """What the reader asked of this program last, unless they took it back."""
    return queries.latest(program, user)


@register.simple_tag
def may_ask(program, user) -> bool:
    """Whether the reader is somebody to show the button to: people who look for training, and whoever is nobody yet."""
    if not program.is_open:
        return False
    if not user.is_authenticated:
        return True
    return user.is_trainee or not memberships_of(user)
