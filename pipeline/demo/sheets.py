"""The sample sheets the demo offers: what a provider would send, with dates counted from today, so never out of date.

The first sheet is made so that its walk holds no surprise. The newcomer passes every gate of exactly one opening; one
person is one credential away from exactly one; the others bring certificates that lead to no trade by themselves; and
one line tells what is known already.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from openpyxl import Workbook
from openpyxl.styles import Font

HEADINGS = (
    *("Student ID", "Name", "Email", "Phone", "ZIP", "Program", "Credential", "Issued", "Expires", "Language"),
    "Agreed to be matched",
)
MAIL = "throughline.example"


@dataclass(frozen=True)
class Line:
    """One line of a sheet, as somebody at the provider's office would type it."""

    number: str
    name: str
    email: str
    phone: str
    zip: str
    program: str
    credential: str
    issued: date | str
    expires: date | str = ""
    language: str = "English"
    agreed: str = "yes"

    def cells(self) -> tuple:
        return (
            *(self.number, self.name, self.email, self.phone, self.zip, self.program, self.credential),
            *(self.issued, self.expires, self.language, self.agreed),
        )


NEWCOMER = Line(
    "IT-2001",
    "Marisol Vega",
    f"marisol.vega@{MAIL}",
    "(909) 555-0171",
    "92336",
    "Welding Certificate",
    "AWS Certified Welder",
    "",
    language="Spanish",
)
ONE_STEP_AWAY = Line(
    "IT-2002",
    "Tomás Rentería",
    f"tomas.renteria@{MAIL}",
    "(909) 555-0172",
    "92376",
    "MC3 Apprenticeship Readiness",
    "MC3",
    "",
    language="Spanish",
)


def completers(today: date, known: Iterable[Line] = ()) -> list[Line]:
    """The sheet of the walk. `known` are lines about people who are here already."""
    days = timedelta(days=1)
    return [
        replace(NEWCOMER, issued=today - 4 * days),
        replace(NEWCOMER, credential="OSHA 10", issued=today - 20 * days),
        replace(ONE_STEP_AWAY, issued=today - 6 * days),
        Line(
            *("IT-2003", "DeShawn Carter", f"deshawn.carter@{MAIL}", "(909) 555-0173", "92404"),
            *("OSHA 10 Weekend Class", "OSHA 10", today - 9 * days),
        ),
        # No email: a phone number is enough to come in.
        Line(
            *("IT-2004", "Linh Pham", "", "(951) 555-0174", "92503", "First Aid and CPR Saturday"),
            *("First aid", today - 11 * days, today + 719 * days),
        ),
        Line(
            *("IT-2005", "Rosalba Quintana", f"rosalba.quintana@{MAIL}", "(951) 555-0175", "92509"),
            *("OSHA 10 Weekend Class", "OSHA 10", today - 9 * days, "", "Spanish"),
        ),
        *known,
    ]


def with_mistakes(today: date) -> list[Line]:
    """A second sheet, to see what a mistake looks like: each line but the first has one."""
    days = timedelta(days=1)
    osha = "OSHA 10 Weekend Class"

    def mail(name):
        return f"{name}@{MAIL}"

    return [
        Line(
            "IT-2011",
            "Aurelio Mendez",
            mail("aurelio.mendez"),
            "(909) 555-0181",
            "92405",
            osha,
            "OSHA 10",
            today - days,
        ),
        # The city stands where the ZIP code should.
        Line("IT-2012", "Kiara Wells", mail("kiara.wells"), "(909) 555-0182", "Rialto", osha, "OSHA 10", today - days),
        # It ends before it began.
        Line(
            *("IT-2013", "Hugo Barrera", mail("hugo.barrera"), "(909) 555-0183", "92410", "First Aid and CPR Saturday"),
            *("First aid", today - 2 * days, today - 400 * days),
        ),
        # No such certificate.
        Line("IT-2014", "Nadia Flores", mail("nadia.flores"), "(951) 555-0184", "92507", osha, "Basket weaving", today),
        # Half an address.
        Line("IT-2015", "Ulises Prado", "ulises.prado@", "(951) 555-0185", "92553", osha, "OSHA 10", today - days),
        # The name and ZIP code of somebody here already, with another address: a question, never a merge.
        Line("IT-2016", "Ana Morales", mail("a.morales"), "(951) 555-0186", "92335", osha, "OSHA 10", today - days),
    ]


def as_csv(lines: Iterable[Line]) -> bytes:
    """With a byte order mark, so that spreadsheet programs read the accents; dates as people here write them."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for line in lines:
        writer.writerow(f"{c:%m/%d/%Y}" if isinstance(c, date) else c for c in line.cells())
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Iterable[Line]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "Completers"
    sheet.append(HEADINGS)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for line in lines:
        sheet.append([cell or None for cell in line.cells()])
    for column, width in zip("ABCDEFGHIJK", (11, 20, 34, 16, 8, 30, 24, 12, 12, 10, 12), strict=True):
        sheet.column_dimensions[column].width = width
    for row in sheet.iter_rows(min_row=2, min_col=8, max_col=9):
        for cell in row:
            cell.number_format = "mm/dd/yyyy"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


WRITERS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
