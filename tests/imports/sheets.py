"""Small sheets for the tests of the imports."""

import csv
import io
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook

from imports import actions, kinds
from imports.mapping import knows
from imports.reading import read

DATA = Path(__file__).parent.parent / "data"

ROSA = {
    "Name": "Rosa Delgado",
    "Email": "rosa@example.org",
    "Phone": "(909) 555-0142",
    "ZIP": "92335",
    "Program": "Structural welding",
    "Credential": "OSHA 10",
    "Issued": "2026-10-05",
    "Expires": "",
    "Language": "Spanish",
    "Student ID": "S-1",
}


def csv_of(*rows: dict) -> bytes:
    """A CSV with the headings of all rows."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def xlsx_of(*rows: list, title="Sheet") -> bytes:
    book = Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(
            [cell if isinstance(cell, str | int | float | date | datetime | None) else str(cell) for cell in row]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def keep(kind: str, data: bytes, *, organization=None, by=None, at, name="sheet.csv", mapping=None, **options):
    """The sheet read and kept, as the page or a command does it."""
    sheet = kinds.get(kind)
    table = read(name, data, knows(sheet.columns))
    return actions.keep(
        table,
        kind=sheet,
        organization=organization,
        file_name=name,
        mapping=mapping or {},
        options=options,
        by=by,
        at=at,
    )


def bring_in(kind: str, data: bytes, *, by=None, at, skip_bad_rows=False, **given):
    batch = keep(kind, data, by=by, at=at, **given)
    return actions.bring_in(batch, by=by, at=at, skip_bad_rows=skip_bad_rows)


def codes(batch, line=None) -> list[str]:
    rows = batch.rows.order_by("line") if line is None else batch.rows.filter(line=line)
    return [problem["code"] for row in rows for problem in row.problems]


def outcomes(batch) -> list[str]:
    return list(batch.rows.order_by("line").values_list("outcome", flat=True))
