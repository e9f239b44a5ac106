"""Sheets that were made to be looked at: merged cells, headings on two lines, contacts in each other's column."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from imports import actions, exports, kinds, queries
from imports.reading import Refused
from imports.reading.headings import joined
from imports.views import NAMED
from programs.models import Program

from .sheets import ROSA, csv_of, keep
from .test_pages import upload


def look(data, cast, **given):
    batch = keep("completers", data, organization=cast.center, by=cast.priya, at=cast.now, **given)
    return queries.look_again(batch, by=cast.priya, at=cast.now)


def workbook(*rows, merged=()) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def said(thing) -> list[str]:
    return [problem.code for problem in thing.problems]


def test_the_name_of_a_certificate_is_not_taken_for_the_persons(cast):
    """“Certificate” over “Name”, beside “Student” over “Last” and “First”."""
    preview = look(
        workbook(
            ["Completers, spring 2026"],
            ["Student", None, None, "Certificate", None],
            ["Last", "First", "Email", "Name", "Date"],
            ["O'Brien", "Siobhán", "siobhan@example.org", "OSHA 10", date(2026, 3, 5)],
            merged=["A1:E1", "A2:C2", "D2:E2"],
        ),
        cast,
    )
    assert preview.all_in
    [row] = preview.rows
    assert (row.line, row.name, row.raw["credential"], row.issued) == (
        4,
        "Siobhán O'Brien",
        "OSHA 10",
        date(2026, 3, 5),
    )
    assert said(preview)[:2] == ["headings_on_two", "lines_above"]
    assert "two lines, 2 and 3" in str(preview.problems[0])


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (["Nombre", "Correo", "Certificado", ""], ["", "", "Tipo", "Fecha"]),  # merged downwards, saved as CSV
        (["Name", "Email", "Certificate", "Issued"], ["Nombre", "Correo", "Certificado", "Emitido"]),
        (["", "", "Certificado", ""], ["Nombre", "Correo", "Nombre", "Fecha"]),
        (["Estudiante", "", "Certificado", ""], ["Nombre", "Correo", "Nombre", "Fecha"]),
    ],
)
def test_headings_on_two_lines_are_read_together(cast, upper, lower):
    record = ["Rosa Delgado", "rosa@example.org", "OSHA 10", "2026-03-05"]
    out = io.StringIO()
    csv.writer(out).writerows([upper, lower, record])
    preview = look(out.getvalue().encode(), cast)
    assert preview.all_in
    assert [(row.line, row.raw["name"], row.raw["credential"], row.raw["issued"]) for row in preview.rows] == [
        (3, "Rosa Delgado", "OSHA 10", "2026-03-05")
    ]


def test_what_is_never_read_is_found_under_its_group_too(cast):
    def never(heading):
        return heading in ("Birth Date", "Race")

    def known(heading):
        return heading in ("Date", "Name", "Email")

    assert joined(["Birth", "Race", ""], ["Date", "White", "Email"], known, never) == ["Birth Date", "Race", "Email"]
    preview = look(
        b"Student,,Birth,Certificate,\nName,Email,Date,Type,Date\nRosa D,r@x.org,2001-01-01,OSHA 10,3/5/2026\n", cast
    )
    assert preview.all_in
    assert preview.rows[0].issued == date(2026, 3, 5)
    assert "2001" not in str(preview)


def test_a_cell_merged_over_several_lines_counts_for_each(cast):
    preview = look(
        workbook(
            ["Name", "Email", "Certificate", "Issued"],
            ["Rosa Delgado", "rosa@example.org", "OSHA 10", "3/5/2026"],
            [None, None, "Forklift", "3/6/2026"],
            ["Bo Li", "bo@example.org", "OSHA 10", "3/5/2026"],
            merged=["A2:A3", "B2:B3"],
        ),
        cast,
    )
    assert preview.all_in
    assert [row.name for row in preview.rows] == ["Rosa Delgado", "Rosa Delgado", "Bo Li"]


def test_a_sheet_without_headings_is_refused_before_its_first_person_is_lost(cast):
    with pytest.raises(Refused, match="line 1 is a record already"):
        look(b"Rosa Delgado,rosa@example.org,OSHA 10,2026-03-05\nBo Li,bo@example.org,OSHA 10,2026-03-05\n", cast)


@pytest.mark.parametrize(
    ("email", "phone", "contact", "codes"),
    [
        ("(909) 555-0113", "", ("", "+19095550113"), ["email_is_phone"]),
        ("909-555-0113", "(909) 555-0113", ("", "+19095550113"), ["email_is_phone"]),
        ("909-555-0113", "bo@example.org", ("bo@example.org", "+19095550113"), ["email_is_phone", "phone_is_email"]),
        ("909-555-0113", "909-555-0199", None, ["email_is_other_phone"]),
        ("bo@example.org", "bo2@example.org", None, ["phone_is_other_email"]),
        ("12/5/2026", "", None, ["email"]),
        ("bo@example", "", None, ["email"]),
    ],
)
def test_a_phone_in_the_column_for_email_is_read_as_one(cast, email, phone, contact, codes):
    [row] = look(csv_of({**ROSA, "Email": email, "Phone": phone}), cast).rows
    assert [code for code in said(row) if "email" in code or "phone" in code] == codes
    assert row.refused == (contact is None)
    if contact:
        assert (row.plan.claim.email, row.plan.claim.phone) == contact
    told = [str(problem) for problem in row.problems if problem.code in codes]
    assert all((phone if code.startswith("phone") else email) in told[at] for at, code in enumerate(codes))


def test_a_comma_too_many_is_named_once_and_not_as_four_other_faults(cast):
    preview = look(b"Name,Email,Certificate,Issued\nDelgado, Rosa,rosa@example.org,OSHA 10,2026-03-05\n", cast)
    assert said(preview.rows[0]) == ["too_many_cells"]


def test_the_nearest_programs_are_named_even_when_none_is_near(cast):
    name = Program.objects.filter(provider=cast.center).order_by("name").first().name
    [row] = look(csv_of({**ROSA, "Program": "Zzz"}), cast).rows
    assert name in next(str(problem) for problem in row.problems if problem.code == "program_unknown")


def test_a_line_that_differs_says_in_which_column_and_an_apostrophe_is_no_difference(cast):
    one = {**ROSA, "Name": "Siobhán O'Brien"}
    rows = look(csv_of(one, {**one, "Name": "Siobhán O’Brien", "Issued": "2026-10-06", "Student ID": "S-2"}), cast).rows
    assert [(p.code, p.column) for p in rows[1].problems] == [("differs_from_line", "provider_ref")]


def test_a_date_that_is_asked_back_stays_in_the_sheet_of_rows_left_out(cast):
    rosa = {**ROSA, "Phone": "", "Student ID": ""}
    others = [
        {**rosa, "Name": f"P {day}", "Email": f"p{day[:2].strip('/')}@example.org", "Issued": day}
        for day in ("9/10/2026", "15/9/2026", "11/16/2026")
    ]
    preview = look(csv_of(*others), cast)
    assert [said(row)[0] for row in preview.refused] == ["date_unclear"]
    [_head, left] = list(
        csv.reader(io.StringIO(exports.refused_now(preview, kinds.get("completers")).decode("utf-8-sig")))
    )
    assert "9/10/2026" in left


def test_a_page_of_faults_stays_short_and_says_where_all_of_them_are(cast, sign_in):
    rows = [{**ROSA, "Name": f"P {i}", "Email": f"p{i}@example.org", "Phone": "", "Student ID": "", "Issued": "Spring"}
            for i in range(NAMED + 30)]  # fmt: skip
    client = sign_in(cast.priya)
    _answer, batch = upload(client, "completers", csv_of(*rows))
    page = client.get(reverse("import_batch", args=[batch.public_id])).content.decode()
    assert page.count("cannot be read as a date") == NAMED
    assert f"The first {NAMED} of {NAMED + 30} faults" in page


def test_taking_back_asks_no_more_for_many_people(cast):
    def statements(first, count):
        rows = [
            {**ROSA, "Name": f"P{i} Q{i}", "Email": f"p{i}@example.org", "Phone": "", "Student ID": f"N{i}"}
            for i in range(first, first + count)
        ]
        given = {"organization": cast.center, "by": cast.priya, "at": cast.now, "people_agreed": True}
        batch = actions.bring_in(keep("completers", csv_of(*rows), **given), by=cast.priya, at=cast.now)
        with CaptureQueriesContext(connection) as found:
            batch = actions.take_back(batch, by=cast.priya, at=cast.now)
        assert queries.kept_rows(batch) == 0
        return len(found)

    assert statements(100, 40) <= statements(0, 3) + 2
