"""A sheet looked at: what would come of every row, without writing anything."""

from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from . import kinds, policies
from .kinds import Context
from .mapping import Mapped, Parsed, match, parse
from .models import Batch, Row
from .problems import SENTENCES, Problem, note
from .reading import Table


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
    return Preview(rows, mapped, missing, problems)


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
    ).select_related("batch__organization")
