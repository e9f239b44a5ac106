"""Filters for the words of our pages: money, miles, dates in plain language (accounts.speech), hints of fields."""

from django import template
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext as _

from accounts import speech

DASHES = (BLANK_CHOICE_DASH[0], ("", "—"))

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


@register.filter
def in_words(field):
    """A field whose empty choice is said in a word: a row of dashes says nothing, least of all aloud."""
    said = _("Choose") if field.field.required else _("none chosen")
    if hasattr(field.field, "empty_label"):  # its choices are rows: they are read once, when they are shown
        if field.field.empty_label == DASHES[0][1]:
            field.field.empty_label = said
    elif choices := list(getattr(field.field.widget, "choices", ())):
        field.field.widget.choices = [("", said) if choice in DASHES else choice for choice in choices]
    return field


@register.filter
def hinted(field):
    """A field of a form that names the second hint beside it (`<c-field hint="...">`) to a screen reader as well."""
    return field.as_widget(attrs={"aria-describedby": f"{field.aria_describedby or ''} {field.auto_id}_hint".strip()})
