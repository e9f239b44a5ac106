"""Elliot writes an opening; nobody else's people can."""

import re

import pytest
from django.urls import reverse

from ledger.log import history
from openings import publishing
from openings.models import Opening
from openings.queries import version_of

pytestmark = pytest.mark.django_db


def typed(**changes):
    return {
        "kind": "job",
        "title": "Welder",
        "title_es": "Soldador",
        "description": "Weld beams.",
        "description_es": "",
        "occupation_id": "51-4121.00",
        "zip": "92376",
        "seats": "2",
        "wage_min_cents": "$24.50",
        "wage_max_cents": "31",
        "benefits": "",
        "shifts": ["day"],
        "license": "",
        "languages": [],
        "opens_on": "",
        "closes_on": "",
        "starts_on": "",
        "order_rule": "waiting",
        "required": ["aws_cw", "osha10"],
        "any_of_1": ["forklift", "cft"],
        "preferred": ["osha30"],
        **changes,
    }


@pytest.fixture
def elliot(cast, sign_in):
    return sign_in(cast.elliot)


def edit(opening):
    return reverse("opening_edit", args=[opening.public_id])


def kinds(opening):
    return [event.kind for event in history(opening)]


def test_elliot_saves_a_draft_and_publishes_it(elliot, cast):
    elliot.post(reverse("opening_new"), typed())
    opening = Opening.objects.get()
    assert (opening.state, opening.wage_min_cents, opening.wage_max_cents) == ("draft", 2450, 3100)
    assert opening.organization == cast.shop
    assert opening.requirements.count() == 5
    page = elliot.post(reverse("opening_publish", args=[opening.public_id]), follow=True)
    assert "Published." in page.text
    opening.refresh_from_db()
    assert opening.state == "published"
    assert opening.published_at
    assert opening.latitude
    assert kinds(opening) == ["opening.published", "opening.drafted"]


def test_one_button_saves_and_publishes(elliot):
    elliot.post(reverse("opening_new"), typed(then="publish"))
    assert Opening.objects.get().state == "published"


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        ({"wage_min_cents": "", "wage_max_cents": ""}, "an opening without a wage is not published"),
        ({"occupation_id": ""}, "Choose the trade"),
        ({"zip": ""}, "Write the ZIP code of the work"),
        ({"closes_on": "2026-01-01"}, "Its last day is over."),
        ({"description": "No felons."}, "Fair Chance Act"),
        ({"description_es": "Sin antecedentes penales."}, "Fair Chance Act"),
    ],
)
def test_what_is_missing_or_shuts_people_out_is_said_and_the_draft_kept(elliot, gap, sentence):
    page = elliot.post(reverse("opening_new"), typed(then="publish", **gap), follow=True)
    assert sentence in page.text
    assert Opening.objects.get().state == "draft"
    (name,) = set(gap) - {"wage_max_cents"}
    field = page.context["form"][name]
    assert sentence in str(field.errors)
    assert f'href="#{field.id_for_label}"' in page.text, "the list above leads to the field"
    assert f'id="{field.auto_id}_error"' in page.text
    assert f"{field.auto_id}_error" in re.search(rf'<(?!meta)[^>]*name="{name}"[^>]*>', page.text)[0]
    assert "Saved, but not published yet." in page.text
    assert "Saved, but not published yet." not in elliot.get(edit(Opening.objects.get())).text


def test_whoever_means_to_publish_reads_everything_that_is_in_the_way_at_once(elliot):
    empty = {"title": "", "occupation_id": "", "wage_min_cents": "", "wage_max_cents": "", "zip": ""}
    said = typed(**empty, description="Men only.")
    form = elliot.post(reverse("opening_new"), said | {"then": "publish"}).context["form"]
    assert set(form.errors) == {"title", "occupation_id", "wage_min_cents", "zip", "description"}
    assert all(len(errors) == 1 for errors in form.errors.values())
    assert set(elliot.post(reverse("opening_new"), said).context["form"].errors) == {"title"}
    assert not Opening.objects.exists()


