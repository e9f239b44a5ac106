"""Which of their columns is which of ours: by known names, by a mapping file, or as a person chose."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from .problems import Bad, Problem, Refused, error, note
from .reading.table import Table
from .values import dates, text


@dataclass(frozen=True)
class Column:
    """One of our columns. `names` are headings people use for it, the surest first; `read` turns text into a value.

    A `soft` column whose value cannot be read is left out and noted; of any other, the row is refused. Words such as
    "none" count as an empty cell, unless the column is `verbatim`.
    """

    key: str
    label: str | Promise
    names: tuple[str, ...]
    read: Callable[[str], Any] = text.line
    needed: bool = False
    soft: bool = False
    verbatim: bool = False
    help: str | Promise = ""
    limit: int = 0  # longest text
    is_date: bool = False

    def headings(self) -> list[str]:
        """Every heading it goes by, the surest first: our own words, unless they are listed at their place."""
        listed = {bare(name) for name in self.names}
        return [*(own for own in (self.key, *self._labels()) if bare(own) not in listed), *self.names]

    def _labels(self) -> list[str]:
        """Our label in every language: a sheet does not change its language with its reader."""
        said = []
        for language, _name in settings.LANGUAGES:
            with override(language):
                said.append(str(self.label))
        return list(dict.fromkeys(said))


@dataclass
class Parsed:
    """One line of the sheet, understood: `raw` is the text under our column names, `values` what it means."""

    line: int
    raw: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    outcome: str = ""
    shown: list[tuple[str, str]] = field(default_factory=list)  # how it was understood, for the preview
    plan: Any = None  # what the sheet kind will do with it

    def __getattr__(self, name):
        try:
            return self.__dict__["values"].get(name)
        except KeyError:
            raise AttributeError(name) from None

    @property
    def refused(self) -> bool:
        return any(problem.is_error for problem in self.problems)

    def refuse(self, code: str, column: str = "", **params) -> None:
        self.problems.append(error(code, column, self.raw.get(column, ""), **params))

    def remark(self, code: str, column: str = "", **params) -> None:
        self.problems.append(note(code, column, self.raw.get(column, ""), **params))


@dataclass(frozen=True)
class Mapped:
    """Our column -> position in their sheet, and the headings that were not used."""

    places: dict[str, int]
    ignored: list[str]


def bare(heading: str) -> str:
    """A heading for comparing: no case, accents, punctuation, remarks in brackets or marks of being required."""
    without = heading.split("(")[0].split("[")[0] or heading
    return text.squeezed(text.line(without)).removesuffix("required").removesuffix("requerido")


def knows(columns: list[Column]) -> Callable[[str], bool]:
    """Whether a heading is the name of one of these columns."""
    names = {bare(name) for column in columns for name in column.headings()}
    return lambda heading: bool(heading.strip()) and len(heading) < 80 and bare(heading) in names


def match(columns: list[Column], table: Table, chosen: dict[str, str] | None = None) -> Mapped:
    """Find each of our columns in the sheet. `chosen` (our column -> their heading, "" for none) comes first.

    Raises Refused where two columns of one name say different things.
    """
    chosen = chosen or {}
    theirs = [bare(heading) for heading in table.header]
    places: dict[str, int] = {}
    for column in columns:
        heading = chosen.get(column.key)
        if heading in table.header:
            places[column.key] = table.header.index(heading)
    # The surest names of every column are tried before the weaker ones of any.
    for column in columns:
        if column.key in chosen or column.key in places:
            continue
        for name in map(bare, column.headings()):
            at = next((i for i, their in enumerate(theirs) if their == name and i not in places.values()), None)
            if at is not None:
                places[column.key] = at
                break
    for key, at in places.items():
        if key not in chosen:
            _refuse_twins(table, at)
    used = set(places.values())
    filled = {i for _line, cells in table.rows for i, cell in enumerate(cells) if cell.strip()}
    ignored = [
        heading or _("column %(number)s, without a heading") % {"number": i + 1}
        for i, heading in enumerate(table.header)
        if i not in used and i in filled
    ]
    beyond = sorted(i for i in filled if i >= len(table.header))
    return Mapped(places, ignored + [_("column %(number)s, without a heading") % {"number": i + 1} for i in beyond])


def _refuse_twins(table: Table, at: int) -> None:
    twins = [
        i for i, heading in enumerate(table.header) if heading.casefold() == table.header[at].casefold() and i != at
    ]
    for twin in twins:
        if any(_cell(cells, at) != _cell(cells, twin) for _line, cells in table.rows):
            raise Refused(
                _("Two columns are called “%(heading)s” and say different things. Rename or delete one of them.")
                % {"heading": table.header[at]}
            )


def _cell(cells: list[str], at: int) -> str:
    return cells[at] if at < len(cells) else ""


def parse(columns: list[Column], table: Table, mapped: Mapped) -> list[Parsed]:
    """Every line of the table, understood column by column."""
    by_key = {column.key: column for column in columns}
    width = max(len(table.header), 1)
    rows = []
    for line, cells in table.rows:
        row = Parsed(line, {key: _cell(cells, at) for key, at in mapped.places.items()})
        if line in table.ssn:
            row.problems.append(Problem("ssn", params={"heading": table.ssn[line]}))
        if any(cell.strip() for cell in cells[width:]):
            row.refuse("too_many_cells")
        rows.append(row)
    for key in mapped.places:
        if by_key[key].is_date:
            _order_of_days(rows, key)
        for row in rows:
            # What was asked back already is not read, and stays for the sheet of the rows left out.
            if not any(problem.column == key for problem in row.problems if problem.is_error):
                read_cell(row, by_key[key])
    return rows


def _order_of_days(rows: list[Parsed], key: str) -> None:
    """Where some dates of a column can only have the day first, the others do not say what comes first in them.

    When none of them can only have the month first, all are read with the day first; else the unclear ones are asked.
    """
    orders = {order for row in rows if (order := dates.order(row.raw[key]))}
    if "day" not in orders:
        return
    for row in rows:
        if dates.order(row.raw[key]) is not None:
            continue
        if turned := dates.with_the_day_first(row.raw[key]):
            if "month" in orders:
                row.refuse("date_unclear", key)
            else:
                row.remark("date_day_first", key, read=turned)
                row.raw[key] = turned


def parse_again(columns: list[Column], line: int, raw: dict[str, str]) -> Parsed:
    """A row kept for later, understood anew."""
    row = Parsed(line, dict(raw))
    for column in columns:
        if column.key in raw:
            read_cell(row, column)
    return row


def read_cell(row: Parsed, column: Column) -> None:
    cell = row.raw.get(column.key, "")
    if not cell.strip() or (text.says_nothing(cell) and not column.verbatim):
        return
    try:
        value = column.read(text.restore(cell))
        if isinstance(value, str):
            if column.limit and len(value) > column.limit:
                raise Bad("too_long", limit=column.limit)
            if text.LOST in value:
                row.remark("broken_letters_kept", column.key)
        row.values[column.key] = value
    except Bad as bad:
        # A long text is shown by its beginning; a whole story in a report helps nobody.
        said = text.line(cell)[:80]
        if column.soft:
            row.problems.append(note(bad.code, column.key, said, left_out=True, **bad.params))
        else:
            row.problems.append(error(bad.code, column.key, said, **bad.params))


def from_file(content: bytes, columns: list[Column]) -> dict[str, str]:
    """A mapping file, JSON or YAML: {"our column": "Their Heading"}. Raises Refused."""
    try:
        said = content.decode("utf-8-sig")
        try:
            data = json.loads(said)
        except ValueError:
            data = yaml.safe_load(said)
    except (UnicodeDecodeError, yaml.YAMLError) as problem:
        raise Refused(_("The mapping file is neither JSON nor YAML.")) from problem
    if not isinstance(data, dict) or not all(isinstance(v, str | int | type(None)) for v in data.values()):
        raise Refused(_("The mapping file should look like: name: Student Name (our column, then their heading)."))
    keys = {bare(name): column.key for column in reversed(columns) for name in column.headings()}
    keys |= {bare(column.key): column.key for column in columns}
    mapping = {}
    for ours, heading in data.items():
        if bare(str(ours)) not in keys:
            raise Refused(
                _("The mapping file names the column “%(column)s”, which is not one of ours: %(known)s.")
                % {"column": ours, "known": ", ".join(column.key for column in columns)}
            )
        mapping[keys[bare(str(ours))]] = text.line(str(heading or ""))
    return mapping


def check_file(mapping: dict[str, str], table: Table) -> dict[str, str]:
    """The mapping with the sheet's own spelling of each heading. Raises Refused for one it does not have."""
    spelled = {bare(heading): heading for heading in reversed(table.header)}
    found = {}
    for key, heading in mapping.items():
        if heading and heading not in table.header and bare(heading) not in spelled:
            raise Refused(
                _("The mapping file names the heading “%(heading)s”, which is not in the sheet: %(header)s.")
                % {"heading": heading, "header": ", ".join(h for h in table.header if h)}
            )
        found[key] = heading if heading in table.header else spelled.get(bare(heading), "")
    return found
