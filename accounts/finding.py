"""People by what one knows of them: words of the name in any order, without accents; the email; digits of the phone.

This finds anybody. Whom the reader may see at all is for the caller to add.
"""

import re
import unicodedata

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.db.models.lookups import Contains

from .folding import TABLE, folded
from .models import User

LONGEST, WORDS = 120, 6
ANYWHERE = 3  # letters from which a word may stand anywhere in a name; a shorter one begins a word of it
DIGITS = 4  # from so many on it may be a phone number
NOBODY = Q(pk__in=())


def fold(text: str) -> str:
    """The text as the index of names has it."""
    return unicodedata.normalize("NFD", text).lower().translate(TABLE)


def known_by(said: str) -> Q:
    """Which users are meant; nobody by fewer than two characters."""
    said = " ".join(said.replace("\0", "").split())[:LONGEST]
    if len(said) < 2:
        return NOBODY
    ways = []
    if "@" not in said:
        ways += _name(fold(said).split()[:WORDS])
    if "@" in said or (len(said) >= ANYWHERE and " " not in said):
        ways += _email(said)
    if not any(character.isalpha() for character in said):
        ways += _phone(re.sub(r"\D", "", said))
    # Each looked up by itself: of several conditions joined by OR PostgreSQL would read everybody.
    found = [way.order_by().values("pk") for way in ways]
    return Q(pk__in=found[0].union(*found[1:])) if found else NOBODY


def _name(words: list[str]) -> list:
    if not words:
        return []
    found, name = User.objects.all(), folded("full_name")
    for word in words:
        found = found.filter(Contains(name, word if len(word) >= ANYWHERE else f" {word}"))
    return [found]


def _email(said: str) -> list:
    """By addresses that begin so: the person's own, or another of theirs that they confirmed."""
    begins = said.lower().strip("<>")
    others = EmailAddress.objects.filter(email__startswith=begins, verified=True).order_by().values("user")
    return [User.objects.filter(email__startswith=begins), User.objects.filter(pk__in=others)] if begins else []


def _phone(digits: str) -> list:
    """By numbers with these digits; the 1 or +1 before all of them may be there or not."""
    if len(digits) < DIGITS:
        return []
    part = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    return [User.objects.filter(phone__contains=part)]
