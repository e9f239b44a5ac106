"""Words that do not belong in an opening. Pure: text in, findings and sentences out.

Two kinds. Some words are refused: they shut people out or ask for what an opening must not ask for, and the law leaves
no doubt. Others are asked about: a law or a contract may demand them (citizenship on some federal work), so whoever
writes them says which, and everybody reads the answer on the opening's page.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from imports.values.text import plain

from . import people, personal, records, sentences

GROUNDS = [*records.GROUNDS, *people.GROUNDS, *personal.GROUNDS]

# Each sentence is searched on its own, so that "Travel: no. Felons welcome" is not "no felons". The dot of "U.S." ends
# none.
_SENTENCES = re.compile(r"(?<!\b\w)\.+|[!?;•\n\r]+|\s[-–—]\s")
_COLON = re.compile(r"(?<!\b\w)\.+|[!?;:•\n\r]+|\s[-–—]\s")
# What names everybody names nobody: "men and women wanted".
_ONE, _OTHER = r"(?:men|man|males?|boys|guys)", r"(?:wom[ae]n|females?|girls|gals|ladies)"
_UNO, _OTRA = r"(?:hombres?|varones|masculino|muchachos|caballeros)", r"(?:mujer(?:es)?|femenino|muchachas|damas)"
_EVERYBODY = re.compile(
    rf"\b(?:{_ONE} (?:and |or )?{_OTHER}|{_OTHER} (?:and |or )?{_ONE}"
    rf"|{_UNO} (?:[oyue] )?{_OTRA}|{_OTRA} (?:[oyue] )?{_UNO})\b"
)


@dataclass(frozen=True)
class Found:
    """Words as they were written, the ground that is against them, and whether an answer can let them stand."""

    ground: str
    words: str
    asks: bool = False

    def __str__(self):
        return sentences.of(self.ground, self.words)


def found(text: str, *, sponsor: bool = False) -> list[Found]:
    """What in the text does not belong in an opening, each once, in the order in which it stands.

    `sponsor`: an apprenticeship's own, whose fee for the test a rule may allow.
    """
    seen = [finding for part in _SENTENCES.split(text) for finding in _in_sentence(part)]
    seen = [Found("fee", one.words, asks=True) if sponsor and one.ground == "payment" else one for one in seen]
    return list(dict.fromkeys(seen))


@lru_cache(maxsize=4096)  # exports of job systems repeat the same sentences in every row
def _in_sentence(part: str) -> tuple[Found, ...]:
    seen = []
    said = _EVERYBODY.sub("people", plain(part))
    for ground in GROUNDS:
        if ground.key == "record":
            seen += [_found(ground, piece, words) for piece, words in _records(ground, part)]
        elif words := ground.search(said):
            seen.append(_found(ground, part, words))
    return tuple(seen)


def problems(text: str) -> list[str]:
    """A sentence for each refused wording, with the law and what to write instead; none when all is well."""
    return [str(finding) for finding in found(text) if not finding.asks]


def _records(ground, part: str):
    """A colon ends what these patterns read: "Travel: no: felons welcome" is two things said."""
    for piece in _COLON.split(part):
        if words := ground.search(plain(piece)):
            yield piece, words


def _found(ground, part: str, words: str) -> Found:
    return Found(ground.key, _as_written(part, words), ground.asks)


def _as_written(part: str, words: str) -> str:
    """The words of the original text that were found in its plain form."""
    spans = [(plain(match.group()), *match.span()) for match in re.finditer(r"[^\W_]+(?:['’][^\W_]+)*", part)]
    wanted = words.split()
    for at in range(len(spans) - len(wanted) + 1):
        if [word for word, _start, _end in spans[at : at + len(wanted)]] == wanted:
            return part[spans[at][1] : spans[at + len(wanted) - 1][2]]
    return words
