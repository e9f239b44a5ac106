"""Names as people search for them: small letters, no accents, no apostrophes; a hyphen or full stop is a space.

Twice the same: in Python for what is typed, in PostgreSQL for what is kept. The index of names (accounts/models) is
made of these very constants: whoever changes one makes a migration.
"""

from django.db.models import Func, TextField, Value
from django.db.models.functions import Lower

# What decomposing does not take apart, and what parts words; then what goes: the marks above and below letters, and
# apostrophes, so that O’Brien is found as obrien.
SWAPPED = {"đ": "d", "ø": "o", "ł": "l", "ı": "i", "-": " ", "‐": " ", "–": " ", ".": " ", ",": " "}
MARKS = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u031b\u0323\u0327\u0328"
DROPPED = MARKS + "'’‘ʻʼ`´"

TABLE = str.maketrans("".join(SWAPPED), "".join(SWAPPED.values()), DROPPED)


def folded(column: str) -> Func:
    """The column so, for a query and for its index. A space stands first, so that each word begins after one."""
    apart = Func(column, template="normalize(' ' || %(expressions)s, NFD)", output_field=TextField())
    return Func(
        Lower(apart),
        Value("".join(SWAPPED) + DROPPED),
        Value("".join(SWAPPED.values())),
        function="translate",
        output_field=TextField(),
    )
