"""The reference data: its files agree with one another and with the sources, and loading it twice changes nothing."""

import re
from collections import Counter
from datetime import date

import pytest
from django.utils.translation import override

from accounts.models import Organization, Zip
from pipeline import reference
from programs.models import Credential, Occupation, OccupationWord, Program
from programs.sheets.names import Trades

REAL = reference.rows("programs_real.csv")


@pytest.fixture
def changes(db):
    return [(step.what, step.new, step.changed) for step in reference.load()]


def test_loading_again_changes_nothing(changes):
    assert all(new == changed == 0 for _what, new, changed in changes), changes


def test_a_cell_that_was_edited_is_mended_and_nothing_else(db):
    Credential.objects.filter(pk="osha10").update(issuer="Somebody else")
    steps = {step.what: (step.new, step.changed) for step in reference.load()}
    assert steps["credentials"] == (0, 1)
    assert sum(new + changed for new, changed in steps.values()) == 1
    assert Credential.objects.get(pk="osha10").issuer != "Somebody else"


def test_a_program_its_provider_confirmed_is_left_to_the_provider(db):
    program = Program.objects.get(external_id="P017")
    Program.objects.filter(pk=program.pk).update(name="Our own words", confirmed_on=date(2026, 11, 1))
    reference.load()
    program.refresh_from_db()
    assert program.name == "Our own words"


def test_all_48_programs_are_here_with_their_source_and_unconfirmed(db):
    programs = Program.objects.filter(external_id__in=[row["id"] for row in REAL])
    assert programs.count() == 48
    assert not programs.filter(source="").exists()
    assert not programs.exclude(confirmed_on=None).exists()
    assert not programs.filter(summary_en="").exists()
    assert not programs.filter(summary_es="").exists()
    assert Counter(programs.values_list("region", flat=True))["San Joaquin Valley"] == 23
    assert Counter(programs.values_list("region", flat=True))["Inland Empire"] == 18


def test_what_the_source_says_is_shown_as_it_says_it(db):
    row = next(row for row in REAL if row["id"] == "P002")
    program = Program.objects.get(external_id="P002")
    assert (program.name, program.provider.name, program.city) == (row["program_name"], row["provider"], row["city"])
    assert (program.eligibility, program.as_of, program.source) == (row["eligibility"], row["as_of"], row["source"])
    assert program.provider.kind == Organization.Kind.SPONSOR


def test_a_program_has_a_zip_code_only_when_its_source_names_the_city(db):
    for row in REAL:
        program = Program.objects.get(external_id=row["id"])
        assert bool(program.zip) == bool(row["city"]), row["id"]
        assert program.zip_is_city == bool(program.zip)
        assert (program.latitude is None) == (not program.zip)
        if program.zip:
            assert Zip.objects.get(pk=program.zip).city in row["city"]


def test_numbers_in_a_summary_come_from_the_row_it_belongs_to():
    """A summary that says 240 hours says what the source says; spelled-out numbers are read by people."""
    extra = {row["id"]: row for row in reference.rows("programs_extra.csv")}
    for row in REAL:
        said = " ".join(row.values())
        for number in re.findall(r"\d+", extra[row["id"]]["summary_en"].replace("MC3", "")):
            assert number in said, (row["id"], number)


def test_credentials_are_taught_only_where_the_source_says_so(db):
    taught = {p.external_id: set(p.credentials.values_list("pk", flat=True)) for p in Program.objects.all()}
    assert taught["P023"] == {"mc3", "forklift"}
    assert taught["P008"] == taught["P043"] == {"forklift"}
    assert taught["P042"] == {"mssc_cpt"}
    assert taught["P005"] == set()  # "first aid; OSHA certification" names neither the issuer nor the hours


def test_29_credentials_each_of_one_of_six_kinds_with_rule_and_source_in_two_languages(db):
    credentials = list(Credential.objects.all())
    assert len(credentials) == 29
    assert {c.validity for c in credentials} == set(Credential.Validity.values)
    for c in credentials:
        assert all((c.rule_en, c.rule_es, c.name_es, c.short_en, c.short_es, c.source, c.confidence)), c.pk
        assert (c.term_months is None) == (c.validity == Credential.Validity.NONE), c.pk


def test_no_name_stands_for_two_credentials(db):
    names = Counter(name.lower() for c in Credential.objects.all() for name in c.names)
    assert [name for name, count in names.items() if count > 1] == []


def test_general_safety_cards_lead_to_no_trade_by_themselves(db):
    for key in ("osha10", "osha30", "cpr_aha", "cpr_arc", "firstaid_arc", "twic"):
        assert not Credential.objects.get(pk=key).occupations.exists()
    assert Credential.objects.get(pk="mc3").occupations.filter(pk="47-2061.00").exists()


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("soldador", "51-4121.00"),
        ("SMAW", "51-4121.00"),
        ("montacargas", "53-7051.00"),
        ("bodega", "53-7062.00"),
        ("troquero", "53-3032.00"),
        ("paneles solares", "47-2231.00"),
        ("aire acondicionado", "49-9021.00"),
        ("plomero", "47-2152.00"),
        ("techador", "47-2181.00"),
        ("CDL", "53-3032.00"),
    ],
)
def test_people_find_a_trade_by_their_own_word(db, word, code):
    assert OccupationWord.objects.filter(occupation=code, word__iexact=word).exists()


def test_every_occupation_has_titles_and_words_in_both_languages(db):
    for occupation in Occupation.objects.prefetch_related("words"):
        assert occupation.title_es, occupation.code
        languages = Counter(word.language for word in occupation.words.all())
        assert languages["en"] >= 5, occupation.code
        assert languages["es"] >= 3, occupation.code
    with override("es"):
        assert Occupation.objects.get(pk="47-2111.00").title == "Electricistas"


def test_the_sources_two_hyphens_are_a_dash(db):
    with override("en"):
        assert Occupation.objects.get(pk="47-3012.00").title == "Helpers—Carpenters"
    assert not Occupation.objects.filter(title_en__contains="--").exists()
    assert Trades.load().of_title("Helpers--Carpenters").code == "47-3012.00"


def test_wages_are_those_of_the_region(db):
    welders = Occupation.objects.get(pk="51-4121.00")
    assert (welders.wage_p10_cents, welders.wage_median_cents, welders.wage_p90_cents) == (2038, 2412, 3585)


def test_zip_codes_know_where_they_are(db):
    fontana = Zip.objects.get(pk="92335")
    assert (fontana.city, fontana.county, fontana.state) == ("Fontana", "San Bernardino", "CA")
    assert 41_000 < Zip.objects.count() < 44_000


def test_the_attribution_line_travels_with_the_data():
    assert "O*NET 30.1 Database" in (reference.DATA / "README.md").read_text()
