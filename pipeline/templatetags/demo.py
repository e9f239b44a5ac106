"""The cast, for pages that do not come from the demo's own views (the sign-in page)."""

from django import template

from pipeline.demo import roles

register = template.Library()


@register.simple_tag
def demo_cast():
    return roles.cast()
