"""Sheets as reports, forms and halls send them: nothing lost, nothing guessed, and written in few statements."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imports import actions, queries
from openings.models import Opening
from programs.models import Certification

from .sheets import ROSA, codes, csv_of, keep, outcomes


def look(batch, cast):
    return queries.look_again(batch, by=cast.priya, at=cast.now)


def people(cast, *rows, **options):
    return keep("completers", csv_of(*rows), organization=cast.center, by=cast.priya, at=cast.now, **options)


def said(preview):
    return {problem.code for row in preview.rows for problem in row.problems}


def test_statements_do_not_grow_with_the_people(cast):
    def statements(first, count):
        rows = [
            {**ROSA, "Name": f"P{i} Q{i}", "Email": f"p{i}@example.org", "Phone": "", "Student ID": f"N{i}"}
            for i in range(first, first + count)
        ]
        batch = people(cast, *rows, people_agreed=True)
        with CaptureQueriesContext(
            connection,
        ) as found:
            batch = actions.bring_in(batch, by=cast.priya, at=cast.now)
        assert batch.counts == {"new": count}
        return len(found)

    few = statements(0, 3)
    assert statements(100, 40) <= few + 2


def test_words_for_nothing_are_empty_cells(cast):
    row = {**ROSA, "Phone": "none", "ZIP": "N/A", "Expires": "does not expire", "Program": "--"}
    preview = look(people(cast, row), cast)
    assert preview.all_in
    assert look(people(cast, {**ROSA, "Name": "Christopher Null"}), cast).rows[0].name == "Christopher Null"


def test_the_day_comes_first_where_the_column_says_so(cast):
    other = {**ROSA, "Name": "Bo Li", "Email": "bo@example.org", "Phone": "", "Student ID": "S-2"}
    rows = {**ROSA, "Issued": "9/10/2026"}, {**other, "Issued": "15/10/2026"}
    preview = look(people(cast, *rows), cast)
    assert [row.issued for row in preview.rows] == [date(2026, 10, 9), date(2026, 10, 15)]
    assert "date_day_first" in said(preview)
    third = {**other, "Name": "Cy Oh", "Email": "cy@example.org", "Student ID": "S-3", "Issued": "10/15/2026"}
    preview = look(people(cast, *rows, third), cast)
    assert [row.refused for row in preview.rows] == [True, False, False]
    assert "date_unclear" in said(preview)


def test_totals_are_passed_over_and_named_and_other_short_lines_are_refused(cast):
    preview = look(people(cast, ROSA, {"Name": "Total: 1"}, {"Name": "Prepared by: J. Smith"}, {"Name": "Bo Li"}), cast)
    assert [row.line for row in preview.rows] == [2, 5]
    assert preview.rows[1].refused
    assert next(p for p in preview.problems if p.code == "not_records").params == {"lines": [3, 4]}


def test_a_column_for_each_certificate_is_explained(cast):
    preview = look(
        people(cast, {"Name": "Bo", "Email": "b@example.org", "Issued": "2026-10-05", "Forklift": "X"}), cast
    )
    assert preview.missing == ["credential"]
    assert "one_column_each" in {problem.code for problem in preview.problems}


@pytest.mark.parametrize("number", ["123.45.6789", "123–45–6789", "SSN: 123456789", "xxx-xx-6789"])
def test_numbers_written_otherwise_are_never_kept(cast, number):
    batch = people(cast, {**ROSA, "Notes": number})
    assert look(batch, cast).rows[0].refused
    assert number not in str(batch.sheet)


@pytest.mark.parametrize(
    "heading", ["SS#", "S.S.N.", "DOB (mm/dd/yyyy)", "Alien Reg #", "Ethnic Group", "Fecha de Nac."]
)
def test_columns_under_other_names_are_never_kept(cast, heading):
    assert "secret" not in str(people(cast, {**ROSA, heading: "secret"}).sheet)


@pytest.mark.parametrize(
    "heading",
    ["SocialSecurityNumber", "ParticipantSSN", "SS No", "SSN1", "SocSecNo", "SS Number", "NSS", "Tax ID Number", "SSNo",
     "participantssn", "socialsecuritynumber", "ssnumber", "SS", "ss_num", "TaxID", "Seguro Soc.", "ITINNumber",
     "Número de seguro", "clientSsnLast4", "DateOfBirth"],
)  # fmt: skip
def test_a_column_is_not_kept_however_the_words_of_its_heading_are_joined(cast, heading):
    batch = people(cast, {**ROSA, heading: "123456789"})
    assert "123456789" not in str(batch.sheet)
    assert [problem["params"]["columns"] for problem in batch.sheet["problems"]] == [[heading]]


@pytest.mark.parametrize(
    "heading",
    ["Class number", "ClassNumber", "CLASSNO", "Class N°", "Business number", "businessno", "Assn Name", "SS",
     "Session", "lessonno", "accessnotes", "SocialMedia", "AddressNotes", "StageName"],
)  # fmt: skip
def test_a_column_whose_heading_only_looks_so_is_kept(cast, heading):
    assert "secret" in str(people(cast, {**ROSA, heading: "secret"}).sheet)


@pytest.mark.parametrize(
    ("pay", "code"),
    [("$8,221.00", "money_no_period"), ("$0.05", "money_unlikely"), ("65%", "pay_not_by_time"),
     ("$0.55 per mile", "pay_not_by_time"), ("up to $45/hr", "pay_highest_only"), ("Based on experience", "no_pay")],
)  # fmt: skip
def test_pay_that_is_no_hourly_figure_is_said_and_not_guessed(cast, pay, code):
    row = {"Employer": cast.yard.name if hasattr(cast, "yard") else "Acme", "Title": "Welder", "Wage": pay}
    preview = look(keep("openings", csv_of(row), by=None, at=cast.now), cast)
    assert code in said(preview)
    assert all(str(problem) for problem in preview.rows[0].problems)


def test_a_hall_s_list_comes_in(cast):
    row = {"Call #": "7", "Contractor": "Skanska", "Classification": "Electrician", "Scale": "$52.10", "# Men": "4",
           "Certs Req'd": "OSHA 10"}  # fmt: skip
    actions.bring_in(keep("openings", csv_of(row), by=None, at=cast.now), by=None, at=cast.now)
    opening = Opening.objects.get(external_id="7")
    assert (opening.seats, opening.wage_min_cents, opening.requirements.count()) == (4, 5210, 1)


def test_initials_in_brackets_and_editions_name_the_same_certificate(cast):
    row = {**ROSA, "Credential": "Certified Production Technician (CPT) 4.0\nOSHA 10"}
    batch = actions.bring_in(people(cast, row), by=cast.priya, at=cast.now)
    assert outcomes(batch) == ["new"], codes(batch)
    held = Certification.objects.order_by("credential").values_list("credential", flat=True)
    assert list(held) == ["mssc_cpt", "osha10"]
