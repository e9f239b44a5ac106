"""A ground: one reason in law why words do not stand in an opening, with the patterns by which they are found."""

import re
from dataclasses import dataclass

# What stands further away than this says nothing of the words; and a long text takes no longer for each of its hits.
AROUND = 200


@dataclass(frozen=True, init=False)
class Ground:
    """Patterns are written for plain text (small letters, no accents, no signs) and begin at a word.

    `asks`: a law or a contract may demand the words, so the writer is asked for it instead of being refused.
    `unless_before` and `unless_after` are searched in what stands near, before and after the words, in their sentence:
    "never send your Social Security number" asks for none. No pattern may repeat without a bound what another part of
    it can take as well: people paste whole web pages, and every draft is read.
    """

    key: str
    pattern: re.Pattern
    asks: bool
    unless_before: re.Pattern | None
    unless_after: re.Pattern | None

    def __init__(self, key, *patterns, asks=False, unless_before="", unless_after=""):
        set_ = object.__setattr__
        set_(self, "key", key)
        set_(self, "pattern", re.compile("|".join(rf"\b(?:{pattern})" for pattern in patterns)))
        set_(self, "asks", asks)
        set_(self, "unless_before", re.compile(rf"(?:{unless_before}) ?$") if unless_before else None)
        set_(self, "unless_after", re.compile(rf"^ ?(?:{unless_after})") if unless_after else None)

    def search(self, said: str) -> str:
        """The first words of the sentence that the ground is about; "" when there are none."""
        for hit in self.pattern.finditer(said):
            if self.unless_before and self.unless_before.search(said, max(0, hit.start() - AROUND), hit.start()):
                continue
            if self.unless_after and self.unless_after.search(said[hit.end() : hit.end() + AROUND]):
                continue
            return hit.group().strip()
        return ""
