"""Pages of a long list by where the last one ended, not by number: the thousandth page costs what the first does."""

from dataclasses import dataclass

from django.db.models import Q

SIZE = 25


@dataclass
class Slice:
    """One page of a list; `after` leads to the next, and is empty when there is none."""

    rows: list
    after: str = ""
    first: bool = True

    def __iter__(self):
        return iter(self.rows)


def cut(rows, key: str, token: str, parse, size: int = SIZE) -> Slice:
    """The rows after `token`, in the order of `key` and the row number. A token that makes no sense is the beginning.

    `parse` reads a value of `key` as the token writes it and raises ValueError for what is none.
    """
    at = _read(token, parse)
    rows = rows.order_by(key, "pk")
    if at:
        value, pk = at
        rows = rows.filter(Q(**{f"{key}__gte": value}) & (Q(**{f"{key}__gt": value}) | Q(pk__gt=pk)))
    found = list(rows[: size + 1])
    if len(found) <= size:
        return Slice(found, first=not at)
    last = found[size - 1]
    return Slice(found[:size], f"{getattr(last, key)}_{last.pk}", first=not at)


def _read(token: str, parse):
    value, _underscore, pk = token.rpartition("_")
    if not pk.isascii() or not pk.isdecimal() or len(pk) > 18:
        return None
    try:
        return parse(value), int(pk)
    except ValueError:
        return None
