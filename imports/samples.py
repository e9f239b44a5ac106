"""Empty sheets to start from: our column names, a few example rows, and what each column is for."""

import csv
import io

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from . import kinds
from .values.text import neutralise

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def template_sheet(kind: str, form: str = "xlsx") -> bytes:
    """The sheet of this kind, as "xlsx" or "csv", with headings in the reader's language."""
    sheet = kinds.get(kind)
    used = {key for example in sheet.examples for key in example}
    columns = [column for column in sheet.columns if column.key in used]
    rows = [[neutralise(example.get(column.key, "")) for column in columns] for example in sheet.examples]
    return _csv(columns, rows) if form == "csv" else _xlsx(sheet, columns, rows)


def _csv(columns, rows) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([[str(column.label) for column in columns], *rows])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(sheet, columns, rows) -> bytes:
    book = Workbook()
    page = book.active
    page.title = str(sheet.label)[:31]
    page.append([str(column.label) for column in columns])
    for row in rows:
        page.append(row)
    for number, column in enumerate(columns, 1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = max(14, len(str(column.label)) + 2)
        page[f"{letter}1"].font = Font(bold=True)
        page[f"{letter}1"].fill = PatternFill("solid", fgColor="E6F0F0")
        # Text, so that a program keeps leading zeros and does not turn dates around.
        for cell in range(2, len(rows) + 200):
            page[f"{letter}{cell}"].number_format = "@"
    page.freeze_panes = "A2"
    help_page = book.create_sheet(_("What goes where")[:31])
    help_page.append([_("Column"), _("Needed"), _("What to write")])
    for column in columns:
        help_page.append([str(column.label), _("yes") if column.needed else "", str(column.help)])
    for letter, width in (("A", 30), ("B", 10), ("C", 70)):
        help_page.column_dimensions[letter].width = width
        help_page[f"{letter}1"].font = Font(bold=True)
    for cell in help_page["C"]:
        cell.alignment = Alignment(wrap_text=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
