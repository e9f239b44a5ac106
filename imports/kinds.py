"""The kinds of sheet that can come in. Rooms register theirs when they start; this room knows none by name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.functional import Promise

from accounts.models import Organization

from . import effects
from .mapping import Column, Parsed
from .models import Row
from .problems import Problem


@dataclass
class Context:
    """For whom, by whom and when a sheet is looked at or brought in. `source` names the batch in other records."""

    organization: Organization | None
    by: object
    at: datetime
    today: date
    may_do_all: bool = False  # a coordinator, or the operator at the command line
    options: dict = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class Named:
    """Whom or what a row is about, and of somebody who is here the number of their account."""

    said: str
    person: int | None = None


class SheetKind:
    """One kind of sheet: its columns, how rows are judged together, what one row makes, what taking back means."""

    key: str
    label: str | Promise
    lead: str | Promise = ""
    # The kinds of organization whose staff may bring this in for their own, and that it may be for.
    organization_kinds: frozenset[str] = frozenset()
    organization_needed = True
    options: tuple[str, ...] = ()
    columns: list[Column] = []
    # What a line written by hand is asked for (keys of columns), in the words of its form where they are others; what
    # of it always; and how the way to that form is called. Empty: lines come in sheets only.
    by_hand: dict[str, str | Promise] = {}
    always_by_hand: tuple[str, ...] = ()
    by_hand_label: str | Promise = ""
    examples: list[dict[str, str]] = []
    # What came of a row, where this kind says it in other words than `Row.Outcome`.
    outcomes: dict[str, str | Promise] = {}
    # The model of which each row makes one, with a title to call the row by; and what stands above these in a table.
    # Without the latter the rows go by their lines alone.
    row_label = ""
    called_by: str | Promise = ""
    # By the label of what a batch made: what of theirs `going` and `stays` read, so that nobody asks row by row.
    along: dict[str, tuple[str, ...]] = {}

    def missing(self, found: Iterable[str]) -> list[str]:
        """Keys of columns that the sheet must have and has not."""
        found = set(found)
        return [column.key for column in self.columns if column.needed and column.key not in found]

    def choices(self, key: str, organization: Organization | None) -> list[tuple[str, str]]:
        """What a cell of this column can say, with the words for it, where a line by hand can choose; else nothing."""
        return []

    def unread(self, headings: list[str]) -> list[Problem]:
        """What is to be said of headings that are not known, beyond naming them."""
        return []

    def plan(self, rows: list[Parsed], context: Context) -> list[Problem]:
        """Judge the rows together: fill in `outcome`, `problems`, `shown` and `plan`. Reads in bulk, writes nothing.

        Returns what is to be said of the sheet as a whole.
        """
        raise NotImplementedError

    def apply(self, row: Parsed, context: Context) -> list[dict]:
        """Do what `plan` said for one row; return what was made or changed (see `imports.effects`)."""
        raise NotImplementedError

    def apply_all(self, rows: list[Parsed], context: Context) -> list[list[dict]]:
        """`apply` for all rows that are new or changed; a kind that can writes them together."""
        return [self.apply(row, context) for row in rows]

    def finish(self, rows: list[Parsed], context: Context) -> None:
        """After every row was applied."""

    def going(self, label: str, things: list, context: Context) -> None:
        """Rows the batch made are about to be deleted by an undo: record what the ledger should know."""

    def stays(self, label: str, thing) -> bool:
        """Whether somebody acted on it so that an undo must leave it, beyond what `effects` sees."""
        return False

    def restored(self, label: str, thing, before: dict, context: Context) -> None:
        """A changed row got its earlier values back."""

    def about(self, row: Parsed):
        """What is here already that a row adds nothing to."""
        return getattr(row.plan, "existing", None)

    def called(self, raw: dict[str, str]) -> str:
        """By what a line of the sheet calls whom or what it is about."""
        return raw.get("title") or raw.get("name") or ""

    def named(self, rows, batch, user) -> dict[int, "Named"]:
        """Whom or what these rows of a batch are about, by their numbers, as far as this reader may know. The questions
        it asks do not grow with the rows."""
        if not self.called_by:
            return {}
        found = {row.pk: Named(self.called(row.values)) for row in rows if row.values}
        of = {row.pk: pk for row in rows for label, pk in effects.things(row) if label == self.row_label}
        things = effects.load([{"model": self.row_label, "pk": pk} for pk in of.values()])
        titles = {pk: thing.title for (_label, pk), thing in things.items()}
        return found | {row: Named(titles[pk]) for row, pk in of.items() if pk in titles}

    def outcome(self, value: str) -> str:
        """The words for what came of a row."""
        return str(self.outcomes.get(value) or Row.Outcome(value).label)

    def people(self, rows: list[Parsed]) -> set[int]:
        """Whom, of those already here, these rows of a preview are about; by the row numbers of their accounts."""
        return set()

    # Questions, for kinds that ask them.
    def candidates(self, row) -> list[int]:
        """Whom a kept row may be about."""
        return []

    def may_answer(self, user, row, candidates) -> bool:
        """Whether staff of the batch's own organization may answer; coordinators always may."""
        return False

    def asked_together(self, row) -> list:
        """The open questions that get one answer, in the order of their lines, locked."""
        return [row]

    def apply_answer(self, row, same_as: int | None, context: Context) -> list[dict]:
        """Bring the kept row in for this candidate, or for somebody new; return the effects."""
        raise NotImplementedError

    def person_made(self, row) -> int | None:
        """Whom an answered row made."""
        return None

    def question(self, row, user):
        """The question as this reader may see it."""
        raise NotImplementedError

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)


_kinds: dict[str, SheetKind] = {}


def register(kind: SheetKind) -> None:
    _kinds[kind.key] = kind


def get(key: str) -> SheetKind:
    """The kind, or KeyError."""
    return _kinds[key]


def every() -> list[SheetKind]:
    return list(_kinds.values())
