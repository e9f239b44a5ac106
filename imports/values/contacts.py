"""Email addresses, telephone numbers, names, and what must never come in."""

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.telling import HIDDEN, has_ssn, hide_ssn
from imports.problems import Bad

from .text import LOST, plain

__all__ = ["HIDDEN", "email", "has_ssn", "hide_ssn", "names_agree", "person_name", "phone", "same_name"]


def email(text: str) -> str:
    """The address in small letters; "Ana <ana@x.org>" and "mailto:" are understood. Raises Bad("email")."""
    bare = text.strip().strip(";,.").lower().removeprefix("mailto:").strip()
    if found := re.fullmatch(r"[^<>]*<\s*([^<>\s]+)\s*>", bare):
        bare = found.group(1)
    try:
        validate_email(bare)
    except ValidationError:
        raise Bad("email") from None
    if len(bare) > 254:
        raise Bad("email")
    return bare


def phone(text: str) -> str:
    """The number as +19095550123, read as a United States one unless it says otherwise. Raises Bad("phone")."""
    bare = text.strip().removesuffix(".0")
    try:
        number = phonenumbers.parse(bare, "US")
    except phonenumbers.NumberParseException:
        raise Bad("phone") from None
    if not phonenumbers.is_possible_number(number):
        raise Bad("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def person_name(text: str) -> str:
    """A person's name as said: "MORALES, ANA" -> "Ana Morales". Raises Bad when a letter was lost."""
    if LOST in text:
        raise Bad("broken_letters")
    if text.count(",") == 1:
        last, first = (part.strip() for part in text.split(","))
        if first.lower().strip(".") in {"jr", "sr", "ii", "iii", "iv"}:
            text = f"{last} {first}"
        elif first and last:
            text = f"{first} {last}"
    if len(text) > 3 and (text.isupper() or text.islower()):
        text = _capitals(text)
    if not any(c.isalpha() for c in text):
        raise Bad("needed")
    if len(text) > 150:
        raise Bad("too_long", limit=150)
    return text


_SMALL = {"de", "del", "la", "las", "los", "y", "van", "von", "da", "dos", "der", "den"}


def _capitals(text: str) -> str:
    words = [w if w in _SMALL and i else "-".join(p.capitalize() for p in w.split("-"))
             for i, w in enumerate(text.lower().split())]  # fmt: skip
    return " ".join(re.sub(r"\b(Mc|O['’])([a-z])", lambda m: m.group(1) + m.group(2).upper(), w) for w in words)


def same_name(one: str, other: str) -> bool:
    """Equal but for case, accents, punctuation and the order of the words."""
    return sorted(plain(one).split()) == sorted(plain(other).split())


def names_agree(one: str, other: str) -> bool:
    """At least one whole word of the names in common: what two spellings of one person's name always have."""
    return bool({w for w in plain(one).split() if len(w) > 1} & {w for w in plain(other).split() if len(w) > 1})
