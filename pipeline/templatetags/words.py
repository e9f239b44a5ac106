"""Filters for the words of our pages: money, miles, dates in plain language (accounts.speech)."""

from django import template
from django.utils.translation import gettext as _

from accounts import speech

register = template.Library()
register.filter("dollars", speech.dollars)
register.filter("miles", speech.miles)
register.filter("day", speech.day)
register.filter("phone", speech.phone)
register.filter("days_since", speech.days_since)


@register.filter
def all_of(words):
    """["English", "Spanish"] -> "English and Spanish"."""
    return speech.listed(words, _("and"))


@register.filter
def wage(opening):
    """The hourly pay an opening offers."""
    return speech.wage(opening.wage_min_cents, opening.wage_max_cents)
