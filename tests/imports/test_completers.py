"""People who completed training: who they are, what they hold, what only a person can say."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress

from accounts.models import Consent, User
from imports import actions
from imports.actions import NotAllIn
from imports.models import Batch, Row
from ledger.models import Event
from programs.models import Certification, Enrollment

from .sheets import ROSA, codes, csv_of, keep, outcomes


def test_a_completer_becomes_a_trainee_with_an_attested_certificate(cast, sheet):
    batch = sheet(ROSA, people_agreed=True)
    assert outcomes(batch) == ["new"]
    user = User.objects.get(email="rosa@example.org")
    assert (user.full_name, user.phone, user.language) == ("Rosa Delgado", "+19095550142", "es")
    assert not user.has_usable_password()
    assert (user.trainee.zip, user.trainee.county) == ("92335", "San Bernardino")
    held = Certification.objects.get(trainee=user.trainee)
    assert (held.credential_id, held.level, held.state, held.provider) == (
        "osha10",
        "provider",
        "verified",
        cast.center,
    )
    assert (held.issued_on, held.verified_by) == (date(2026, 10, 5), cast.priya)
    consent = Consent.objects.get(user=user, purpose="match")
    assert Consent.objects.standing().filter(user=user, purpose="record").exists()
    assert (consent.purpose, consent.source, consent.language) == ("match", f"import {batch.pk}", "es")
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"certification.verified", "consent.given", "import.done"} <= kinds


def test_without_agreement_people_come_in_and_are_not_matched(sheet):
    batch = sheet(ROSA)
    assert not Consent.objects.filter(user__email="rosa@example.org").exists()
    assert batch.problems == [{"code": "not_agreed", "level": "note", "params": {"count": 1}}]


def test_a_column_of_agreement_counts_before_the_tick(sheet):
    sheet(
        {**ROSA, "Agreed": "no"},
        {**ROSA, "Name": "Luz Ortega", "Email": "luz@example.org", "Phone": "", "Student ID": "S-2", "Agreed": "Sí"},
        people_agreed=True,
    )
    assert set(Consent.objects.values_list("user__email", "purpose")) == {
        ("luz@example.org", "match"),
        ("luz@example.org", "record"),
    }


def test_the_same_sheet_twice_changes_nothing(sheet):
    rows = [ROSA, {**ROSA, "Credential": "Forklift; CPR AED (AHA)", "Issued": "3/5/2026"}]
    rows[1]["Credential"] = "Forklift"
    sheet(*rows, people_agreed=True)
    before = Event.objects.count()
    again = sheet(*rows, people_agreed=True)
    assert outcomes(again) == ["same", "same"]
    assert Event.objects.count() == before
    assert User.objects.filter(email="rosa@example.org").count() == 1


def test_one_cell_may_name_several_certificates(sheet):
    sheet({**ROSA, "Credential": "OSHA 10; Forklift"})
    assert set(Certification.objects.values_list("credential_id", flat=True)) == {"osha10", "forklift"}


def test_an_unknown_certificate_is_refused_with_the_nearest_known_names(cast, sheet):
    with pytest.raises(NotAllIn) as refused:
        sheet({**ROSA, "Credential": "OSHA 11"})
    said = str(refused.value.preview.refused[0].problems[0])
    assert "OSHA 11" in said
    assert "OSHA 10" in said
    assert not User.objects.filter(email="rosa@example.org").exists()


def test_a_certificate_that_two_issuers_give_is_asked_back(sheet):
    with pytest.raises(NotAllIn) as refused:
        sheet({**ROSA, "Credential": "EPA 608"})
    assert "EPA" in str(refused.value.preview.refused[0].problems[0])


def test_all_or_nothing_unless_the_bad_rows_are_skipped(cast, sheet):
    bad = {**ROSA, "Name": "", "Email": "nobody"}
    with pytest.raises(NotAllIn):
        sheet(ROSA, bad)
    assert not Certification.objects.exists()
    batch = sheet(ROSA, bad, skip_bad_rows=True)
    assert outcomes(batch) == ["new", "refused"]
    assert set(codes(batch, line=3)) == {"email", "name_missing"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Issued": "2027-01-05"}, "issued_future"),
        ({"Issued": ""}, "issued_missing"),
        ({"Issued": "2026-02-30"}, "date_impossible"),
        ({"Expires": "2026-01-01"}, "expires_before"),
        ({"Email": "", "Phone": ""}, "contact_missing"),
        ({"Phone": "12"}, "phone"),
        ({"ZIP": "9233A"}, "zip"),
        ({"Credential": "", "Program": ""}, "proof_missing"),
        ({"Credential": "", "Program": "Basket weaving"}, "program_unknown_only"),
        ({"Name": "Mu\ufffdoz, Ana"}, "broken_letters"),
        ({"Student ID": "123-45-6789"}, "ssn"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_with_its_reason(sheet, change, code):
    with pytest.raises(NotAllIn) as refused:
        sheet({**ROSA, **change})
    assert code in [problem.code for problem in refused.value.preview.refused[0].problems]


def test_a_certificate_that_ended_long_ago_comes_in_as_expired(sheet):
    sheet({**ROSA, "Credential": "Forklift", "Issued": "2019-01-05", "Expires": "2022-01-05"})
    assert Certification.objects.get().state == "expired"


@pytest.mark.parametrize("heading", ["SSN", "SSN (required)", "SSN or ITIN", "Social Security No.", "Seguro social"])
@pytest.mark.parametrize("number", ["123456789", "123-45-6789", "6789"])
def test_a_column_of_social_security_numbers_is_dropped_and_its_rows_come_in(cast, heading, number):
    bo = {**ROSA, "Name": "Bo Li", "Email": "bo@example.org", "Phone": "", "Student ID": "S-2"}
    data = csv_of({**ROSA, heading: number}, {**bo, heading: number})
    batch = keep("completers", data, organization=cast.center, by=cast.priya, at=cast.now)
    assert number not in str(batch.sheet)
    batch = actions.bring_in(batch, by=cast.priya, at=cast.now)
    assert outcomes(batch) == ["new", "new"]
    named = [problem["params"]["columns"] for problem in batch.problems if problem["code"] == "column_never"]
    assert named == [[heading]]
    assert number not in str([list(batch.rows.values("values", "problems")), batch.problems])


def test_a_social_security_number_is_kept_nowhere(cast):
    batch = keep(
        "completers",
        csv_of({**ROSA, "SSN": "123456789", "Notes": "her number is 123-45-6789"}),
        organization=cast.center,
        by=cast.priya,
        at=cast.now,
        name="rosa 123-45-6789.csv",
    )
    kept = str(list(Batch.objects.values()))
    assert "123456789" not in kept
    assert "123-45-6789" not in kept
    done = actions.bring_in(batch, by=cast.priya, at=cast.now, skip_bad_rows=True)
    assert codes(done, line=2) == ["ssn"]
    assert "123" not in str(done.rows.get().values)


def test_a_social_security_number_among_the_headings_is_not_kept(cast):
    data = b"Rosa,92335,No. 123-45-6789\nBo,92335,No. 234-56-7891\n"
    batch = keep("completers", data, organization=cast.center, by=cast.priya, at=cast.now)
    assert "123-45-6789" not in str(batch.sheet)


def test_birth_dates_and_demographics_are_not_even_read(cast):
    batch = keep(
        "completers",
        csv_of(
            {**ROSA, "Date of birth": "1990-01-01", "Gender": "F", "Immigration status": "x", "Felony conviction": "no"}
        ),
        organization=cast.center,
        by=cast.priya,
        at=cast.now,
    )
    assert "1990" not in str(batch.sheet)
    assert batch.sheet["problems"][0]["code"] == "column_never"


@pytest.mark.parametrize(
    "name",
    [
        {"Nombre": "Rosa María", "Apellidos": "Delgado Ruiz"},
        {"Nombre(s)": "Rosa María", "Apellido paterno": "Delgado", "Apellido materno": "Ruiz"},
        {"Name": "Rosa María Delgado Ruiz", "Last name": "DELGADO RUIZ"},
        {"Name": "Delgado Ruiz, Rosa María", "First name": "Rosa", "Last name": "Delgado"},
        {"First name": "Rosa María", "Last name": "Delgado Ruiz"},
    ],
)
def test_a_name_is_put_together_from_its_columns(sheet, name):
    sheet(name | {heading: said for heading, said in ROSA.items() if heading != "Name"})
    assert User.objects.get(email="rosa@example.org").full_name == "Rosa María Delgado Ruiz"


# --- Who is this person? ------------------------------------------------------------------------------------------


def test_a_verified_email_is_the_same_person(cast, sheet):
    sheet({**ROSA, "Name": "Ana Morales", "Email": "ANA@throughline.example", "Phone": "", "Student ID": ""})
    assert Certification.objects.get().trainee == cast.trainee


def test_a_verified_email_with_quite_another_name_is_a_question(cast, sheet):
    batch = sheet({**ROSA, "Name": "Wu Li", "Email": "ana@throughline.example", "Phone": ""})
    assert outcomes(batch) == ["question"]


def test_a_verified_phone_is_the_same_person(cast, sheet):
    cast.ana.phone, cast.ana.phone_verified_at = "+19095550142", cast.now
    cast.ana.save(update_fields=["phone", "phone_verified_at"])
    sheet({**ROSA, "Name": "Ana M. Morales", "Email": ""})
    assert Certification.objects.get().trainee == cast.trainee


def test_the_providers_own_number_is_the_same_person_even_with_a_new_email(cast, sheet):
    sheet(ROSA)
    batch = sheet({**ROSA, "Email": "rosa.new@example.org", "Credential": "Forklift"})
    assert outcomes(batch) == ["changed"]
    assert User.objects.get(full_name="Rosa Delgado").email == "rosa.new@example.org"
    assert Certification.objects.count() == 2


def test_a_number_given_again_to_somebody_else_is_a_question(sheet):
    sheet(ROSA)
    batch = sheet({**ROSA, "Name": "Kim Tran", "Email": "kim@example.org", "Phone": "951-555-0100"})
    assert outcomes(batch) == ["question"]


def test_the_same_email_with_another_name_is_never_merged(sheet):
    sheet(ROSA)
    batch = sheet({**ROSA, "Name": "Marta Delgado", "Student ID": "", "Phone": ""})
    assert outcomes(batch) == ["question"]
    assert Enrollment.objects.count() == 1


def test_siblings_who_share_a_phone_in_one_sheet_are_a_question_not_one_person(sheet):
    batch = sheet(ROSA, {**ROSA, "Name": "Luis Delgado", "Email": "luis@example.org", "Student ID": "S-2"})
    assert outcomes(batch) == ["new", "question"]
    row = batch.rows.get(line=3)
    assert row.problems[0]["params"]["candidates"] == [User.objects.get(email="rosa@example.org").pk]


def test_a_neighbour_of_the_same_name_is_a_question(cast, sheet):
    batch = sheet({**ROSA, "Name": "Morales, Ana", "Email": "other@example.org", "Phone": "", "Student ID": ""})
    assert outcomes(batch) == ["question"]


def test_a_question_waits_once_however_often_the_sheet_comes(cast, sheet):
    row = {**ROSA, "Name": "Ana Morales", "Email": "other@example.org", "Phone": "", "Student ID": ""}
    first = sheet(row)
    events = Event.objects.count()
    again = sheet(row)
    assert outcomes(again) == ["same"]
    assert codes(again) == ["question_waits"]
    assert Event.objects.count() == events
    actions.answer(first.rows.get(), same_as=None, by=cast.carla, at=cast.now)
    assert outcomes(sheet(row)) == ["same"]


def test_somebody_else_becomes_a_person_of_their_own(cast, sheet):
    batch = sheet(ROSA, {**ROSA, "Name": "Luis Delgado", "Student ID": "S-2"})
    actions.answer(batch.rows.get(line=3), same_as=None, by=cast.priya, at=cast.now)
    luis = User.objects.get(full_name="Luis Delgado")
    assert luis.email is None  # the address is Rosa's; it stays in the provider's own record
    assert luis.trainee.enrollments.get().given_email == "rosa@example.org"
    assert luis.trainee.certifications.count() == 1
    row = batch.rows.get(line=3)
    assert row.values == {}
    assert Event.objects.filter(kind="import.answered").count() == 1


def test_the_same_person_gets_the_certificate_and_is_known_from_then_on(cast, sheet):
    row = {**ROSA, "Name": "Ana Morales", "Email": "other@example.org", "Phone": "", "Student ID": ""}
    batch = sheet(row)
    actions.answer(batch.rows.get(), same_as=cast.ana.pk, by=cast.carla, at=cast.now)
    assert cast.trainee.certifications.get().credential_id == "osha10"
    cast.ana.refresh_from_db()
    assert cast.ana.email == "ana@throughline.example"
    assert outcomes(sheet(row)) == ["same"]
    assert outcomes(sheet({**row, "Credential": "Forklift"})) == ["changed"]


def test_rows_about_one_uncertain_person_get_one_answer(cast, sheet):
    row = {**ROSA, "Name": "Ana Morales", "Email": "other@example.org", "Phone": "", "Student ID": ""}
    batch = sheet(row, {**row, "Credential": "Forklift"})
    assert outcomes(batch) == ["question", "question"]
    actions.answer(batch.rows.get(line=2), same_as=None, by=cast.carla, at=cast.now)
    assert not batch.rows.filter(outcome="question", answered_at=None).exists()
    person = User.objects.get(email="other@example.org")
    assert person.trainee.certifications.count() == 2


def test_only_a_coordinator_decides_about_another_providers_person(cast, sheet):
    from accounts.policies import Denied

    batch = sheet({**ROSA, "Name": "Ana Morales", "Email": "other@example.org", "Phone": "", "Student ID": ""})
    with pytest.raises(Denied):
        actions.answer(batch.rows.get(), same_as=cast.ana.pk, by=cast.priya, at=cast.now)


def test_what_a_person_wrote_themselves_is_not_overwritten(cast, sheet):
    cast.ana.last_login = cast.now
    cast.ana.save(update_fields=["last_login"])
    batch = sheet(
        {**ROSA, "Name": "Ana Morales", "Email": cast.ana.email, "Phone": "", "ZIP": "92501", "Student ID": ""}
    )
    cast.trainee.refresh_from_db()
    assert cast.trainee.zip == "92335"
    assert "kept_own_word" in codes(batch)


def test_who_took_back_their_agreement_is_not_signed_up_again_by_a_sheet(cast, sheet):
    consent = cast.agree()
    consent.withdrawn_at = cast.now
    consent.save(update_fields=["withdrawn_at"])
    batch = sheet(
        {**ROSA, "Name": "Ana Morales", "Email": cast.ana.email, "Phone": "", "Student ID": ""}, people_agreed=True
    )
    assert not Consent.objects.standing().filter(user=cast.ana, purpose="match").exists()
    assert "withdrew" in codes(batch)


def test_an_address_that_somebody_confirmed_elsewhere_is_seen(cast, sheet):
    EmailAddress.objects.create(user=cast.ana, email="second@example.org", verified=True)
    sheet({**ROSA, "Name": "Ana Morales", "Email": "second@example.org", "Phone": "", "Student ID": ""})
    assert Certification.objects.get().trainee == cast.trainee


def test_saving_twice_has_one_effect(cast):
    batch = keep("completers", csv_of(ROSA), organization=cast.center, by=cast.priya, at=cast.now)
    actions.bring_in(batch, by=cast.priya, at=cast.now)
    actions.bring_in(batch, by=cast.priya, at=cast.now)
    assert Row.objects.filter(batch=batch).count() == 1


def test_a_preview_costs_the_same_for_three_rows_and_for_sixty(cast, django_assert_max_num_queries):
    from imports import queries

    def rows(count):
        return [
            {**ROSA, "Name": f"Person {i} Of{i}", "Email": f"p{i}@example.org", "Phone": "", "Student ID": str(i)}
            for i in range(count)
        ]

    for count in (3, 60):
        batch = keep("completers", csv_of(*rows(count)), organization=cast.center, by=cast.priya, at=cast.now)
        with django_assert_max_num_queries(16):
            assert len(queries.look_again(batch, by=cast.priya, at=cast.now).good) == count
