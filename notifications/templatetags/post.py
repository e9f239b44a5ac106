"""What pages of other rooms say about a person's addresses."""

from django import template
from django.urls import reverse

from .. import addresses, reached

register = template.Library()


@register.inclusion_tag("notifications/_closed.html")
def closed_to_me(user):
    """Says that an address of the reader refuses our messages, and what to do; nothing when all is well."""
    return {"closed": addresses.of_person(user), "mine": True, "link": reverse("told_list")}


@register.inclusion_tag("notifications/_closed.html")
def closed_to_them(person):
    """The same, about somebody else, for coordinators."""
    link = reverse("post_person", args=[person.public_id])
    return {"closed": addresses.of_person(person), "mine": False, "link": link}


@register.inclusion_tag("notifications/_unreached.html", takes_context=True)
def unreached_me(context, user):
    """Says that we cannot write to the reader yet, with the button that agrees to texts; nothing when we can."""
    return {"missing": reached.missing(user), "helping": bool(user.helped_by), "csrf_token": context.get("csrf_token")}


@register.filter
def is_reached(user) -> bool:
    """Whether a page may promise this person that we write to them."""
    return reached.is_reached(user)
