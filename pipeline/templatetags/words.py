"""Filters for the words of our pages: money, miles, dates in plain language."""

from datetime import date

from django import template
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def dollars(cents):
    """2450 -> "$24.50"; nothing for None."""
    return "" if cents is None else f"${cents / 100:,.2f}"


@register.filter
def wage(opening):
    """ "$24.50 to $31.00 an hour" of an opening; nothing when it names no wage."""
    low, high = opening.wage_min_cents, opening.wage_max_cents
    if not low:
        return ""
    if high and high != low:
        return _("%(low)s to %(high)s an hour") % {"low": dollars(low), "high": dollars(high)}
    return _("%(low)s an hour") % {"low": dollars(low)}


@register.filter
def miles(value):
    """12.3 -> "12 miles"; under one mile says so."""
    if value is None:
        return ""
    if value < 1:
        return _("less than a mile")
    whole = round(value)
    return ngettext("%(n)s mile", "%(n)s miles", whole) % {"n": whole}


@register.filter
def day(value):
    """A date (or "2026-03-01", or a moment) as people write it in the reader's language."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    if hasattr(value, "tzinfo") and value.tzinfo:
        value = timezone.localtime(value)
    return formats.date_format(value, "DATE_FORMAT")


@register.filter
def days_since(value):
    """Whole days from a date or moment until today."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    if hasattr(value, "tzinfo"):
        value = timezone.localtime(value).date()
    return (timezone.localdate() - value).days
