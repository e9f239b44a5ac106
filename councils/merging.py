"""Putting two people's changes of one text together, line by line. Pure."""

from difflib import SequenceMatcher

BETWEEN = "— — —"  # stands between the two where both changed the same lines


def merge(base: str, mine: str, theirs: str) -> tuple[str, bool]:
    """What stood, what I made of it, what somebody else made of it: the text with both changes, and whether they clash.

    Lines that both left alone divide the text into pieces. A piece that one of us changed is taken as changed; where
    both changed it differently both stand in it: theirs, a line of dashes, mine. No line that either wrote is lost.
    """
    old, left, right = _lines(base), _lines(mine), _lines(theirs)
    in_left, in_right = _same(old, left), _same(old, right)
    out, clash = [], False
    o = m = t = 0
    for here in [n for n in range(len(old)) if n in in_left and n in in_right] + [None]:
        m_end, t_end = (len(left), len(right)) if here is None else (in_left[here], in_right[here])
        piece, differ = _piece(old[o : len(old) if here is None else here], left[m:m_end], right[t:t_end])
        out += piece
        clash |= differ
        if here is not None:
            out.append(old[here])
            o, m, t = here + 1, m_end + 1, t_end + 1
    return "\n".join(out), clash


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _same(old: list[str], new: list[str]) -> dict[int, int]:
    """Which line of the old stands where in the new."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {block.a + n: block.b + n for block in blocks for n in range(block.size)}


def _piece(was: list[str], mine: list[str], theirs: list[str]) -> tuple[list[str], bool]:
    if mine in (theirs, was):
        return theirs, False
    if theirs == was:
        return mine, False
    less, more = sorted((mine, theirs), key=lambda lines: len("\n".join(lines)))
    if _goes_on("\n".join(was), "\n".join(less)) and _goes_on("\n".join(less), "\n".join(more)):
        return more, False  # such as a sentence sent half, of which the answer was lost, and now whole
    if not was:  # both added something in the same place: one under the other, and what both have once
        for less, more in ((theirs, mine), (mine, theirs)):  # such as mine sent before, of which the answer was lost
            if _within(less, more):
                return more, False
        return theirs + mine, False
    return [*theirs, BETWEEN, *mine] if theirs and mine else theirs + mine, True


def _goes_on(text: str, longer: str) -> bool:
    """Whether the second begins with all of the first; nothing that stood there was taken away."""
    return longer.startswith(text)


def _within(less: list[str], more: list[str]) -> bool:
    """Whether all these lines stand in those, in this order."""
    rest = iter(more)
    return all(line in rest for line in less)
