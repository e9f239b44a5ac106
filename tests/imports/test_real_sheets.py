"""The real sheets, whole: programs of two states, and a city's openings."""

import pytest

from accounts.models import Organization
from imports import actions, queries
from imports.models import Batch
from ledger.models import Event
from openings.models import Opening
from programs.models import Program

from .sheets import DATA, bring_in, codes, keep, outcomes


def whole(kind, file, now, **given):
    return bring_in(kind, (DATA / file).read_bytes(), at=now, name=file, **given)


@pytest.fixture
def empty_catalogue(db):
    """Without the programs that every installation starts with."""
    Program.objects.all().delete()
    Organization.objects.all().delete()


def test_the_48_public_programs_all_come_in(empty_catalogue, now):
    batch = whole("programs", "programs_real.csv", now)
    assert outcomes(batch) == ["new"] * 48
    assert Program.objects.count() == 48
    first = Program.objects.get(external_id="P001")
    assert (first.kind, first.provider.name, first.state) == (
        "preapprenticeship",
        "Chaffey College InTech Center",
        "CA",
    )
    assert first.zip.startswith("923")
    assert first.zip_is_city
    assert (first.as_of, first.source[:22]) == ("2019-06", "https://intechcenter.o")
    kinds = {p.external_id: p.kind for p in Program.objects.order_by("pk")}
    assert (kinds["P010"], kinds["P008"], kinds["P022"]) == ("apprenticeship", "certificate", "service")
    forklift = Program.objects.get(external_id="P008")
    assert set(forklift.credentials.values_list("key", flat=True)) == {"forklift"}
    electrical = Program.objects.get(external_id="P028")
    assert set(electrical.occupations.values_list("code", flat=True)) == {"47-2111.00"}


def test_the_same_programs_again_change_nothing(empty_catalogue, now):
    whole("programs", "programs_real.csv", now)
    events = Event.objects.count()
    again = whole("programs", "programs_real.csv", now)
    assert outcomes(again) == ["same"] * 48
    assert Event.objects.count() == events


def test_programs_chosen_with_care_keep_what_is_known_better(now, db):
    """The catalogue's own kind, region, place and trades of the same programs are not made coarser by a sheet."""
    before = {p.external_id: (p.kind, p.region, p.zip) for p in Program.objects.filter(external_id__startswith="P0")}
    assert len(before) == 48
    whole("programs", "programs_real.csv", now)
    after = {p.external_id: (p.kind, p.region, p.zip) for p in Program.objects.filter(external_id__startswith="P0")}
    assert after == before


def test_a_state_list_of_300_programs_comes_in_with_its_zip_codes_repaired(now, db):
    batch = whole("programs", "etpl_programs.csv", now)
    assert outcomes(batch) == ["new"] * 300
    bus = Program.objects.get(external_id="8840")
    assert (bus.name, bus.provider.name) == ("Job Readiness", "La Casa de Don Pedro, Inc. - PCS")
    assert (bus.zip, bus.state, bus.city, bus.zip_is_city) == ("07104", "NJ", "Newark", False)
    assert bus.latitude
    assert codes(batch).count("zip_repaired") == 267
    assert codes(batch).count("provider_by_number") == 31
    assert Program.objects.filter(provider__name="Training provider no. 27").count() == 12
    mended = Program.objects.get(external_id="46700")
    assert "today’s industry" in mended.summary_en
    assert outcomes(whole("programs", "etpl_programs.csv", now)) == ["same"] * 300


def test_a_course_of_study_leads_to_its_trade_and_no_other_is_guessed(now, db):
    whole("programs", "etpl_programs.csv", now)
    welding = Program.objects.get(name="Welding Technology")
    assert set(welding.occupations.values_list("code", flat=True)) == {"51-4121.00"}
    assert not Program.objects.filter(name__icontains="phlebotomy", credentials__isnull=False).exists()
    assert not Program.objects.filter(name__icontains="dental", occupations__isnull=False).exists()


def test_a_suspended_program_is_not_open(now, db):
    data = (DATA / "etpl_programs.csv").read_bytes().replace(b",4608,Approved,", b",4608,Suspended,", 1)
    bring_in("programs", data, at=now)
    assert not Program.objects.get(external_id="4608").is_open
    assert Program.objects.get(external_id="8840").is_open
    bring_in("programs", (DATA / "etpl_programs.csv").read_bytes(), at=now)
    assert Program.objects.get(external_id="4608").is_open


def test_taking_a_state_list_back_leaves_nothing_of_it(now, db):
    before = Program.objects.count(), Organization.objects.count()
    batch = whole("programs", "etpl_programs.csv", now)
    actions.take_back(batch, by=None, at=now)
    assert (Program.objects.count(), Organization.objects.count()) == before


def test_169_openings_of_a_city_come_in_as_drafts_with_one_hourly_figure(now, db):
    batch = whole("openings", "openings_trades.csv", now)
    assert outcomes(batch).count("new") == 167
    assert not Opening.objects.exclude(state="draft").exists()
    worker = Opening.objects.get(external_id="132292")
    assert (worker.wage_min_cents, worker.wage_max_cents) == (2496, 2624)
    assert worker.wage_origin == "51,907.68 to 54,580.32 a year ÷ 2,080 hours"
    assert worker.place == "Heating Mgt-Operations"
    assert "State’s Department" in worker.description
    daily = Opening.objects.filter(wage_origin__contains="a day", title="AUTO MECHANIC").first()
    assert (daily.wage_min_cents, daily.wage_origin) == (3463, "277.04 to 322.40 a day ÷ 8 hours")
    assert Opening.objects.get(external_id="382478").seats == 3


def test_an_opening_announced_inside_and_outside_is_one_opening(now, db):
    batch = whole("openings", "openings_trades.csv", now)
    assert codes(batch).count("inside_and_outside") == 2
    assert not Opening.objects.filter(external_id__in=["373928", "380629"]).exists()


def test_a_title_leads_to_its_trade_and_an_engineer_is_no_electrician(now, db):
    whole("openings", "openings_trades.csv", now)

    def trades(**asked):
        return set(Opening.objects.filter(**asked).values_list("occupation", flat=True))

    assert trades(title__iexact="auto mechanic") == {"49-3023.00"}
    assert trades(title="ELECTRICIAN") == {"47-2111.00"}
    assert trades(title__icontains="mechanical engineer", title__istartswith="assistant") == {None}
    assert "47-2111.00" not in trades(title__iexact="electrical engineer")


def test_openings_again_change_nothing_and_go_when_taken_back(now, db):
    batch = whole("openings", "openings_trades.csv", now)
    assert outcomes(whole("openings", "openings_trades.csv", now)) == ["same"] * 169
    actions.take_back(batch, by=None, at=now)
    assert not Opening.objects.exists()
    assert not Organization.objects.filter(kind="employer").exists()


@pytest.mark.parametrize(("kind", "file"), [("programs", "etpl_programs.csv"), ("openings", "openings_trades.csv")])
def test_looking_at_a_long_sheet_costs_few_queries(now, db, kind, file, django_assert_max_num_queries):
    batch = keep(kind, (DATA / file).read_bytes(), at=now)
    with django_assert_max_num_queries(12):
        queries.look_again(Batch.objects.get(pk=batch.pk), by=None, at=now)
