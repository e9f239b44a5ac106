"""What people write for shifts, licenses and languages, in English and Spanish."""

from accounts.models.people import Language, License, Shift
from imports.values import words
from imports.values.text import plain

_SHIFTS = words.spelled({
    Shift.DAY: "day|days|day shift|first|1st|first shift|morning|mornings|dia|dias|manana",
    Shift.SWING: "swing|evening|evenings|second|2nd|second shift|afternoon|tarde|tardes",
    Shift.NIGHT: "night|nights|night shift|graveyard|third|3rd|third shift|overnight|noche|noches",
    Shift.WEEKEND: "weekend|weekends|fin de semana|fines de semana",
})  # fmt: skip
_LICENSES = words.spelled({
    License.NONE: "none|no|no license|n|no tiene|ninguna|sin licencia",
    License.C: "c|class c|yes|y|si|driver s license|drivers license|driver license|regular|clase c",
    License.B: "b|class b|cdl b|cdl class b|class b cdl|clase b|commercial b",
    License.A: "a|class a|cdl a|cdl class a|class a cdl|clase a|cdl|commercial a",
})  # fmt: skip
_LANGUAGES = words.spelled({
    Language.EN: "english|en|eng|ingles",
    Language.ES: "spanish|es|spa|espanol|castellano",
    Language.PA: "punjabi|pa|panjabi",
    Language.HMN: "hmong|hmn",
    Language.TL: "tagalog|tl|filipino",
    Language.VI: "vietnamese|vi|vietnamita",
})  # fmt: skip
_SITE = {word: language for word, language in _LANGUAGES.items() if language in (Language.EN, Language.ES)}
_ANY_SHIFT = {"any", "all", "all shifts", "any shift", "flexible", "cualquiera", "todos"}


def site_language(text: str) -> str:
    """The language we write in: "Spanish" and "Spanish (some English)" are Spanish."""
    return words.choice(next(iter(plain(text).split()), ""), _SITE)


def read_shifts(text: str) -> list[str]:
    return list(Shift.values) if plain(text) in _ANY_SHIFT else words.choices(text, _SHIFTS)


def read_languages(text: str) -> list[str]:
    return words.choices(text, _LANGUAGES)


def read_license(text: str) -> str:
    return words.choice(text, _LICENSES)
