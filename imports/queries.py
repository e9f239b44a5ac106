"""A sheet looked at: what would come of every row, without writing anything."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone

from . import kinds, policies
from .kinds import Context
from .mapping import Mapped, Parsed, match, parse
from .models import Batch, Row
from .problems import SENTENCES, Problem, gathered, note
from .reading import Table

# Why an undo left something of a row.
KEPT = {"kept_changed", "kept_acted", "kept_held"}


@dataclass
class Preview:
    """The rows as they were understood. `missing` names the columns without which none can come in."""

    rows: list[Parsed]
    mapped: Mapped
    missing: list[str]
    problems: list[Problem]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in Row.Outcome.values if found[outcome]}

    @property
    def refused(self) -> list[Parsed]:
        return [row for row in self.rows if row.outcome == Row.Outcome.REFUSED]

    @property
    def good(self) -> list[Parsed]:
        return [row for row in self.rows if row.outcome != Row.Outcome.REFUSED]

    @property
    def all_in(self) -> bool:
        return not self.missing and not self.refused


def look(kind, table: Table, chosen: dict[str, str], context: Context) -> Preview:
    """What bringing the table in would do. Its queries do not grow with the rows. Raises Refused."""
    mapped = match(kind.columns, table, chosen)
    problems = list(table.problems)
    if mapped.ignored:
        problems.append(note("column_ignored", columns=mapped.ignored))
        problems += kind.unread(mapped.ignored)
    missing = kind.missing(mapped.places)
    if missing:
        return Preview([], mapped, missing, problems)
    rows = parse(kind.columns, table, mapped)
    for row in rows:
        for column in kind.columns:
            if column.needed and row.values.get(column.key) in (None, "") and not _said(row, column.key):
                row.refuse("needed", column.key)
    problems += kind.plan(rows, context) or []
    for row in rows:
        if row.refused:
            row.outcome = Row.Outcome.REFUSED
            _say_the_cause_alone(row)
    return Preview(rows, mapped, missing, problems)


def _say_the_cause_alone(row: Parsed) -> None:
    """Where the cells stand one column off, whatever else seems wrong with them is only that."""
    if any(problem.code == "too_many_cells" for problem in row.problems):
        row.problems = [problem for problem in row.problems if problem.code in ("too_many_cells", "ssn")]


def _said(row: Parsed, key: str) -> bool:
    """A value that is wrong is not also missing."""
    return any(problem.column == key for problem in row.problems)


def context_of(batch: Batch, *, by, at) -> Context:
    return Context(
        organization=batch.organization,
        by=by,
        at=at,
        today=timezone.localtime(at).date(),
        may_do_all=policies.may_do_all(by),
        options=batch.options,
        source=f"import {batch.pk}",
    )


def look_again(batch: Batch, *, by, at) -> Preview:
    """The preview of a kept sheet."""
    return look(kinds.get(batch.kind), Table.from_json(batch.sheet), batch.mapping, context_of(batch, by=by, at=at))


def wrong_with(table: Table, *, kind, organization, options, by, at) -> list[Problem]:
    """Why lines of a table that nobody kept yet could not come in. Raises Denied where it may not be brought in."""
    policies.bring_in.check(by, kind, organization)
    asked = Batch(kind=kind.key, organization=organization, options=options)
    found = look(kind, table, {}, context_of(asked, by=by, at=at))
    return [problem for row in found.refused for problem in row.problems if problem.is_error]


def problems_of(batch: Batch) -> list[Problem]:
    """What was said of the sheet as a whole."""
    return [Problem.from_json(problem) for problem in batch.problems]


def template_of(problem: Problem) -> str:
    """The sentence before its values are filled in."""
    return str(SENTENCES[problem.code])


def open_questions(batches):
    """Rows that wait for a person's answer, of these batches."""
    return Row.objects.filter(
        batch__in=batches, batch__state=Batch.State.IMPORTED, outcome=Row.Outcome.QUESTION, answered_at=None
    )


def waiting_by_batch(batches) -> list[Batch]:
    """Batches with open questions, each with how many as `waiting`, the latest first."""
    counted_ = dict(open_questions(batches).order_by().values_list("batch").annotate(n=Count("pk")))
    found = list(Batch.objects.filter(pk__in=counted_).select_related("organization").defer("sheet"))
    for batch in found:
        batch.waiting = counted_[batch.pk]
    return found


def first_of_each_question(batch: Batch) -> list[Row]:
    """Open questions of the batch, one row for each that gets one answer."""
    found: dict[int, Row] = {}
    for row in open_questions([batch]).select_related("batch__organization").order_by("line"):
        found.setdefault(row.problems[0]["params"]["group"], row)
    return list(found.values())


@dataclass
class Said:
    """A problem as a page shows it."""

    line: int
    column: str
    value: str
    sentence: str
    is_error: bool
    more: str = ""


def shown_problems(pairs: list[tuple[int, Problem]], kind) -> list[Said]:
    """Problems for a table: errors first, remarks that repeat gathered."""
    return [said(line, problem, kind, more) for line, problem, more in gathered(pairs)]


def said(line: int, problem: Problem, kind, more: str = "") -> Said:
    column = kind.column(problem.column)
    value = "" if "%(value)s" in template_of(problem) else problem.value
    return Said(line, str(column.label) if column else "", value, str(problem), problem.is_error, more)


@dataclass
class Came:
    """A row as the page of results shows it. `name` is whom or what it is about, as far as the reader may know."""

    row: Row
    name: str
    outcome: str
    remarks: list[Said]


def shown_rows(rows, kind, named) -> list[Came]:
    """Each row with what came of it and what is to be said of it."""
    return [
        Came(
            row,
            named[row.pk].said if row.pk in named else "",
            kind.outcome(row.outcome),
            [said(row.line, Problem.from_json(p), kind) for p in row.problems],
        )
        for row in rows
    ]


def kept_rows(batch: Batch) -> int:
    """How many rows of a batch that was taken back left something behind."""
    problems = batch.rows.order_by("line").values_list("problems", flat=True)
    return sum(1 for found in problems if any(problem["code"] in KEPT for problem in found))


def counted(counts: dict[str, int], kind) -> list[tuple[str, str, int]]:
    """(outcome, its word, how many), in the order of the outcomes."""
    return [(value, kind.outcome(value), counts[value]) for value in Row.Outcome.values if counts.get(value)]


@dataclass
class ColumnChoice:
    """One of our columns and which of theirs it is, for a select."""

    key: str
    label: str
    chosen: str
    needed: bool


def column_choices(kind, header: list[str], preview: Preview) -> list[ColumnChoice]:
    at = preview.mapped.places
    return [
        ColumnChoice(
            column.key,
            str(column.label),
            header[at[column.key]] if column.key in at else "",
            column.key in preview.missing,
        )
        for column in kind.columns
    ]
