"""What pages of other rooms say about a person's addresses."""

from django import template
from django.urls import reverse

from .. import addresses

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
