"""Bringing a sheet in by the web: upload, look, save, answer, take back."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import timeline
from accounts.models import Organization, RecordView, User
from imports.models import Batch
from notifications.models import Notice
from openings.models import Opening
from programs.models import Certification, Credential, Program
from programs.sheets.names import Credentials

from .sheets import ROSA, bring_in, csv_of


@pytest.fixture
def priya(cast, sign_in):
    return sign_in(cast.priya)


def upload(client, kind, data, name="our people.csv", **fields):
    answer = client.post(reverse("import_new", args=[kind]), {"file": SimpleUploadedFile(name, data), **fields})
    return answer, Batch.objects.first()


def test_priya_looks_at_her_sheet_and_then_saves_it(cast, priya):
    assert priya.get(reverse("import_new", args=["completers"])).status_code == 200
    answer, batch = upload(priya, "completers", csv_of(ROSA), people_agreed="on")
    assert answer.headers["Location"] == reverse("import_batch", args=[batch.public_id])
    page = priya.get(answer.headers["Location"]).content.decode()
    assert "Nothing is saved yet" in page
    assert "Rosa Delgado" in page
    assert "Bring in 1 row" in page
    assert not Certification.objects.exists()

    for _twice in range(2):
        saved = priya.post(reverse("import_save", args=[batch.public_id]), {"do": "all"}, follow=True)
        assert saved.status_code == 200
    assert Certification.objects.count() == 1
    batch.refresh_from_db()
    assert batch.sheet is None
    assert "What came of each row" in saved.content.decode()
    assert "our people.csv" in priya.get(reverse("import_list")).content.decode()


def test_bad_rows_are_named_and_the_good_ones_can_come_in_without_them(cast, priya):
    bad = {**ROSA, "Name": "Ben Sample", "Email": "ben at example", "Student ID": "=S-9", "Phone": ""}
    _answer, batch = upload(priya, "completers", csv_of(ROSA, bad))
    url = reverse("import_batch", args=[batch.public_id])
    page = priya.get(url).content.decode()
    assert "ben at example" in page
    assert "Bring in 1 good row and leave 1 out" in page

    whole = priya.post(reverse("import_save", args=[batch.public_id]), {"do": "all"}, follow=True)
    assert "Nothing was saved" in whole.content.decode()
    assert not Certification.objects.exists()

    left = priya.get(url, {"refused": "csv"})
    rows = list(csv.reader(io.StringIO(left.content.decode("utf-8-sig"))))
    assert rows[1][0] == "3"
    assert "'=S-9" in rows[1]  # a formula is neutralised
    assert "email" in rows[1][-1].lower()

    priya.post(reverse("import_save", args=[batch.public_id]), {"do": "good"})
    assert Certification.objects.count() == 1
    again = priya.get(url, {"refused": "csv"})
    assert "Ben Sample" in again.content.decode("utf-8-sig")
    assert priya.get(url, {"outcome": "refused"}).status_code == 200


def test_a_column_that_was_not_recognised_is_chosen_by_hand(cast, priya):
    row = {heading.replace("Name", "Who"): value for heading, value in ROSA.items()}
    _answer, batch = upload(priya, "completers", csv_of(row))
    url = reverse("import_batch", args=[batch.public_id])
    page = priya.get(url).content.decode()
    assert "Some columns were not found" in page
    save = reverse("import_save", args=[batch.public_id])
    priya.post(save, {"do": "all"})
    assert not Certification.objects.exists()
    priya.post(save, {"do": "columns", "column-name": "Who", "column-email": "Email", "column-nonsense": "Who"})
    assert "Rosa Delgado" in priya.get(url).content.decode()
    priya.post(save, {"do": "all"})
    assert Certification.objects.count() == 1


def test_one_person_is_written_down_without_a_sheet(cast, priya, sign_in):
    url = reverse("import_by_hand", args=["completers"])
    form = priya.get(url).context["form"]
    assert ("Structural welding", "Structural welding") in form.fields["program"].choices
    known = Credentials.load()  # whatever can be chosen is understood
    assert all(len(known.find(value)) == 1 for value, _label in form.fields["credential"].choices if value)
    osha = Credential.objects.get(pk="osha10").name_en
    typed = {
        "name": "Rosa Delgado", "email": "", "phone": "", "zip": "92335", "language": "es", "agreed": "on",
        "program": "Structural welding", "completed_on": "2026-10-02", "credential": osha, "issued": "2026-10-05",
    }  # fmt: skip
    for wrong, said in (
        ({"issued": "2027-01-01"}, "Neither an email nor a phone number is given."),
        ({"email": "rosa@example.org", "name": "Rosa 123-45-6789"}, "Social Security number"),
    ):
        page = priya.post(url, typed | wrong)
        assert (page.status_code, said in page.content.decode(), Batch.objects.count()) == (422, True, 0), said
        assert 'value="92335"' in page.content.decode()  # nothing typed is lost
    answer = priya.post(url, typed | {"email": "Rosa@example.org"})
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("import_batch", args=[batch.public_id])
    assert "Rosa Delgado" in priya.get(answer["Location"]).content.decode()
    priya.post(reverse("import_save", args=[batch.public_id]), {"do": "all"})
    rosa = User.objects.get(email="rosa@example.org")
    assert (rosa.full_name, rosa.language, rosa.trainee.zip) == ("Rosa Delgado", "es", "92335")
    written = rosa.trainee.enrollments.get()
    assert (written.program, str(written.completed_on)) == (cast.program, "2026-10-02")
    assert rosa.consents.standing().filter(purpose="match").exists()
    told = [entry.words for entry in timeline.of_person(rosa, reader=rosa)]
    assert "Inland Trades Training Center confirmed a certificate: OSHA 10." in told
    # Written down once more it is said already.
    assert priya.post(url, typed | {"email": "rosa@example.org"}).status_code == 302
    again = Batch.objects.latest("pk")
    assert "nothing new" in priya.get(reverse("import_batch", args=[again.public_id])).content.decode()
    priya.post(reverse("import_undo", args=[batch.public_id]))
    assert not User.objects.filter(email="rosa@example.org").exists()
    assert sign_in(cast.elliot).get(url).status_code == 403
    assert priya.get(reverse("import_by_hand", args=["programs"])).status_code == 404
    # Who shares a record and has no page yet is not taken for whoever a coordinator did not name.
    sign_in(cast.elliot).post(reverse("consent_record", args=["yes"]))
    assert cast.elliot.consents.filter(purpose="record").exists()
    page = sign_in(cast.carla).get(url)
    assert (page.status_code, cast.elliot.email in page.content.decode()) == (200, False)


def test_a_sheet_can_be_put_away(cast, priya):
    _answer, batch = upload(priya, "completers", csv_of(ROSA))
    priya.post(reverse("import_save", args=[batch.public_id]), {"do": "discard"})
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    "what", [b"%PDF-1.7 ...", b"\x89PNG....", b"", b"<html><table></table></html>", b"PK\x03\x04nonsense"]
)
def test_a_wrong_file_gets_a_sentence_and_saves_nothing(cast, priya, what):
    answer, batch = upload(priya, "completers", what, name="people.xlsx")
    assert answer.status_code == 200
    assert batch is None
    assert "Not saved yet" in answer.content.decode()


def test_the_page_speaks_the_readers_language(cast, priya):
    priya.cookies["django_language"] = "es"
    answer, _batch = upload(priya, "completers", b"%PDF-1.7", name="people.xlsx")
    assert answer.headers["Content-Language"] == "es"


def test_a_batch_of_others_looks_like_none(cast, priya, sign_in):
    other = Organization.objects.create(name="Elsewhere", kind="provider")
    stranger = User.objects.create_user("x@throughline.example", full_name="X")
    cast.member(stranger, other)
    batch = bring_in("completers", csv_of(ROSA), organization=cast.center, by=cast.priya, at=cast.now)
    for name, post in (("import_batch", False), ("import_save", True), ("import_undo", True)):
        url = reverse(name, args=[batch.public_id])
        client = sign_in(stranger)
        answer = client.post(url) if post else client.get(url)
        assert answer.status_code == 404, name
    assert Certification.objects.exists()


def test_a_trainee_has_no_business_with_sheets(cast, sign_in):
    client = sign_in(cast.ana)
    assert client.get(reverse("import_list")).status_code == 403
    assert client.get(reverse("import_new", args=["completers"])).status_code == 403
    assert client.get(reverse("import_sample", args=["completers", "csv"])).status_code == 403
    assert sign_in(cast.priya).get(reverse("import_new", args=["recipes"])).status_code == 404


def test_an_employer_brings_in_openings_and_nothing_else(cast, sign_in):
    elliot = sign_in(cast.elliot)
    assert elliot.get(reverse("import_new", args=["completers"])).status_code == 403
    row = {"Title": "Welder", "ZIP": "92376", "Pay": "24.50 - 31.00", "Pay period": "hourly", "Seats": "2"}
    _answer, batch = upload(elliot, "openings", csv_of(row), publish="on")
    assert "$24.50–$31.00 an hour" in elliot.get(reverse("import_batch", args=[batch.public_id])).content.decode()
    elliot.post(reverse("import_save", args=[batch.public_id]))
    opening = Opening.objects.get()
    assert (opening.organization, opening.state, opening.occupation_id) == (cast.shop, "published", "51-4121.00")


def test_a_coordinator_chooses_the_organization(cast, sign_in):
    carla = sign_in(cast.carla)
    answer, _none = upload(carla, "completers", csv_of(ROSA))
    assert "Not saved yet" in answer.content.decode()
    _answer, batch = upload(carla, "completers", csv_of(ROSA), organization=str(cast.center.public_id))
    assert batch.organization == cast.center
    _answer, batch = upload(
        carla, "programs", csv_of({"Program": "Masonry", "Provider": "Stone School", "City": "Fontana"})
    )
    carla.post(reverse("import_save", args=[batch.public_id]))
    assert Program.objects.get(name="Masonry").provider.name == "Stone School"


def test_provider_staff_cannot_speak_for_another_provider(cast, priya):
    answer, _batch = upload(priya, "programs", csv_of({"Program": "Masonry", "Provider": "Stone School"}))
    page = priya.get(answer.headers["Location"]).content.decode()
    assert "This is a program of “Stone School”" in page
    stranger = Organization.objects.create(name="Elsewhere", kind="provider")
    upload(priya, "completers", csv_of(ROSA), organization=str(stranger.public_id))
    priya.post(reverse("import_save", args=[Batch.objects.first().public_id]))
    assert not Certification.objects.filter(provider=stranger).exists()


def test_priya_answers_about_her_own_people_side_by_side(cast, priya):
    _answer, batch = upload(priya, "completers", csv_of(ROSA, {**ROSA, "Name": "Luis Delgado", "Student ID": "S-2"}))
    priya.post(reverse("import_save", args=[batch.public_id]))
    assert "asks whether a person is already here" in priya.get(reverse("import_list")).content.decode()
    page = priya.get(reverse("import_batch", args=[batch.public_id])).content.decode()
    assert "Is this the same person?" in page
    assert "Luis Delgado" in page
    assert "Yes, the same person" in page
    url = reverse("import_question", args=[batch.public_id, 3])
    for none in ("7", "²", "9" * 5000):
        assert priya.post(url, {"same": none}).status_code == 302
    assert not User.objects.filter(full_name="Luis Delgado").exists()
    priya.post(url, {"same": "none"})
    assert User.objects.filter(full_name="Luis Delgado").exists()


def test_another_providers_person_is_not_shown_to_priya_but_to_carla(cast, priya, sign_in):
    other = Organization.objects.create(name="Elsewhere", kind="provider")
    bring_in("completers", csv_of({**ROSA, "Phone": "951-555-0199"}), organization=other, by=None, at=cast.now)
    _answer, batch = upload(priya, "completers", csv_of({**ROSA, "Phone": ""}))
    priya.post(reverse("import_save", args=[batch.public_id]))
    url = reverse("import_batch", args=[batch.public_id])
    page = priya.get(url).content.decode()
    assert "A person with this email is already known here" in page
    assert "+19515550199" not in page
    assert "Elsewhere" not in page
    assert "A coordinator decides this" in page
    answer = reverse("import_question", args=[batch.public_id, 2])
    assert priya.post(answer, {"same": "0"}).status_code == 403
    carla = sign_in(cast.carla)
    assert "+19515550199" in carla.get(url).content.decode()
    carla.post(answer, {"same": "0"})
    assert Certification.objects.filter(provider=cast.center).get().trainee.user.email == "rosa@example.org"


def test_what_came_of_each_row_names_the_person_and_says_who_was_here(cast, priya, sign_in):
    stays = {**ROSA, "Name": "Bo Li", "Email": "bo@example.org", "Phone": "", "Student ID": "S-2"}
    bring_in("completers", csv_of(ROSA, stays), organization=cast.center, by=cast.priya, at=cast.now)
    rows = [
        ROSA,
        {**stays, "Credential": "Forklift"},
        {**stays, "Name": "Ida Cruz", "Email": "ida@example.org", "Student ID": "S-3", "Agreed": "yes"},
        {**stays, "Name": "Left Out", "Email": "", "Student ID": ""},
    ]
    _answer, batch = upload(priya, "completers", csv_of(*rows))
    url = reverse("import_batch", args=[batch.public_id])
    assert counted(priya.get(url)) == ["new here 1", "already here, with something new 1",
                                       "nothing new 1", "refused 1"]  # fmt: skip
    priya.post(reverse("import_save", args=[batch.public_id]), {"do": "good"})
    answer = priya.get(url)
    assert counted(answer)[0] == "new here 1"
    came = {one.row.line: (one.name, one.outcome) for one in answer.context["rows"]}
    assert came == {
        2: ("Rosa Delgado", "nothing new"),
        3: ("Bo Li", "already here, with something new"),
        4: ("Ida Cruz", "new here"),
        5: ("Left Out", "refused"),
    }
    seen = RecordView.objects.filter(viewer=cast.priya, purpose="sheet").values_list("person__full_name", flat=True)
    assert set(seen) == {"Rosa Delgado", "Bo Li", "Ida Cruz"}
    # A coordinator reads the names of those who share their record.
    came = {one.row.line: one.name for one in sign_in(cast.carla).get(url).context["rows"]}
    assert came == {2: "", 3: "", 4: "Ida Cruz", 5: "Left Out"}
    priya.post(reverse("import_undo", args=[batch.public_id]))
    assert User.objects.filter(full_name__in=["Rosa Delgado", "Bo Li"]).count() == 2


def counted(answer) -> list[str]:
    return [f"{label} {n}" for _value, label, n in answer.context["counts"]]


def test_rows_of_programs_and_openings_are_named_too(cast, sign_in):
    carla = sign_in(cast.carla)
    for kind, row in (("programs", {"Program": "Masonry", "Provider": "Stone School"}),
                      ("openings", {"Employer": "Stone Works", "Title": "Mason", "Wage": "30"})):  # fmt: skip
        for _time in range(2):
            _answer, batch = upload(carla, kind, csv_of(row), organization="")
            carla.post(reverse("import_save", args=[batch.public_id]))
            answer = carla.get(reverse("import_batch", args=[batch.public_id]))
            assert [one.name for one in answer.context["rows"]] == [row.get("Program") or row["Title"]]


def test_a_field_that_was_not_overwritten_is_named_in_words(cast, priya):
    cast.ana.last_login = cast.now
    cast.ana.save(update_fields=["last_login"])
    type(cast.trainee).objects.filter(pk=cast.trainee.pk).update(zip="92501", miles=20)
    row = {**ROSA, "Name": cast.ana.full_name, "Email": cast.ana.email, "Phone": "", "Student ID": "", "Miles": "55"}
    _answer, batch = upload(priya, "completers", csv_of(row))
    page = priya.get(reverse("import_batch", args=[batch.public_id])).content.decode()
    assert "this was not overwritten: the ZIP code, how many miles they can travel." in page


def test_priya_takes_a_sheet_back(cast, priya):
    _answer, batch = upload(priya, "completers", csv_of(ROSA))
    save, undo = (reverse(name, args=[batch.public_id]) for name in ("import_save", "import_undo"))
    assert "only looked at" in priya.post(undo, follow=True).content.decode()
    priya.post(save)
    rosa = Certification.objects.get().trainee.user
    # What tells of her and is not Priya's to read goes with her.
    looked = {"day": cast.now.date(), "first_at": cast.now, "last_at": cast.now}
    RecordView.objects.create(person=rosa, viewer=cast.carla, purpose="list", **looked)
    Notice.objects.create(user=rosa, kind="matches", topic="matches", once_key="x", created_at=cast.now)
    page = priya.post(undo, follow=True).content.decode()
    assert "The sheet is taken back" in page
    assert not User.objects.filter(pk=rosa.pk).exists()
    assert not RecordView.objects.exists()
    assert not Notice.objects.filter(user=rosa.pk).exists()
    assert not Certification.objects.exists()
    assert "Take it back" not in page


@pytest.mark.parametrize("kind", ["completers", "programs", "openings"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_empty_sheet_can_be_filled_in_and_brought_back(cast, sign_in, kind, form, language):
    carla = sign_in(cast.carla)
    carla.cookies["django_language"] = language
    sample = carla.get(reverse("import_sample", args=[kind, form]))
    assert sample.status_code == 200
    answer, batch = upload(
        carla,
        kind,
        sample.content,
        name=f"x.{form}",
        organization=str(cast.center.public_id) if kind == "completers" else "",
    )
    assert batch is not None, answer.content.decode()
    carla.post(reverse("import_save", args=[batch.public_id]))
    batch.refresh_from_db()
    assert batch.state == "imported", carla.get(reverse("import_batch", args=[batch.public_id])).content.decode()


def test_the_list_costs_the_same_for_3_sheets_and_for_20(cast, sign_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, costs = sign_in(cast.carla), []
    for count in (3, 20):
        for number in range(count):
            Batch.objects.create(kind="completers", organization=cast.center, by=cast.priya, file_name=f"{number}.csv")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse("import_list")).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_sheets_only_looked_at_are_forgotten_after_a_week(cast, priya):
    from datetime import timedelta

    from imports import actions

    _answer, batch = upload(priya, "completers", csv_of(ROSA, {**ROSA, "Name": "", "Student ID": ""}))
    done = bring_in(
        "completers", csv_of(ROSA, {**ROSA, "Name": ""}), organization=cast.center, at=cast.now, skip_bad_rows=True
    )
    assert actions.forget(at=cast.now + timedelta(days=6)) == 0
    assert actions.forget(at=cast.now + timedelta(days=40)) == 1
    assert not Batch.objects.filter(pk=batch.pk).exists()
    assert done.rows.get(line=3).values == {}


def test_a_preview_whose_content_is_gone_says_what_to_do(cast, priya):
    batch = Batch.objects.create(kind="completers", organization=cast.center, by=cast.priya, file_name="old.csv")
    url = reverse("import_batch", args=[batch.public_id])
    assert "Bring the file in again" in priya.get(url).content.decode()
    assert priya.post(reverse("import_save", args=[batch.public_id])).headers["Location"] == url
