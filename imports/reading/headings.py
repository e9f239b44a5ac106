"""Headings on two lines: groups above ("Certificate" over "Name" and "Date"), or the same words in two languages."""

import re
from collections import Counter
from collections.abc import Callable

from imports.values import text

Known = Callable[[str], bool]
# Alone these say nothing: what the column holds is the group.
_BARE = {"name", "title", "nombre", "titulo"}
_LONGEST = 40


def are_groups(above: list[str], header: list[str]) -> bool:
    """Whether the line above the headings may name groups of them. A title alone in the first cell does not."""
    filled = [i for i, cell in enumerate(above[: len(header)]) if cell.strip()]
    return bool(filled) and filled != [0] and _are_words(above)


def are_second(upper: list[str], lower: list[str], known: Known) -> bool:
    """Whether the line below the headings is more of them, and no record: nearly all of it is known as headings."""
    pairs = [pair for pair in _pairs(upper, lower) if pair[1]]
    understood = [pair for pair in pairs if known(pair[1]) or _together(*pair, known)]
    return len(understood) >= 2 and len(understood) * 3 >= len(pairs) * 2 and _are_words(lower)


def joined(upper: list[str], lower: list[str], known: Known, never: Known) -> list[str]:
    """One heading for each column. What is never read stays recognizable: "Birth" over "Date" is "Birth Date"."""
    pairs = _pairs(upper, lower)
    times = Counter(text.plain(below) for _above, below in pairs)
    return [_one(above, below, times[text.plain(below)], known, never) for above, below in pairs]


def _one(above: str, below: str, times: int, known: Known, never: Known) -> str:
    both = f"{above} {below}".strip()
    if not above or not below or text.plain(above) == text.plain(below):
        return below or above
    if never(both) or never(below):
        return both if never(both) else below
    if found := _together(above, below, known):
        return found
    if known(above) and text.plain(below) in _BARE:
        return above
    # "Name" under two groups is two columns.
    if times == 1 and known(below):
        return below
    if never(above):
        return above
    return above if times == 1 and known(above) else both


def _together(above: str, below: str, known: Known) -> str:
    """ "Certificate" over "Date" is "Certificate Date", "Certificado" over "Fecha" is "Fecha del Certificado"."""
    ways = [f"{above} {below}", *(f"{below} {word}{above}" for word in ("", "of ", "de ", "del "))]
    return next((way for way in ways if above and known(way)), "")


def _pairs(upper: list[str], lower: list[str]) -> list[tuple[str, str]]:
    """What stands above and below in each column; a group counts for the empty cells to its right."""
    pairs, group = [], ""
    for i in range(max(len(upper), len(lower))):
        above, below = (text.line(cells[i]) if i < len(cells) else "" for cells in (upper, lower))
        group = above or group
        pairs.append((group if below else above, below))
    return pairs


def _are_words(cells: list[str]) -> bool:
    return not any(re.search(r"[\d@]", cell) or len(cell) > _LONGEST for cell in cells)
