"""Yes and no, numbers, choices and lists, in English and Spanish."""

import re
from urllib.parse import urlsplit

from imports.problems import Bad

from .text import plain


def spelled(words: dict[str, str]) -> dict[str, str]:
    """{"C": "class c|yes"} -> {"class c": "C", "yes": "C"}: for `choice` and `choices`."""
    return {plain(word): value for value, said in words.items() for word in said.split("|")}


_YES_NO = spelled({
    "yes": "yes|y|true|t|1|x|si|s|agreed|agree|agrees|accepts|accepted|acepta|acepto|aceptado|ok|signed|verdadero",
    "no": "no|n|false|f|0|declined|refuses|refused|falso|not agreed|no acepta|none",
})  # fmt: skip


def yes_no(text: str) -> bool:
    bare = plain(text.replace("✓", "x").replace("✔", "x").replace("☑", "x"))
    if bare not in _YES_NO:
        raise Bad("yes_no")
    return _YES_NO[bare] == "yes"


def whole(text: str, low: int, high: int) -> int:
    """A whole number in the range: "25 miles" -> 25, "25.0" -> 25."""
    found = re.fullmatch(r"\D{0,3}(\d{1,18})(?:\.0+)?\s*[a-zA-Z]{0,8}\.?", text.strip().replace(",", ""))
    if not found:
        raise Bad("number")
    number = int(found.group(1))
    if not low <= number <= high:
        raise Bad("number_range", low=low, high=high)
    return number


def choice(text: str, spelled: dict[str, str]) -> str:
    """The value that one of the known words stands for. `spelled` maps plain words to values."""
    bare = plain(text)
    if bare in spelled:
        return spelled[bare]
    raise Bad("choice", known=sorted(spelled)[:12])


def choices(text: str, spelled: dict[str, str]) -> list[str]:
    """Several of them, once each: "days, evenings / noches"."""
    found = []
    for part in parts(text, also=(" and ", " y ", " or ", " o ", "/", "&", "+")):
        value = choice(part, spelled)
        if value not in found:
            found.append(value)
    return found


def parts(text: str, also=()) -> list[str]:
    """The cell's parts: by semicolon, bar, comma and line break, and by the words in `also`."""
    for word in (";", "|", ",", *also):
        text = text.replace(word, "\n")
    return [part.strip() for part in text.split("\n") if part.strip()]


def web_address(text: str) -> str:
    """An http address; "www.x.org" gets its https. Raises Bad("web")."""
    bare = text.strip()
    if " " in bare or "@" in bare:
        raise Bad("web")
    if not re.match(r"https?://", bare, re.I):
        bare = f"https://{bare}"
    try:
        place = urlsplit(bare)
    except ValueError:
        raise Bad("web") from None
    if "." not in (place.hostname or "") or len(bare) > 500:
        raise Bad("web")
    return bare
