"""The gates, one by one: met, missing or unknown, each with its source."""

from dataclasses import replace
from datetime import date

import pytest

from matching.rules import Held, Opening, Trainee, judge, tenths_between

TODAY = date(2026, 11, 24)
FONTANA, RIALTO, FRESNO = (34.0925, -117.4351), (34.1064, -117.3703), (36.7468, -119.7726)


def held(key="osha10", **changes):
    values = {
        "credential": key,
        "certification": 1,
        "level": "provider",
        "state": "verified",
        "issued_on": date(2026, 1, 1),
        "expires_on": None,
        "provider": "Center",
        "provider_id": 7,
        "provider_is_employer": False,
        "validity": "none",
    }
    return Held(**{**values, **changes})


ANA = Trainee(id=1, zip="92335", point=FONTANA, miles=25, trained=frozenset({"welder"}), held=(held(),))
SHOP = Opening(
    id=1, organization_id=3, occupation="welder", zip="92376", point=RIALTO, wage_min_cents=2000, required=("osha10",)
)


def gate(trainee, opening, name, on=TODAY):
    return next(g for g in judge(trainee, opening, on).gates if g.name == name)


def test_ana_fits():
    judgement = judge(ANA, SHOP, TODAY)
    assert judgement.state == "fits"
    assert {g.state for g in judgement.gates} == {"met"}
    assert judgement.certified_on == date(2026, 1, 1)


def test_a_certificate_counts_on_its_last_day_and_not_on_the_next():
    ana = replace(ANA, held=(held(expires_on=TODAY),))
    assert gate(ana, SHOP, "credential").state == "met"
    after = gate(ana, SHOP, "credential", on=date(2026, 11, 25))
    assert (after.state, after.detail["note"]) == ("missing", "expired")


@pytest.mark.parametrize(
    ("certificate", "state", "note"),
    [
        (held(state="recorded", level="self"), "unknown", "unverified"),
        (held(state="expired", expires_on=date(2025, 1, 1)), "missing", "expired"),
        (held(validity="employer", provider_is_employer=True, provider_id=9), "unknown", "employer"),
        (held(validity="employer", provider_is_employer=True, provider_id=3), "met", ""),
        (held(validity="employer"), "met", "evaluate"),
    ],
)
def test_what_a_certificate_says(certificate, state, note):
    found = gate(replace(ANA, held=(certificate,)), SHOP, "credential")
    assert (found.state, found.detail["note"]) == (state, note)


def test_an_unverified_certificate_makes_a_question_not_a_match():
    assert judge(replace(ANA, held=(held(state="recorded"),)), SHOP, TODAY).state == "ask"


def test_exactly_one_missing_certificate_is_one_step_away():
    judgement = judge(ANA, replace(SHOP, required=("osha10", "forklift")), TODAY)
    assert (judgement.state, judgement.one_step) == ("near", ["forklift"])
    assert judge(ANA, replace(SHOP, required=("osha10", "forklift", "mc3")), TODAY).state is None


def test_one_of_a_group_is_enough_and_the_whole_group_missing_is_one_step():
    group = replace(SHOP, required=(), any_of=(("forklift", "osha10"),))
    assert judge(ANA, group, TODAY).state == "fits"
    lacking = judge(replace(ANA, held=()), group, TODAY)
    assert (lacking.state, lacking.one_step) == ("near", ["forklift", "osha10"])


def test_named_wishes_come_before_what_the_training_leads_to():
    ana = replace(ANA, wishes=frozenset({"plumber"}))
    assert gate(ana, SHOP, "trade").state == "missing"
    assert judge(ana, SHOP, TODAY).state is None


def test_too_far_is_no_match_and_an_unknown_home_is_none_either():
    assert judge(ANA, replace(SHOP, point=FRESNO), TODAY).state is None
    assert gate(replace(ANA, point=None), SHOP, "distance").state == "unknown"
    assert judge(replace(ANA, point=None), SHOP, TODAY).state is None