def test_an_old_address_does_not_say_of_a_public_opening_that_it_is_not_published(elliot, cast):
    opening = cast.opening()
    type(opening).objects.filter(pk=opening.pk).update(description="Solo hombres.")
    page = elliot.get(edit(opening), {"unpublished": "1"})
    assert page.status_code == 200
    assert "not published yet" not in page.text


def test_what_is_wrong_in_a_folded_part_of_the_form_is_unfolded(elliot):
    said = typed(title_es="", description_es="Solo hombres.", then="publish")
    page = elliot.post(reverse("opening_new"), said, follow=True)
    assert 'class="tl-details" open><summary>In Spanish' in page.text


@pytest.mark.parametrize("gap", [{"wage_min_cents": "", "wage_max_cents": ""}, {"title": "Welder, men only"}])
def test_a_published_opening_says_at_the_field_what_it_would_lose(elliot, cast, gap):
    opening = cast.opening()
    page = elliot.post(edit(opening), typed(version=version_of(opening), description="Typed by Elliot.", **gap))
    assert page.context["form"][next(iter(gap))].errors
    assert "Typed by Elliot." in page.text
    assert "Not saved yet." in page.text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"wage_min_cents": "a lot"}, "Write the pay of one hour in dollars"),
        ({"wage_min_cents": "52000", "wage_max_cents": ""}, "more than $500 an hour"),
        ({"wage_min_cents": "0"}, "Write the pay of one hour in dollars"),
        ({"wage_max_cents": "20"}, "The higher pay is below the lower one."),
        ({"wage_min_cents": ""}, "Write the lower pay too."),
        ({"zip": "9237"}, "A ZIP code has five digits"),
        ({"zip": "00000"}, "We do not know the ZIP code 00000."),
        ({"opens_on": "2027-02-01", "closes_on": "2027-01-01"}, "The last day is before the first."),
        ({"any_of_1": ["forklift"]}, "Choose two or more"),
        ({"seats": "0"}, "greater than or equal to 1"),
        ({"title": ""}, "required"),
        ({"required": ["no_such"]}, "no_such"),
    ],
)
def test_a_wrong_field_is_said_and_nothing_typed_is_lost(elliot, wrong, sentence):
    page = elliot.post(reverse("opening_new"), typed(description="My own words.", **wrong))
    assert sentence in page.text
    assert "My own words." in page.text
    assert not Opening.objects.exists()


@pytest.mark.parametrize(("pay", "cents"), [("24.50", 2450), ("$24.5", 2450), (" 24 ", 2400), ("$ 124.05", 12405)])
def test_pay_is_read_as_people_write_it(elliot, pay, cents):
    elliot.post(reverse("opening_new"), typed(wage_min_cents=pay, wage_max_cents=""))
    assert Opening.objects.get().wage_min_cents == cents


def test_a_change_of_a_published_opening_is_recorded_with_what_changed(elliot, cast):
    opening = cast.opening()
    page = elliot.post(edit(opening), typed(version=version_of(opening), wage_min_cents="26", seats="4"), follow=True)
    assert "Everybody sees the change" in page.text
    event = history(opening).first()
    assert event.kind == "opening.amended"
    assert {"wage_min_cents", "seats", "requirements"} <= set(event.facts["changed"])


def test_saving_without_a_change_records_nothing(elliot, cast):
    elliot.post(reverse("opening_new"), typed())
    opening = Opening.objects.get()
    elliot.post(edit(opening), typed(version=version_of(opening)))
    assert kinds(opening) == ["opening.drafted"]


def test_a_published_opening_keeps_its_wage(elliot, cast):
    opening = cast.opening()
    page = elliot.post(edit(opening), typed(version=version_of(opening), wage_min_cents="", wage_max_cents=""))
    assert "an opening without a wage is not published" in page.text
    opening.refresh_from_db()
    assert opening.wage_min_cents == 2450


