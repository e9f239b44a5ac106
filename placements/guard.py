"""What nobody writes about a person here, in any field: numbers of the state, immigration status, convictions, and what
the law protects. Pure: text in, a sentence for whoever wrote it out; nothing when it may stay.

It catches the plain cases, in both languages, and says why. It is no censor: what matters for the work can be said
without it, and a person's own words about themselves on their own page are not looked at.
"""

import re

from django.utils.translation import gettext as _

from imports.values.contacts import has_ssn
from imports.values.text import plain

_STATUS = (
    r"un ?documented|illegal (?:alien|immigrant)s?|immigration status|citizenship status|green cards?|work visas?"
    r"|visa status|daca|asylum|deported|deportation|no papers|without papers"
    r"|indocumentad\w+|sin papeles|estatus (?:migratorio|legal)|tarjeta verde|deportad\w+|ciudadania"
)
_RECORD = (
    r"felon\w*|convict(?:ed|ion|ions|s)?|criminal (?:record|history)|rap sheet|parole|probation officer|in prison"
    r"|in jail|ex con|misdemeanou?rs?"
    r"|antecedentes penales|felonias?|delincuentes?|presidiari\w+|en la carcel|libertad condicional"
)
_PROTECTED = (
    r"pregnan\w+|disabilit\w+|(?:is|was) disabled|diagnosed|medications?|hiv|religio\w+|muslim|jewish"
    r"|sexual orientation|lesbian|transgender|ethnicity"
    r"|embarazad\w+|discapacid\w+|raza|orientacion sexual"
)
_FOUND = [re.compile(rf"\b(?:{words})\b") for words in (_STATUS, _RECORD, _PROTECTED)]


def refuse(text: str) -> str:
    """Why this may not be written about a person; empty when it may."""
    if not text:
        return ""
    if has_ssn(text):
        return _("This looks like a Social Security number. We never keep one. Please take it out.")
    said = plain(text)
    if any(found.search(said) for found in _FOUND):
        return _(
            "Please leave out immigration status, records, health, faith and the like. The law protects them, and they "
            "must not decide about work."
        )
    return ""