@pytest.mark.parametrize(
    ("has", "asked", "state"), [("C", "C", "met"), ("A", "B", "met"), ("", "C", "missing"), (None, "C", "unknown")]
)
def test_a_higher_license_counts_for_a_lower_one(has, asked, state):
    assert gate(replace(ANA, license=has), replace(SHOP, license=asked), "license").state == state


def test_shifts_need_to_overlap():
    nights = replace(SHOP, shifts=frozenset({"night", "swing"}))
    assert gate(ANA, nights, "shifts").state == "unknown"
    assert gate(replace(ANA, shifts=frozenset({"swing"})), nights, "shifts").detail["both"] == ["swing"]
    assert gate(replace(ANA, shifts=frozenset({"day"})), nights, "shifts").state == "missing"


def test_all_languages_are_needed():
    both = replace(SHOP, languages=frozenset({"en", "es"}))
    assert gate(replace(ANA, languages=frozenset({"es"})), both, "languages").detail["lacking"] == ["en"]
    assert gate(replace(ANA, languages=frozenset({"es", "en", "pa"})), both, "languages").state == "met"


def test_pay_is_measured_at_its_top_against_the_wish():
    assert gate(replace(ANA, wage_wish_cents=2500), replace(SHOP, wage_max_cents=2500), "wage").state == "met"
    assert gate(replace(ANA, wage_wish_cents=2501), replace(SHOP, wage_max_cents=2500), "wage").state == "missing"


def test_who_can_start_too_late_does_not_fit():
    late = replace(ANA, available_from=date(2027, 2, 1))
    assert gate(late, replace(SHOP, starts_on=date(2027, 1, 4)), "dates").state == "missing"


def test_the_longest_lasting_certificate_speaks():
    ana = replace(ANA, held=(held(certification=1, expires_on=date(2026, 12, 1)), held(certification=2)))
    assert gate(ana, SHOP, "credential").detail["certification"] == 2


def test_miles_are_tenths_and_the_same_both_ways():
    assert tenths_between(FONTANA, RIALTO) == tenths_between(RIALTO, FONTANA) == 38
    assert tenths_between(FONTANA, FONTANA) == 0


def test_since_when_somebody_is_certified_is_the_day_the_last_piece_came():
    ana = replace(ANA, held=(held(issued_on=date(2026, 1, 1)), held("mc3", issued_on=date(2026, 6, 1))))
    assert judge(ana, replace(SHOP, required=("osha10", "mc3")), TODAY).certified_on == date(2026, 6, 1)


def test_renewing_in_time_does_not_restart_the_wait():
    old = held(issued_on=date(2020, 1, 1), expires_on=date(2026, 11, 1), state="expired")
    new = held(certification=2, issued_on=date(2026, 10, 15), expires_on=date(2028, 10, 15))
    assert judge(replace(ANA, held=(old, new)), SHOP, TODAY).certified_on == date(2020, 1, 1)
    late = replace(new, issued_on=date(2026, 11, 10))
    assert judge(replace(ANA, held=(old, late)), SHOP, TODAY).certified_on == date(2026, 11, 10)


def test_an_evaluation_that_does_not_count_here_is_no_waiting_time_either():
    theirs = held(validity="employer", provider_is_employer=True, provider_id=9, issued_on=date(2020, 1, 1))
    own = held(certification=2, validity="employer", issued_on=date(2026, 10, 1))
    assert judge(replace(ANA, held=(theirs, own)), SHOP, TODAY).certified_on == date(2026, 10, 1)


def test_where_nothing_is_asked_for_only_valid_certificates_count_as_waiting():
    lapsed = held("cpr_aha", issued_on=date(2010, 1, 1), expires_on=date(2012, 1, 1))
    anything = replace(SHOP, required=())
    assert judge(replace(ANA, held=(lapsed, held(certification=2))), anything, TODAY).certified_on == date(2026, 1, 1)


def test_the_last_day_to_answer_is_not_the_first_day_of_work():
    assert judge(replace(ANA, available_from=date(2027, 2, 1)), SHOP, TODAY).state == "fits"