def test_a_published_opening_does_not_gain_words_that_shut_people_out(elliot, cast):
    opening = cast.opening()
    page = elliot.post(edit(opening), typed(version=version_of(opening), description="No felons."))
    assert "Fair Chance Act" in page.text
    opening.refresh_from_db()
    assert opening.description == ""


def test_the_order_is_fixed_while_people_rely_on_it(elliot, cast):
    opening = cast.opening()
    page = elliot.post(edit(opening), typed(version=version_of(opening), order_rule="lottery"))
    assert "The order is fixed while the opening is published." in page.text


def test_two_people_who_write_at_once_do_not_undo_each_other(elliot, cast, sign_in):
    opening = cast.opening()
    version = version_of(opening)
    sign_in(cast.carla).post(edit(opening), typed(version=version, seats="9"))
    page = elliot.post(edit(opening), typed(version=version, seats="5", description="Typed by Elliot."))
    assert "Somebody else changed this opening while you were writing." in page.text
    assert "Typed by Elliot." in page.text
    opening.refresh_from_db()
    assert opening.seats == 9
    elliot.post(edit(opening), typed(version=page.context["version"], seats="5"))
    opening.refresh_from_db()
    assert opening.seats == 5, "saved again on purpose"


def test_elliot_closes_an_opening_with_the_reason_and_opens_it_again(elliot, cast):
    opening = cast.opening()
    page = elliot.post(reverse("opening_close", args=[opening.public_id]), {}, follow=True)
    assert "Say why the opening closes." in page.text
    elliot.post(reverse("opening_close", args=[opening.public_id]), {"reason": "filled", "note": "All found."})
    opening.refresh_from_db()
    assert opening.state == "closed"
    assert history(opening).first().facts == {"reason": "filled", "note": "All found."}
    page = elliot.get(reverse("opening", args=[opening.public_id])).text
    assert "Closed on" in page
    assert not any(words in page for words in ("Places left", "Open until", "Until it is filled"))
    assert "Closed on" in elliot.get(reverse("hirer_home")).text
    elliot.post(reverse("opening_publish", args=[opening.public_id]))
    opening.refresh_from_db()
    assert (opening.state, opening.closed_at) == ("published", None)


def test_closing_twice_says_that_it_is_closed_already(elliot, cast):
    opening = cast.opening()
    url = reverse("opening_close", args=[opening.public_id])
    elliot.post(url, {"reason": "filled"})
    page = elliot.post(url, {"reason": "filled"}, follow=True)
    assert "already changed by somebody else" in page.text


def test_nobody_edits_another_organizations_opening(cast, sign_in):
    opening, draft = cast.opening(), cast.opening(state=Opening.State.DRAFT, published_at=None)
    rhea = sign_in(cast.rhea)
    assert rhea.get(edit(opening)).status_code == 403
    assert "Only the people of Rialto Steel can change this opening." in rhea.get(edit(opening)).text
    assert rhea.get(edit(draft)).status_code == 404
    for name in ("opening_publish", "opening_close"):
        assert rhea.post(reverse(name, args=[opening.public_id]), {"reason": "filled"}).status_code == 403
        assert rhea.post(reverse(name, args=[draft.public_id]), {"reason": "filled"}).status_code == 404
    opening.refresh_from_db()
    assert opening.state == "published"


def test_a_trainee_and_a_provider_write_no_openings(cast, sign_in):
    for user in (cast.ana, cast.priya):
        page = sign_in(user).get(reverse("opening_new") + "?lang=en", follow=True)
        assert page.status_code == 403
        assert "Openings are written by the people of employers" in page.text


def test_a_visitor_is_asked_to_sign_in(client, cast):
    assert client.get(reverse("opening_new")).status_code == 302
    assert client.get(edit(cast.opening())).status_code == 302


