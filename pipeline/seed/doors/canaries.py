"""Marked texts: each holds a word that stands nowhere else, and somebody knows whose it is."""

import random
import re
from dataclasses import dataclass, field

LETTERS = "bcdfghjkmnpqrstvwxz"
AREAS = ("209", "323", "408", "415", "510", "530", "559", "562", "619", "626", "650", "661", "707", "714", "760", "909")
# What to look for in an answer: the words, phone numbers as they are kept and as they are shown, hourly wages.
FOUND = re.compile(r"zq[bcdfghjkmnpqrstvwxz]{8}|\(?\d{3}\)?[ -]?555-?01\d\d|\b\d\d\.\d\d\b", re.IGNORECASE)


@dataclass
class Canaries:
    """Every marked text by its word: whose it is, of which class, and around which organization or council."""

    dice: random.Random | None = None
    planted: dict[str, dict] = field(default_factory=dict)

    def _plant(self, canary: str, body, kind: str, person, council=None) -> str:
        if canary in self.planted:
            raise ValueError(f"{canary} would stand for two things.")
        self.planted[canary] = {
            "organization": str(body.public_id) if body else None,
            "class": kind,
            "person": str(person.public_id) if person else None,
            "council": str(council.public_id) if council else None,
        }
        return canary

    def word(self, kind: str, *, body=None, person=None, council=None) -> str:
        """A word that stands nowhere else."""
        word = "zq" + "".join(self.dice.choice(LETTERS) for _letter in range(8))
        return self._plant(word, body, kind, person, council)

    def phone(self, kind: str, *, body=None, person=None) -> str:
        """A number reserved for fiction that nobody else here has."""
        number = sum(canary.startswith("+1") for canary in self.planted)
        area, line = divmod(number, 100)
        return self._plant(f"+1{AREAS[area]}55501{line:02d}", body, kind, person)

    def cents(self, kind: str, *, body=None, person=None) -> int:
        """An hourly wage that nobody else here wishes."""
        cents = 1801 + 7 * sum(wage["class"] == kind for wage in self.planted.values())
        self._plant(f"{cents / 100:.2f}", body, kind, person)
        return cents

    def found_in(self, text: str) -> set[str]:
        """The canaries that stand in a text."""
        return {self._known(found) for found in FOUND.findall(text)} & self.planted.keys()

    @staticmethod
    def _known(found: str) -> str:
        digits = re.sub(r"\D", "", found)
        return f"+1{digits[-10:]}" if len(digits) >= 10 else found.lower()
