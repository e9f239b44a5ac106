"""The openings sheet: complete ones may be shown at once, the rest are drafts; nobody is shut out."""

import pytest

from imports import actions
from imports.actions import NotAllIn
from ledger.models import Event
from openings.models import Opening
from openings.wording import found, problems

from .sheets import bring_in, codes, csv_of, outcomes

WELDER = {
    "Job ID": "J-1", "Company": "Rialto Steel, Inc.", "Job title": "Structural Welder", "ZIP": "92376",
    "Pay": "24.50 - 31.00",     "Pay period": "hourly", "Openings": "3",
    "Required certificates": "Certified Welder; OSHA 10",
}  # fmt: skip


@pytest.fixture
def sheet(cast):
    def run(*rows, by=None, organization=None, **options):
        return bring_in("openings", csv_of(*rows), organization=organization, by=by, at=cast.now, **options)

    return run


def test_a_complete_opening_is_shown_when_the_sheet_is_to_be_published(cast, sheet):
    batch = sheet(WELDER, publish=True)
    opening = Opening.objects.get()
    assert (opening.state, opening.organization, opening.seats) == ("published", cast.shop, 3)
    assert (opening.wage_min_cents, opening.wage_max_cents, opening.wage_origin) == (2450, 3100, "")
    assert (opening.occupation_id, opening.published_at) == ("51-4121.00", cast.now)
    assert set(opening.requirements.values_list("credential_id", "kind")) == {
        ("aws_cw", "required"),
        ("osha10", "required"),
    }
    assert Event.objects.filter(kind="opening.published", subject_id=opening.pk).count() == 1
    assert outcomes(sheet(WELDER, publish=True)) == ["same"]
    assert outcomes(batch) == ["new"]


def test_an_incomplete_opening_stays_a_draft_and_says_what_is_missing(sheet):
    batch = sheet({**WELDER, "ZIP": "", "Pay": "DOE", "Pay period": ""}, publish=True)
    assert Opening.objects.get().state == "draft"
    assert codes(batch) == ["no_pay", "stays_draft"]


def test_a_row_may_say_itself_whether_it_is_to_be_shown(sheet):
    sheet({**WELDER, "Publish": "yes"}, {**WELDER, "Job ID": "J-2", "Publish": "no", "Pay": "25"})
    assert dict(Opening.objects.values_list("external_id", "state")) == {"J-1": "published", "J-2": "draft"}


def test_a_later_sheet_amends_what_is_shown(sheet):
    sheet(WELDER, publish=True)
    batch = sheet({**WELDER, "Pay": "26 - 33"})
    assert outcomes(batch) == ["changed"]
    opening = Opening.objects.get()
    assert (opening.wage_min_cents, opening.state) == (2600, "published")
    assert Event.objects.filter(kind="opening.amended").count() == 1
    actions.take_back(batch, by=None, at=opening.published_at)
    opening.refresh_from_db()
    assert opening.wage_min_cents == 2450


def test_taking_back_closes_what_was_shown(cast, sheet):
    batch = sheet(WELDER, publish=True)
    actions.take_back(batch, by=None, at=cast.now)
    assert not Opening.objects.exists()
    assert Event.objects.filter(kind="opening.closed").count() == 1


def test_an_opening_that_somebody_has_answered_stays(cast, sheet):
    from placements.models import Referral

    batch = sheet(WELDER, publish=True)
    opening = Opening.objects.get()
    Referral.objects.create(trainee=cast.trainee, opening=opening, state="no")
    actions.take_back(batch, by=None, at=cast.now)
    assert Opening.objects.filter(pk=opening.pk, state="published").exists()
    assert "kept_held" in codes(batch)


def test_the_same_number_with_another_job_is_refused(sheet):
    with pytest.raises(NotAllIn):
        sheet(WELDER, {**WELDER, "Job title": "Painter"})
    batch = sheet({**WELDER, "Posting type": "Internal"}, {**WELDER, "Posting type": "External"})
    assert outcomes(batch) == ["new", "same"]


