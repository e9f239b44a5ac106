"""What a text tells that must never be kept, or that its writer may not mean to tell."""

import re

from django.utils.translation import gettext_lazy as _

_DASH = "\\-\u2010-\u2015\u2212"
_SSN = re.compile(
    rf"(?<![\d{_DASH}])(?:\d{{3}}|[xX*•#]{{3}})([ .]|[{_DASH}])(?:\d{{2}}|[xX*•#]{{2}})\1\d{{4}}(?![\d{_DASH}])"
    # Nine digits, or the last four, after its name.
    r"|(?:(?i:\bssn|\bitin|social security|seguro social)[^\d\n]{0,16})(?:\d{9}|\d{4})(?!\d)"
)
HIDDEN = "•••"

# What stands in it -> how it looks. Each finds rather too much than too little: the writer decides.
_MARKS = {
    _("an email address"): re.compile(r"[^\s@]+@[^\s@]+\.\w{2,}"),
    _("a phone number"): re.compile(r"(?<!\d)(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)"),
    _("a number like those of immigration papers"): re.compile(r"(?i)\bA[- ]?#?[- ]?\d{8,9}\b|\b[A-Z]{3}\d{10}\b"),
    _("a number like those of bank cards"): re.compile(r"(?<!\d)(?:\d[ -]?){13,16}(?!\d)"),
    _("a birthday"): re.compile(
        r"(?i)\b(?:born on|date of birth|birthday|dob|nac[íi] el|nacimiento|cumplea[ñn]os)\b\D{0,12}\d"
    ),
    _("a street address"): re.compile(
        r"(?i)\b\d{1,5} (?:[\w.]+ ){1,3}(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|blvd|boulevard|court|ct)\b"
        r"|\b(?:calle|avenida) [\w. ]{2,30}\d{1,5}\b"
    ),
    _("the name of who writes"): re.compile(r"(?i)\b(?:my name is|i am called|me llamo|mi nombre es|soy yo,)"),
}  # fmt: skip


def has_ssn(text: str) -> bool:
    """Whether the text holds something written like a Social Security number."""
    return bool(_SSN.search(text))


def hide_ssn(text: str) -> str:
    """The text without such numbers."""
    return _SSN.sub(HIDDEN, text)


def tells(text: str) -> list[str]:
    """By what in this text its writer, or somebody else, could be found: sentences' parts, in the reader's language."""
    return [str(what) for what, mark in _MARKS.items() if mark.search(text)]
