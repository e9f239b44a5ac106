"""Filters of the training pages."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.models import Credential

register = template.Library()


def span(months: int) -> str:
    """36 -> "3 years", 6 -> "6 months"."""
    if months % 12 == 0:
        return ngettext("%(n)s year", "%(n)s years", months // 12) % {"n": months // 12}
    return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}


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
