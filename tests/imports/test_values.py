"""What people type into cells, and what it means."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.problems import Bad
from imports.values import contacts, dates, money, places, text, words
from programs.sheets.programs_columns import _cost


@pytest.mark.parametrize(
    "said",
    [
        "2026-03-05", "2026/3/5", "2026.03.05", "3/5/2026", "03/05/2026", "3-5-2026", "3.5.2026", "3/5/26", "20260305",
        "03052026", "46086", "46086.0", "2026-03-05 00:00:00", "2026-03-05T08:30:00.000", "2026-03-05T08:30:00Z",
        "3/5/2026 8:30 AM", "March 5, 2026", "Mar 5 2026", "5 March 2026", "5-Mar-26", "Thu, Mar. 5th, 2026",
        "5 de marzo de 2026", "5 DE MARZO DEL 2026", "marzo 5, 2026", "jueves 5 de marzo de 2026", "5 mar. 2026",
    ],
)  # fmt: skip
def test_a_date_is_read_in_many_spellings(said):
    assert dates.parse(said) == date(2026, 3, 5)


def test_day_before_month_is_read_only_where_nothing_else_is_possible():
    assert dates.parse("25/3/2026") == date(2026, 3, 25)
    assert dates.parse("3/4/2026") == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("soon", "date"), ("2026-02-30", "date_impossible"), ("31/31/2026", "date_impossible"), ("March 2026",
         "date_unclear"),
        ("3/5/226", "date_unclear"), ("1/1/1801", "date_far"), ("5", "date"), ("12:30", "date"), ("2026-13-01",
         "date_impossible"),
        ("March 5, March 6", "date"), ("feb 31 2026", "date_impossible"), ("99/99/9999", "date_impossible"),
    ],
)  # fmt: skip
def test_a_date_that_is_none_says_why(said, code):
    with pytest.raises(Bad) as bad:
        dates.parse(said)
    assert bad.value.code == code


@given(st.dates(date(1960, 1, 1), date(2060, 1, 1)))
def test_every_day_survives_the_usual_spellings(day):
    for said in (
        day.isoformat(),
        f"{day.month}/{day.day}/{day.year}",
        day.strftime("%B %d, %Y"),
        day.strftime("%d-%b-%Y"),
    ):
        assert dates.parse(said) == day


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(said):
    for reader in (
        dates.parse, places.zip_code, contacts.email, contacts.phone, contacts.person_name, money.amounts, money.period,
        words.yes_no, words.web_address, places.state,
    ):  # fmt: skip
        with suppress(Bad):
            reader(said)
    text.lines(said)


@pytest.mark.parametrize("said", ["9" * 5000, "5 mar " + "9" * 30, "march 5 " + "9" * 5000, "9" * 5000 + " miles"])
def test_a_row_of_digits_without_end_is_no_date_and_no_number(said):
    for reader in (dates.parse, partial(words.whole, low=1, high=200)):
        with pytest.raises(Bad):
            reader(said)
    assert _cost(said) == text.line(said)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("92335", "92335"), ("8060", "08060"), ("501", "00501"), ("92335-1234", "92335"), ("92335 - 1234", "92335"),
        ("92335.0", "92335"), ("8060.0", "08060"), ("923351234", "92335"), ("80601234", "08060"), (" 92335 ", "92335"),
        ("CA 92335", "92335"), ("07104-", "07104"),
    ],
)  # fmt: skip
def test_a_zip_code_gets_back_what_the_spreadsheet_took(said, code):
    assert places.zip_code(said) == code


@pytest.mark.parametrize("said", ["", "12", "923355", "9233A", "00000", "Fontana", "92335-12345"])
def test_what_is_no_zip_code_is_refused(said):
    with pytest.raises(Bad):
        places.zip_code(said)


@given(st.integers(501, 99950))
def test_a_zip_code_survives_as_a_number(number):
    assert places.zip_code(str(number)) == places.zip_code(f"{number}.0") == f"{number:05}"


def test_a_zip_code_is_found_at_the_end_of_an_address():
    assert places.zip_in("880 Route 45, Woodstown, NJ 08098-1234") == "08098"
    assert places.zip_in("96-05 Horace Harding Expway") == ""


@pytest.mark.parametrize(
    ("low", "high", "every", "cents"),
    [
        ("51907.68", "54580.32", "year", (2496, 2624)), ("277.04", "322.4", "day", (3463, 4030)),
        ("36.1944", "38.7868", "hour", (3619, 3879)), ("980", None, "week", (2450, None)),
        ("1960", None, "two weeks", (2450, None)), ("4246.67", None, "month", (2450, None)), ("24.5", "24.5", "hour",
         (2450, None)),
        (None, "24.5", "hour", (2450, None)), ("0", "24.5", "hour", (2450, None)), ("22", None, "", (2200, None)),
        ("52000", "60000", "", (2500, 2885)),
    ],
)  # fmt: skip
def test_pay_of_any_period_becomes_one_hourly_figure(low, high, every, cents):
    pay = money.hourly(Decimal(low) if low else None, Decimal(high) if high else None, every)
    assert (pay.low, pay.high) == cents


def test_the_origin_of_the_figure_is_kept():
    pay = money.hourly(Decimal("51907.68"), Decimal("54580.32"), "year")
    assert pay.origin == "51,907.68 to 54,580.32 a year ÷ 2,080 hours"
    assert money.hourly(Decimal("277.04"), None, "day").origin == "277.04 a day ÷ 8 hours"
    assert money.hourly(Decimal(24), None, "hour").origin == ""


@pytest.mark.parametrize(
    ("low", "high", "every", "code"),
    [
        ("30", "20", "hour", "money_order"), ("52000", None, "hour", "money_unlikely"), ("24.50", None, "year",
         "money_unlikely"),
        ("900", None, "", "money_no_period"),
    ],
)  # fmt: skip
def test_pay_that_cannot_be_right_says_why(low, high, every, code):
    with pytest.raises(Bad) as bad:
        money.hourly(Decimal(low), Decimal(high) if high else None, every)
    assert bad.value.code == code


@given(st.integers(800, 20_000))
def test_the_hourly_figure_of_a_year_comes_back_to_the_cent(cents):
    yearly = Decimal(cents) / 100 * 2080
    assert money.hourly(yearly, None, "year").low == cents


@pytest.mark.parametrize(
    ("said", "figures", "every"),
    [
        ("$24.50 - $31.00/hr", ["24.50", "31.00"], "hour"), ("$52,000 a year", ["52000"], "year"), ("52k-60k",
         ["52000", "60000"], ""),
        ("$1,960 biweekly", ["1960"], "two weeks"), ("24.50 por hora", ["24.50"], "hour"), ("24.5", ["24.5"], ""),
        ("$277.04 per day", ["277.04"], "day"),
    ],
)  # fmt: skip
def test_pay_in_words_is_understood(said, figures, every):
    assert money.amounts(said) == ([Decimal(figure) for figure in figures], every)


@pytest.mark.parametrize(
    ("said", "every"),
    [("Annual", "year"), ("per hour", "hour"), ("/hr", "hour"), ("Daily", "day"), ("Por hora", "hour"),
     ("Bi-Weekly", "two weeks"),      ("mensual", "month"), ("", "")],
)  # fmt: skip
def test_pay_periods_are_known_in_both_languages(said, every):
    assert money.period(said) == every


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("JosÃ© MuÃ±oz", "José Muñoz"), ("State\u0092s", "State’s"), ("Stateâ€™s", "State’s"), ("InspectionÂ",
         "Inspection"),
        ("todayÂs", "today’s"), ("click ¿See all options¿ under", "click “See all options” under"), ("A\u00a0B", "A B"),
        ("MicrosoftÂ® Office", "Microsoft® Office"), ('"La Casa, Inc. - PCS"', "La Casa, Inc. - PCS"),
         ("Fish &amp; Sons", "Fish & Sons"),
        ("can\ufffdt", "can’t"), ("Mu\ufffdoz", "Mu\ufffdoz"), ("¿Cómo? Así.", "¿Cómo? Así."), ("SÃO PAULO",
         "SÃO PAULO"),
        ("Ärzte", "Ärzte"), ("a\u200bb", "ab"), ("Peña", "Peña"), ("ÑANDÚ", "ÑANDÚ"),
    ],
)  # fmt: skip
def test_broken_characters_are_mended_where_it_is_safe(said, meant):
    assert text.line(said) == meant


@given(st.text(alphabet="áéíóúñüÁÉÍÓÚÑÜ¿¡abc XYZ°ªº«»", max_size=30))
def test_doubly_decoded_spanish_comes_back(said):
    broken = said.encode().decode("cp1252", errors="replace")
    if "\ufffd" not in broken:
        assert text._undouble(broken) == said


@given(st.text(max_size=30))
def test_what_we_export_comes_back_equal(said):
    out = text.neutralise(said)
    assert text.restore(out) == said
    assert not out.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0", " ", "\ufeff", "＝"))


@pytest.mark.parametrize(
    ("said", "number"),
    [("(909) 555-0142", "+19095550142"), ("909.555.0142", "+19095550142"), ("9095550142.0", "+19095550142"),
     ("1-909-555-0142", "+19095550142"), ("+52 55 1234 5678", "+525512345678")],
)  # fmt: skip
def test_phone_numbers_are_read_as_american_ones(said, number):
    assert contacts.phone(said) == number


@pytest.mark.parametrize(
    ("said", "address"),
    [(" Ana@Example.ORG ", "ana@example.org"), ("Ana <ana@example.org>", "ana@example.org"),
     ("mailto:ana@example.org", "ana@example.org"),      ("ana@example.org;", "ana@example.org")],
)  # fmt: skip
def test_email_addresses_are_tidied(said, address):
    assert contacts.email(said) == address


@pytest.mark.parametrize(
    ("said", "name"),
    [("MORALES, ANA", "Ana Morales"), ("ana de la cruz", "Ana de la Cruz"), ("Ana Morales", "Ana Morales"),
     ("KING, JR", "King Jr"),      ("O'NEIL, PAT", "Pat O'Neil")],
)  # fmt: skip
def test_names_are_turned_round_and_keep_their_case(said, name):
    assert contacts.person_name(said) == name


def test_names_are_compared_without_case_accents_and_order():
    assert contacts.same_name("Muñoz José", "jose munoz")
    assert not contacts.same_name("Ana Morales", "Ana Moreno")
    assert contacts.names_agree("Ana Morales", "Ana M. Morales-Ruiz")
    assert not contacts.names_agree("Ana Morales", "Wu Li")


def test_what_looks_like_a_social_security_number_is_seen():
    assert contacts.has_ssn("her number 123-45-6789.")
    assert contacts.has_ssn("123 45 6789")
    assert not contacts.has_ssn("909-555-0142")
    assert not contacts.has_ssn("2026-03-05")
    assert not contacts.has_ssn("0123-45-67890")


@pytest.mark.parametrize(
    ("said", "yes"), [("Yes", True), ("Sí", True), ("acepta", True), ("✓", True), ("No", False), ("FALSE", False)]
)
def test_yes_and_no_in_both_languages(said, yes):
    assert words.yes_no(said) is yes
