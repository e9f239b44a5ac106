"""Rows that were left out, as a sheet to mend and bring in again. Formulas are neutralised; the import reverses it."""

import csv
import io

from django.utils.translation import gettext as _

from .models import Batch, Row
from .problems import Problem
from .values.text import neutralise


def refused_now(preview, kind) -> bytes:
    """The rows that a preview refuses."""
    return _sheet(kind, [(row.line, row.raw, [p for p in row.problems if p.is_error]) for row in preview.refused])


def refused_then(batch: Batch, kind) -> bytes:
    """The rows that were left out when the batch came in."""
    rows = batch.rows.filter(outcome=Row.Outcome.REFUSED).exclude(values={}).order_by("line")
    return _sheet(
        kind, [(r.line, r.values, [p for p in map(Problem.from_json, r.problems) if p.is_error]) for r in rows]
    )


def _sheet(kind, rows: list[tuple[int, dict, list[Problem]]]) -> bytes:
    columns = [column for column in kind.columns if any(column.key in raw for _line, raw, _problems in rows)]
    labels = {column.key: str(column.label) for column in kind.columns}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Line in your sheet"), *(labels[column.key] for column in columns), _("What is wrong")])
    for line, raw, problems in rows:
        reasons = " ".join(
            f"{labels[problem.column]}: {problem}" if problem.column in labels else str(problem) for problem in problems
        )
        writer.writerow([line, *(neutralise(raw.get(column.key, "")) for column in columns), neutralise(reasons)])
    return out.getvalue().encode("utf-8-sig")
