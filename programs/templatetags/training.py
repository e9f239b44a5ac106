"""Filters of the training pages."""

import re

from django import template
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from programs import facts
from programs.models import Credential
from programs.search import plain

register = template.Library()


def span(months: int) -> str:
    """36 -> "3 years", 6 -> "6 months"."""
    if months % 12 == 0:
        return ngettext("%(n)s year", "%(n)s years", months // 12) % {"n": months // 12}
    return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}


# Weekdays as people write them, in lower case and without accents.
NAMES = (
    "mon monday lun lunes",
    "tue tues tuesday mar martes",
    "wed wednesday mie miercoles",
    "thu thur thurs thursday jue jueves",
    "fri friday vie viernes",
    "sat saturday sab sabado",
    "sun sunday dom domingo",
)
DAYS = {name: number for number, names in enumerate(NAMES) for name in names.split()}
LONG = 5  # letters from which a name is written out: "thur" is short, "lunes" is not


@register.filter
def weekdays(schedule: str) -> str:
    """The days named in a class's hours, in the reader's language: "Mon-Thu 5:30-9 pm" -> "lun-jue 5:30-9 pm"."""

    def said(word: re.Match) -> str:
        number = DAYS.get(plain(word[0]))
        if number is None:
            return word[0]
        name = str((WEEKDAYS_ABBR if len(word[0]) < LONG else WEEKDAYS)[number])
        return name.lower() if get_language() == "es" else name

    return re.sub(r"[^\W\d_]+", said, schedule)


@register.simple_tag
def fact(said: str):
    """What a source says of a program, in the reader's language where we have it, else marked as English."""
    text, known = facts.read(said)
    return text if known else format_html('<span lang="en">{}</span>', text)


@register.simple_tag
def facts_told(program) -> dict:
    """Which notes belong under the facts of a program."""
    translated, english = facts.of(program)
    return {"translated": translated, "english": english}


@register.filter
def at(found: dict, key):
    """What a dictionary has for the key; nothing when it has none."""
    return found.get(key)


@register.filter
def validity(credential: Credential) -> str:
    """How long a credential holds, in one plain sentence of its kind."""
    kinds = Credential.Validity
    if credential.validity == kinds.NONE:
        return _("Does not expire.")
    sentence = {
        kinds.FIXED: _("Valid for %(term)s."),
        kinds.EMPLOYER: _("Each employer checks again, at least every %(term)s."),
        kinds.REFRESHER: _("Stays valid with a refresher every %(term)s."),
        kinds.CONTINUITY: _("Stays valid while you do this work; proof is due every %(term)s."),
        kinds.HOURS_CE: _("Renewed every %(term)s with hours of work and continuing education."),
    }[credential.validity]
    return sentence % {"term": span(credential.term_months)}