def test_a_union_brings_its_calls_in_under_its_own_name(cast, sheet):
    batch = sheet(
        {
            "Title": "Concrete crew",
            "Kind": "Dispatch call",
            "ZIP": "92408",
            "Rate": "264.80/day",
            "Employer": "Some contractor",
        },
        by=cast.ben,
        organization=cast.hall,
    )
    opening = Opening.objects.get()
    assert (opening.kind, opening.organization, opening.wage_min_cents) == ("dispatch", cast.hall, 3310)
    assert codes(batch) == ["other_employer"]


@pytest.mark.parametrize("column", ["Job title", "Job description", "Benefits", "Qualifications"])
def test_a_posting_that_shuts_out_people_with_records_is_refused_with_the_reason(sheet, column):
    with pytest.raises(NotAllIn) as refused:
        sheet({**WELDER, column: "Good pay. No felons."})
    said = str(refused.value.preview.refused[0].problems[0])
    assert "“No felons”" in said
    assert "Fair Chance Act" in said


@pytest.mark.parametrize("column", ["Job title", "Job description", "Benefits", "Qualifications", "Location"])
def test_a_posting_that_asks_for_a_number_or_prefers_men_is_refused(sheet, column):
    with pytest.raises(NotAllIn) as refused:
        sheet({**WELDER, column: "Men under 35 preferred. Send your Social Security number."})
    said = " ".join(map(str, refused.value.preview.refused[0].problems))
    assert "Age Discrimination in Employment Act" in said
    assert "1798.85" in said


def test_a_posting_for_citizens_waits_as_a_draft_for_the_law_that_asks_for_it(sheet):
    batch = sheet({**WELDER, "Job description": "U.S. citizens only.", "Publish": "yes"})
    opening = Opening.objects.get()
    assert opening.state == "draft"
    assert {"wording_citizen", "answer_first"} <= set(codes(batch))


def test_a_shown_opening_does_not_gain_words_without_an_answer(sheet):
    sheet({**WELDER, "Publish": "yes"})
    opening = Opening.objects.get()
    assert opening.state == "published"
    changed = {**WELDER, "Publish": "yes", "Job description": "U.S. citizens only."}
    with pytest.raises(NotAllIn):
        sheet(changed)
    Opening.objects.update(needed_by="Contract N62473 with the Navy", answered="U.S. citizens only")
    sheet(changed)
    opening.refresh_from_db()
    assert opening.description == "U.S. citizens only."


SHUT_OUT = """
No felons|Felons need not apply|clean record required|Must have a clean criminal background|no criminal background
No criminal record|no prior convictions|Applicants must not have any felony convictions|cannot have a criminal record
can't have felony convictions|sin antecedentes penales|Sin récord criminal|no tener antecedentes|Récord limpio
carta de no antecedentes penales|No se aceptan personas con antecedentes|never been convicted of a felony|felony-free
We do not hire felons|People with felony convictions will not be considered|A felony conviction will disqualify you
Applicants with a criminal record are automatically disqualified|NO FELONS OR MISDEMEANORS|no ex-cons|no exconvictos
personas con antecedentes penales abstenerse|nunca haber sido condenado|individuals with criminal records may not apply
"""
WELCOME = """
A background check follows the offer|Must pass a background check|No criminal background check required|Felons welcome
Formerly incarcerated people are welcome|Travel: no. Felons welcome|no felony restrictions|Clean driving record
Must clear background check|People with records are not excluded|Convictions will not disqualify you
sin importar antecedentes penales|verificación de antecedentes|sin verificación de antecedentes|felony friendly
We hire people with felony convictions|You may have a criminal record and still apply|sin antecedentes laborales
We consider applicants with criminal histories consistent with the Fair Chance Act|Maintain clean records and logs
"""


@pytest.mark.parametrize("said", SHUT_OUT.strip().replace("\n", "|").split("|"))
def test_words_that_shut_out_are_found(said):
    assert [finding.ground for finding in found(f"Good work. {said}. Come.")] == ["record"]
    assert problems(said)


@pytest.mark.parametrize("said", WELCOME.strip().replace("\n", "|").split("|"))
def test_words_that_welcome_or_only_check_are_fine(said):
    assert not found(f"Good work. {said}. Come.")
