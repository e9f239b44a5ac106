"""Facts of programs in Spanish: our translation of what the sources and the examples say in English.

It goes by the English words themselves, so that a fact which a provider or a later source puts otherwise is shown as it
is written, and never beside a translation of something else.
"""

import csv
import functools

from django.conf import settings
from django.utils.translation import get_language

# What a person decides by, and most sources write in English alone.
FACTS = ("eligibility", "cost", "pay", "length", "hours_classroom", "hours_job", "certificates", "notes")


@functools.cache
def translations() -> dict[str, str]:
    """English -> Spanish, as in data/program_facts_es.csv."""
    with (settings.BASE_DIR / "data" / "program_facts_es.csv").open(newline="", encoding="utf-8") as file:
        return {row["en"]: row["es"] for row in csv.DictReader(file)}


def read(said: str) -> tuple[str, bool]:
    """The fact for this reader, and whether it is in their language; figures alone are in any."""
    if get_language() != "es" or not any(letter.isalpha() for letter in said):
        return said, True
    found = translations().get(said.strip())
    return (found, True) if found else (said, False)


def of(program) -> tuple[bool, bool]:
    """Of what a program's page shows: whether any fact is our translation, and whether any is in English still."""
    said = [getattr(program, name) for name in FACTS if getattr(program, name)]
    told = [read(one) for one in said]
    translated = any(known and text != one for one, (text, known) in zip(said, told, strict=True))
    return translated, not all(known for _text, known in told)