def test_carla_chooses_for_whom_she_writes(cast, sign_in):
    carla = sign_in(cast.carla)
    page = carla.get(reverse("opening_new"))
    assert "Rialto Steel" in page.text
    assert "Inland Trades Training Center" not in page.text
    carla.post(reverse("opening_new"), typed(organization=str(cast.hall.public_id)))
    assert Opening.objects.get().organization == cast.hall
    page = carla.post(reverse("opening_new"), typed(organization=str(cast.center.public_id)))
    assert Opening.objects.count() == 1, "a provider offers no work"


def test_elliot_cannot_write_for_another_employer(elliot, cast):
    elliot.post(reverse("opening_new"), typed(organization=str(cast.rival.public_id)))
    assert Opening.objects.get().organization == cast.shop


CITIZENS = "Weld ship hulls. U.S. citizens only."


def answers(page):
    return [question.words for question in page.context["form"].questions]


def test_the_case_that_went_live_is_refused_with_each_law(elliot):
    said = "US citizens only. Men under 35 preferred. Send your Social Security number to sam@example.com"
    page = elliot.post(reverse("opening_new"), typed(then="publish", description=said), follow=True)
    for law in ("1324b", "Age Discrimination in Employment Act", "Civil Rights Act", "Civil Code 1798.85"):
        assert law in page.text
    assert Opening.objects.get().state == "draft"


def test_words_that_a_law_may_demand_wait_for_the_answer_and_everybody_reads_it(elliot, client):
    page = elliot.post(reverse("opening_new"), typed(then="publish", description=CITIZENS), follow=True)
    assert "Which law, contract or rule asks for it?" in page.text
    assert answers(page) == ["U.S. citizens only"]
    opening = Opening.objects.get()
    assert opening.state == "draft"
    fields = {"description": CITIZENS, "version": page.context["version"], "then": "publish"}
    elliot.post(edit(opening), typed(**fields, answered=answers(page), needed_by="Navy contract N62473"))
    opening.refresh_from_db()
    assert opening.state == "published"
    assert "Navy contract N62473" in client.get(reverse("opening", args=[opening.public_id])).text


def test_an_answer_does_not_cover_words_that_are_written_later(elliot, cast):
    opening = cast.opening(description=CITIZENS, answered="U.S. citizens only", needed_by="Navy contract N62473")
    more = CITIZENS + " Must be in good health."
    fields = {"description": more, "needed_by": "Navy contract N62473", "answered": ["U.S. citizens only"]}
    page = elliot.post(edit(opening), typed(**fields, version=version_of(opening)))
    assert "Americans with Disabilities Act" in page.text
    opening.refresh_from_db()
    assert opening.description == CITIZENS


@pytest.mark.parametrize("answer", ["No felons.", "Men under 35 only", "Traiga su seguro social"])
def test_the_answer_brings_no_words_that_shut_people_out(elliot, cast, client, answer):
    opening = cast.opening()
    fields = {"description": CITIZENS, "answered": ["U.S. citizens only"]}
    page = elliot.post(edit(opening), typed(**fields, needed_by=answer, version=version_of(opening)))
    assert any(law in page.text for law in ("Fair Chance Act", "Age Discrimination", "Civil Code 1798.85"))
    opening.refresh_from_db()
    assert (opening.description, opening.needed_by) == ("", "")
    draft = cast.opening(state="draft", published_at=None, description=CITIZENS)
    page = elliot.post(edit(draft), typed(**fields, needed_by=answer, version=version_of(draft), then="publish"))
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_text_that_is_too_long_is_refused_before_its_words_are_looked_at(elliot, monkeypatch):
    looked_at = []
    monkeypatch.setattr(publishing.wording, "found", lambda text, **_how: looked_at.append(text) or [])
    page = elliot.post(reverse("opening_new"), typed(description="Weld. " * 1500))
    assert page.context["form"].errors["description"]
    assert looked_at
    assert max(map(len, looked_at)) <= 8000


