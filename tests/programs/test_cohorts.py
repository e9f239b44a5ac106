"""Classes of programs: their rules, their life, who keeps them, and their pages."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from accounts.models import Organization, Zip
from accounts.policies import Denied
from ledger.lifecycle import IllegalStep
from ledger.log import history
from programs import cohorts
from programs.cohort_queries import first_days
from programs.models import Cohort, Program
from programs.templatetags.training import weekdays

from .conftest import FACTS

TODAY = date(2026, 11, 24)
TYPED = {
    "starts_on": "2027-01-11", "ends_on": "2027-04-30", "apply_by": "2027-01-04", "seats": "16", "zip": "",
    "schedule": "Mon-Thu  5:30-9 pm", "languages": ["en", "es"], "takes_people": "yes",
}  # fmt: skip


def kinds(cohort):
    return [event.kind for event in history(cohort)][::-1]


# Rules


@pytest.mark.parametrize(
    ("facts", "rule", "sentence"),
    [
        ({"ends_on": date(2027, 1, 10)}, "cohort_ends_after_it_starts", "The last day is before the first."),
        (
            {"apply_by": date(2027, 1, 12)},
            "cohort_apply_by_before_it_starts",
            "The last day to apply is after the class starts.",
        ),
        ({"seats": 0}, "cohort_seats_at_least_one", "A class has at least one place."),
        ({"zip": "92335"}, "cohort_zip_has_its_point", "A class with its own ZIP code needs the place"),
    ],
)
def test_the_database_keeps_the_rules_and_says_them_plainly(cast, facts, rule, sentence):
    cohort = Cohort(program=cast.program, **{**FACTS, **facts})
    with pytest.raises(ValidationError, match=sentence):
        cohort.full_clean()
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        cohort.save()


def test_a_class_of_one_day_may_be_applied_for_until_that_day(announce):
    day = date(2026, 12, 5)
    assert announce(starts_on=day, ends_on=day, apply_by=day).pk


# Life


def test_a_class_is_announced_full_open_again_and_cancelled(cast, announce):
    cohort = announce(takes_people=False)
    assert cohort.state == "planned"
    for step, state in [("opened", "open"), ("full", "full"), ("opened", "open"), ("cancelled", "cancelled")]:
        assert cohorts.step(cohort, step, by=cast.priya, at=cast.now).state == state
    assert kinds(cohort) == [
        "cohort.announced", "cohort.opened", "cohort.full", "cohort.opened", "cohort.cancelled",
    ]  # fmt: skip
    event = history(cohort).first()
    assert (event.actor_id, event.organization_id) == (cast.priya.pk, cast.center.pk)
    assert event.facts["program"] == cast.program.pk
    with pytest.raises(IllegalStep):
        cohorts.step(cohort, "full", by=cast.priya, at=cast.now)


def test_the_same_form_sent_twice_is_one_class_and_another_written_into_it_is_two(cast, announce):
    first = announce(public_id=(number := Cohort().public_id))
    assert announce(public_id=number) == first
    assert announce(public_id=number, starts_on=date(2027, 1, 12)) != first
    assert Cohort.objects.count() == 2


def test_a_change_is_recorded_with_what_changed_and_no_change_is_not(cast, announce):
    cohort = announce()
    version = cohorts.version_of(cohort)
    cohorts.amend(cohort, facts=FACTS, version=version, by=cast.priya, at=cast.now)
    assert kinds(cohort) == ["cohort.announced"]
    facts = {**FACTS, "zip": "92408", "seats": None}
    fresh = cohorts.amend(cohort, facts=facts, version=version, by=cast.priya, at=cast.now)
    assert history(cohort).first().facts["changed"] == ["seats", "zip", "city", "latitude", "longitude"]
    assert fresh.latitude == Zip.objects.get(code="92408").latitude
    assert fresh.place == ("San Bernardino", "92408")
    back = cohorts.amend(
        cohort, facts=FACTS, version=cohorts.version_of(fresh), by=cast.priya, at=cast.now
    )  # back to where the program is
    assert (back.zip, back.city, back.latitude) == ("", "", None)


def test_somebody_elses_change_is_noticed(cast, announce):
    cohort = announce()
    version = cohorts.version_of(cohort)
    cohorts.step(cohort, "full", by=cast.carla, at=cast.now)
    with pytest.raises(cohorts.Changed) as noticed:
        cohorts.amend(cohort, facts={**FACTS, "seats": 20}, version=version, by=cast.priya, at=cast.now)
    assert noticed.value.cohort.state == "full"
    cohort.refresh_from_db()
    assert cohort.seats == 16


def test_a_program_with_classes_is_not_deleted_under_them(cast, announce):
    announce()
    with pytest.raises(IntegrityError):
        cast.program.delete()


# Who


@pytest.mark.parametrize("who", ["ana", "elliot", "rhea", "ben", "willa"])
def test_others_neither_add_nor_change_nor_cancel(cast, announce, who):
    cohort, other = announce(), getattr(cast, who)
    with pytest.raises(Denied):
        announce(by=other)
    with pytest.raises(Denied):
        cohorts.amend(cohort, facts=FACTS, version=cohorts.version_of(cohort), by=other, at=cast.now)
    with pytest.raises(Denied):
        cohorts.step(cohort, "cancelled", by=other, at=cast.now)


def test_another_provider_is_refused_and_does_not_see_it_in_its_list(cast, announce, sign_in):
    cohort = announce()
    rival = cast.organization("Another School", Organization.Kind.SCHOOL, "92335")
    cast.member(cast.willa, rival)
    browser = sign_in(cast.willa)
    assert "Structural welding" not in browser.get(reverse("cohort_list")).text
    assert browser.get(reverse("cohort_edit", args=[cohort.public_id])).status_code == 403
    assert browser.post(reverse("cohort_step", args=[cohort.public_id, "cancelled"])).status_code == 403
    assert browser.get(reverse("cohort_new") + f"?program={cast.program.public_id}").status_code == 403
    posted = browser.post(reverse("cohort_new") + f"?program={cast.program.public_id}", TYPED)
    assert posted.status_code == 403
    assert Cohort.objects.get().state == "open"


def test_a_coordinator_adds_one_from_the_programs_page(cast, sign_in):
    browser = sign_in(cast.carla)
    address = reverse("cohort_new") + f"?program={cast.program.public_id}"
    assert address in browser.get(reverse("program", args=[cast.program.public_id])).text
    answer = browser.post(address, TYPED)
    assert answer.headers["Location"] == reverse("program", args=[cast.program.public_id])
    assert kinds(Cohort.objects.get()) == ["cohort.announced"]


# Pages


def test_priya_adds_a_class_and_everybody_reads_it(cast, sign_in, client):
    browser = sign_in(cast.priya)
    assert f'href="{reverse("cohort_list")}"' in browser.get(reverse("home")).text
    browser.post(reverse("cohort_new"), {**TYPED, "zip": "92408-1234"})
    cohort = Cohort.objects.get()
    assert {name: getattr(cohort, name) for name in FACTS} == {**FACTS, "zip": "92408"}
    assert (cohort.state, cohort.city) == ("open", "San Bernardino")
    assert "Structural welding" in browser.get(reverse("cohort_list")).text
    page = client.get(reverse("program", args=[cast.program.public_id])).text
    for words in (
        "Jan. 11, 2027 to April 30, 2027", "Mon-Thu 5:30-9 pm", "San Bernardino 92408", "Taught in English and Spanish",
        "16 places", "Apply by Jan. 4, 2027", "takes people now",
    ):  # fmt: skip
        assert words in page
    assert reverse("cohort_edit", args=[cohort.public_id]) not in page
    spanish = client.get(reverse("program", args=[cast.program.public_id]), headers={"Accept-Language": "es"}).text
    assert "11 de enero de 2027 al 30 de abril de 2027" in spanish
    assert "Solicite su lugar a más tardar el 4 de enero de 2027" in spanish


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("starts_on", "", "This field is required."),
        ("starts_on", "soon", "Enter a valid date."),
        ("starts_on", "2026-11-23", "This day is past."),
        ("starts_on", "2072-01-11", "This is more than three years away."),
        ("ends_on", "2027-01-10", "The last day is before the first."),
        ("ends_on", "2072-01-10", "This is more than six years after the first day."),
        ("apply_by", "2027-01-12", "The last day to apply is after the class starts."),
        ("apply_by", "2026-11-01", "This day is past: nobody could apply."),
        ("zip", "9233", "A ZIP code has five digits"),
        ("zip", "00000", "We do not know the ZIP code 00000."),
        ("seats", "0", "A class has at least one place."),
        ("languages", ["xx"], "xx"),
    ],
)
def test_a_wrong_answer_gets_a_sentence_and_nothing_is_lost(cast, sign_in, field, typed, sentence):
    answer = sign_in(cast.priya).post(reverse("cohort_new"), {**TYPED, field: typed})
    assert answer.status_code == 422
    assert any(sentence in error for error in answer.context["form"].errors[field])
    assert 'value="Mon-Thu  5:30-9 pm"' in answer.text
    assert not Cohort.objects.exists()


def test_what_was_right_when_it_was_written_may_be_past_now(cast, announce, sign_in):
    cohort = announce(starts_on=date(2026, 11, 2), ends_on=date(2026, 12, 18), apply_by=date(2026, 10, 26))
    typed = {
        **TYPED, "starts_on": "2026-11-02", "ends_on": "2026-12-19", "apply_by": "2026-10-26",
        "version": cohorts.version_of(cohort),
    }  # fmt: skip
    sign_in(cast.priya).post(reverse("cohort_edit", args=[cohort.public_id]), typed)
    cohort.refresh_from_db()
    assert cohort.ends_on == date(2026, 12, 19)


def test_two_write_at_once_and_the_second_keeps_what_was_typed(cast, announce, sign_in):
    cohort = announce()
    address = reverse("cohort_edit", args=[cohort.public_id])
    browser = sign_in(cast.priya)
    version = browser.get(address).context["version"]
    sign_in(cast.carla).post(address, {**TYPED, "seats": "20", "version": version})
    answer = browser.post(address, {**TYPED, "schedule": "Sat 8 am-4 pm", "version": version})
    assert answer.status_code == 422
    assert answer.context["changed"] == ["Places", "Days and hours"]
    assert 'value="Sat 8 am-4 pm"' in answer.text
    again = browser.post(address, {**TYPED, "schedule": "Sat 8 am-4 pm", "version": answer.context["version"]})
    assert again.status_code == 302
    cohort.refresh_from_db()
    assert (cohort.schedule, cohort.seats) == ("Sat 8 am-4 pm", 16)


def test_a_button_pressed_twice_says_so_and_an_unknown_one_is_absent(cast, announce, sign_in):
    cohort, browser = announce(), sign_in(cast.priya)
    address = reverse("cohort_step", args=[cohort.public_id, "full"])
    assert "the class is full" in browser.post(address, follow=True).text
    assert "already changed by somebody else" in browser.post(address, follow=True).text
    assert browser.post(reverse("cohort_step", args=[cohort.public_id, "announced"])).status_code == 404


def test_a_cancelled_class_leaves_the_program_and_a_full_one_says_so(cast, announce, client):
    full, gone = announce(), announce(starts_on=date(2027, 2, 1))
    cohorts.step(full, "full", by=cast.priya, at=cast.now)
    cohorts.step(gone, "cancelled", by=cast.priya, at=cast.now)
    page = client.get(reverse("program", args=[cast.program.public_id]))
    assert page.context["cohorts"] == [full]
    assert '<span class="tl-tag tl-tag--missing">full</span>' in page.text


@pytest.mark.parametrize(
    ("written", "english", "spanish"),
    [
        ("Mon-Thu 5:30-9 pm", "Mon-Thu 5:30-9 pm", "lun-jue 5:30-9 pm"),
        ("sábado y domingo 8-2", "Saturday y Sunday 8-2", "sábado y domingo 8-2"),
        ("lun/mié 6 pm, Sunday in Marin", "Mon/Wed 6 pm, Sunday in Marin", "lun/mié 6 pm, domingo in Marin"),
        ("", "", ""),
    ],
)
def test_weekdays_are_said_in_the_readers_language(written, english, spanish):
    with translation.override("en"):
        assert weekdays(written) == english
    with translation.override("es"):
        assert weekdays(written) == spanish


def test_past_classes_are_folded(cast, announce, sign_in):
    announce(starts_on=date(2026, 11, 2), apply_by=None)
    page = sign_in(cast.priya).get(reverse("cohort_list"))
    assert not page.context["page"].object_list
    assert "Past classes" in page.text
    assert "has begun" in page.text


def test_a_provider_without_a_program_is_told_where_to_begin(cast, sign_in):
    Program.objects.filter(pk=cast.program.pk).update(is_open=False)
    browser = sign_in(cast.priya)
    assert "Bring in a spreadsheet of your programs first." in browser.get(reverse("cohort_list")).text
    assert browser.get(reverse("cohort_new")).headers["Location"] == reverse("cohort_list")


def test_with_several_programs_one_is_chosen(cast, located, sign_in):
    located("92335", "osha10")
    browser = sign_in(cast.priya)
    answer = browser.post(reverse("cohort_new"), {**TYPED, "program": ""})
    assert answer.context["form"].errors["program"]
    browser.post(reverse("cohort_new"), {**TYPED, "program": str(cast.program.public_id)})
    assert Cohort.objects.get().program == cast.program


def test_the_pages_stay_within_twelve_queries(cast, announce, sign_in, django_assert_max_num_queries):
    for day in range(30):
        announce(starts_on=date(2027, 1, 11) + timedelta(days=day))
    announce(starts_on=date(2026, 11, 2), apply_by=None)
    browser = sign_in(cast.priya)
    edit = reverse("cohort_edit", args=[Cohort.objects.first().public_id])
    program = reverse("program", args=[cast.program.public_id])
    for address in (reverse("cohort_list"), reverse("cohort_new"), edit, program):
        with django_assert_max_num_queries(12):
            assert browser.get(address).status_code == 200


def test_a_search_card_names_the_first_day_one_can_still_get_into(cast, announce, client):
    cohorts.step(announce(starts_on=date(2026, 12, 14), apply_by=None), "full", by=cast.priya, at=cast.now)
    announce(starts_on=date(2026, 12, 21), apply_by=date(2026, 11, 23))
    announce()
    assert first_days([cast.program], on=TODAY) == {cast.program.pk: date(2027, 1, 11)}
    assert "Next class: Jan. 11, 2027" in client.get(reverse("program_list") + "?q=structural").text
