"""What a reader reads of a page or a letter.

A form's key and a signed link are drawn by chance, and one day they spell "Ana": a test that a short word is *not* on a
page asks here.
"""

import re

_UNREAD = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>|\bhttps?://\S+", re.DOTALL)


def words_read(said: str) -> set[str]:
    """The words somebody reads in a page or a letter: no tags, no attributes, no addresses."""
    return set(re.findall(r"\w+", _UNREAD.sub(" ", said)))