def test_an_answer_goes_with_the_words_it_was_about(elliot, cast):
    opening = cast.opening(description=CITIZENS, answered="U.S. citizens only", needed_by="Navy contract N62473")
    elliot.post(edit(opening), typed(needed_by="Navy contract N62473", version=version_of(opening)))
    opening.refresh_from_db()
    assert (opening.description, opening.needed_by, opening.answered) == ("Weld beams.", "", "")


def test_a_sponsor_is_asked_about_a_fee_and_an_employer_is_refused(elliot):
    fee = {"description": "Pay a $25 application fee.", "then": "publish"}
    page = elliot.post(reverse("opening_new"), typed(**fee), follow=True)
    assert answers(page) == []
    page = elliot.post(reverse("opening_new"), typed(kind="intake", **fee), follow=True)
    assert answers(page) == ["Pay a $25 application fee"]


def test_what_publishing_wants_is_not_called_optional(elliot):
    page = elliot.get(reverse("opening_new")).text
    for name in ("Trade", "ZIP code of the work", "Pay an hour, from"):
        label = page[page.index(f">{name} <") :][:120]
        assert "needed to publish" in label, name


def test_an_intake_keeps_its_days_and_a_job_has_none(elliot):
    days = {"test_on": "2027-02-03", "test_place": "Hall 9", "report_at": "06:30", "report_place": "Gate 4"}
    elliot.post(reverse("opening_new"), typed(kind="intake", **days))
    opening = Opening.objects.get()
    assert (str(opening.test_on), opening.test_place) == ("2027-02-03", "Hall 9")
    assert (opening.report_at, opening.report_place) == (None, ""), "a dispatch call's"
    elliot.post(edit(opening), typed(kind="dispatch", version=version_of(opening), **days))
    opening.refresh_from_db()
    assert (opening.test_on, opening.test_place) == (None, "")
    assert (opening.report_at.hour, opening.report_place) == (6, "Gate 4")


def test_the_place_of_a_test_is_read_like_every_other_text(elliot):
    elliot.post(reverse("opening_new"), typed(kind="intake", test_place="Hall 9, men only", then="publish"))
    assert Opening.objects.get().state == "draft"


def test_a_folded_list_names_what_is_ticked_in_it(elliot, cast):
    page = elliot.get(edit(cast.opening(required=["osha10"], any_of=[]))).text
    assert "<summary>Certificates that everybody needs: OSHA 10</summary>" in page


def test_the_order_is_said_before_it_is_opened_and_open_in_a_hall(elliot, cast, sign_in):
    folded = '<details class="tl-details"><summary>Who goes first: Longest waiting since certified</summary>'
    assert folded in elliot.get(reverse("opening_new")).text
    hall = sign_in(cast.ben).get(reverse("opening_new")).text
    assert "open><summary>Who goes first: Longest waiting" in hall


def test_a_question_about_words_is_asked_once_above_its_field(elliot):
    said = typed(description="Weld. Must be a Christian.", then="publish")
    page = elliot.post(reverse("opening_new"), said, follow=True).text
    assert "Saved, but not published yet." in page
    assert page.count("chooses people by their faith") == 1
    assert "asks for it?</label>" in " ".join(page.split()), "it is not optional while it is asked"


def test_enter_in_a_field_of_a_draft_publishes_nothing(elliot):
    form = elliot.get(reverse("opening_new")).text
    assert form.index("disabled hidden></button>") < form.index('value="publish"')


def test_in_spanish_too_the_form_says_which_title_is_the_english_one(elliot):
    elliot.cookies["django_language"] = "es"
    page = elliot.get(reverse("opening_new")).text
    for words in ("Título en inglés", "Título en español", "En qué consiste el trabajo, en inglés"):
        assert words in page
