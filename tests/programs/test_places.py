"""Asking for a place in a class: what is shared and said first, who answers, what the person hears, taking it back."""

import hashlib
import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Guardian, Membership
from accounts.policies import Denied
from accounts.record import erase, export
from ledger.log import history
from ledger.models import Event
from notifications.models import Notice, Task
from programs.models import PlaceRequest
from programs.places import actions, queries, words

from .asking import url, yes

PROFILE = {"zip": "92335", "miles": "25", "license": "none", "transport": "yes"}


# --- The person -------------------------------------------------------------------------------------------------------
def test_ana_reads_who_sees_what_and_asks_with_a_yes_of_her_own(cast, announce, sign_in, settle, mailoutbox):
    cohort = announce()
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"
    assert url(cast) in browser.get(reverse("program", args=[cast.program.public_id])).text
    page = browser.get(url(cast)).text
    for shared in ("Ana Morales", cast.ana.email, "Inland Trades Training Center", "They see nothing else"):
        assert shared in page
    assert browser.post(url(cast), {"cohort": str(cohort.public_id)}).status_code == 422
    assert not PlaceRequest.objects.exists()
    browser.post(url(cast), yes(browser, cast, cohort=str(cohort.public_id)))
    asked = PlaceRequest.objects.get()
    assert (asked.cohort, asked.to, asked.state, asked.version) == (cohort, cast.center, "asked", words.VERSION)
    assert "my name, my contact and my language" in asked.wording
    settle()
    (mail,) = (m for m in mailoutbox if m.to == [cast.priya.email])
    assert "Structural welding" in mail.subject
    assert "Ana" not in mail.subject + mail.body


def test_who_forgets_the_box_reads_why_and_not_the_whole_agreement_again(cast, sign_in):
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"
    page = browser.post(url(cast), {"read": yes(browser, cast)["read"]}).text
    assert re.search(r'<a href="#id_agree">Without your yes nobody is asked', page)
    assert page.count("They see nothing else") == 1


def test_a_class_is_chosen_among_answers_of_which_one_always_holds(cast, announce, sign_in):
    announce()
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"
    assert "(optional)" not in browser.get(url(cast)).text


def test_in_spanish_a_request_is_taken_back_and_an_answer_is_a_thing(cast, ask, sign_in):
    request, ana = ask(), sign_in(cast.ana)
    ana.cookies["django_language"] = "es"
    assert "Retirar la solicitud" in ana.get(reverse("place_mine")).text
    priya = sign_in(cast.priya)
    priya.cookies["django_language"] = "es"
    assert 'data-label="Respuesta"' in priya.get(reverse("place_list")).text
    actions.answer(request, answer="full", by=cast.priya, at=cast.now)
    assert "está llena" in ana.get(reverse("place_mine")).text.lower()


def test_whoever_answers_calls_with_a_tap(cast, ask, sign_in):
    cast.ana.phone = "+19095550199"
    cast.ana.save(update_fields=["phone"])
    page = sign_in(cast.priya).get(reverse("place_request", args=[ask().public_id])).text
    assert 'href="tel:+19095550199"' in page
    assert f'href="mailto:{cast.ana.email}"' in page


@pytest.mark.parametrize(("email", "said"), [("ana@example.org", "You get a message"), (None, "in your inbox")])
def test_nobody_is_promised_a_message_whom_none_can_reach(cast, sign_in, email, said):
    cast.ana.email = email
    cast.ana.phone = "" if email else "+19095550199"
    cast.ana.save(update_fields=["email", "phone"])
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"
    assert said in browser.post(url(cast), yes(browser, cast), follow=True).text


def test_asking_twice_is_asking_once(cast, ask, settle):
    assert ask() == ask()
    assert Notice.objects.filter(kind="place_asked").count() == 1


def test_a_visitor_is_led_through_signing_in_and_the_profile_and_back(cast, client, sign_in):
    here = url(cast) + "?class=x"
    assert client.get(reverse("program", args=[cast.program.public_id])).text.count("I want this class") == 1
    assert client.get(here)["Location"] == f"{reverse('account_login')}?next=/programs/{cast.program.public_id}/ask/%3Fclass%3Dx"  # fmt: skip # noqa: E501
    browser = sign_in(cast.willa)
    profile = browser.get(here)["Location"]
    assert profile.startswith(reverse("trainee_profile"))
    saved = browser.post(profile, PROFILE)
    assert saved["Location"] == here


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", "javascript:alert(1)"])
def test_the_profile_leads_to_no_other_site(cast, sign_in, elsewhere):
    body = PROFILE
    saved = sign_in(cast.ana).post(reverse("trainee_profile") + f"?next={elsewhere}", body)
    assert saved["Location"] == reverse("trainee_home")


def test_staff_are_not_asked_whether_they_want_the_class(cast, sign_in):
    browser = sign_in(cast.elliot)
    assert url(cast) not in browser.get(reverse("program", args=[cast.program.public_id])).text
    browser.post(url(cast), yes(browser, cast))
    assert not PlaceRequest.objects.exists()


def test_a_person_under_18_asks_once_a_parent_agreed(cast, ask):
    cast.trainee.is_minor = True
    cast.trainee.save(update_fields=["is_minor"])
    with pytest.raises(Denied):
        ask()
    parent = Guardian.objects.create(
        user=cast.ana, address="p@example.org", asked_at=cast.now, expires_at=cast.now, agreed_at=cast.now,
        version="guardian-2",
    )  # fmt: skip
    cast.ana.refresh_from_db()
    request = ask()
    assert request in PlaceRequest.objects.visible_to(cast.priya, at=cast.now)
    parent.withdrawn_at = cast.now
    parent.save(update_fields=["withdrawn_at"])
    assert request not in PlaceRequest.objects.visible_to(cast.priya, at=cast.now)


def test_under_18_the_page_leads_to_asking_a_parent(cast, sign_in):
    browser = sign_in(cast.ana)
    assert reverse("guardian_ask") not in browser.get(url(cast)).text
    cast.trainee.is_minor = True
    cast.trainee.save(update_fields=["is_minor"])
    assert reverse("guardian_ask") in browser.get(url(cast)).text


@pytest.fixture
def parent(cast):
    """Ana is under 18, and a parent agreed."""
    cast.trainee.is_minor = True
    cast.trainee.save(update_fields=["is_minor"])
    row = Guardian.objects.create(
        user=cast.ana, address="p@example.org", asked_at=cast.now, expires_at=cast.now, agreed_at=cast.now,
        version="guardian-2",
    )  # fmt: skip
    cast.ana.refresh_from_db()
    return row


def test_the_school_opens_and_answers_what_a_person_under_18_asks(cast, parent, ask, sign_in):
    request = ask()
    here = reverse("place_request", args=[request.public_id])
    browser = sign_in(cast.priya)
    assert cast.ana.email in browser.get(here).text
    assert "Ana Morales" in browser.get(reverse("place_list")).text
    assert browser.post(here, {"answer": "come"})["Location"] == reverse("place_list")
    parent.withdrawn_at = cast.now
    parent.save(update_fields=["withdrawn_at"])
    assert browser.get(here).status_code == 404
    assert "Ana Morales" not in browser.get(reverse("place_list")).text


def test_first_words_of_a_parent_name_no_school_what_was_asked_goes_on_and_nothing_new_is(cast, parent, ask, sign_in):
    request = ask()
    parent.version = "guardian-1"
    parent.save(update_fields=["version"])
    here = reverse("place_request", args=[request.public_id])
    assert sign_in(cast.priya).post(here, {"answer": "full"})["Location"] == reverse("place_list")
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"
    page = browser.get(url(cast)).text
    assert "does not name schools" in page
    assert reverse("guardian_ask") in page
    assert 'name="agree"' not in page
    cast.ana.refresh_from_db()
    with pytest.raises(Denied, match="does not name schools"):
        ask()
    parent.version = "guardian-2"
    parent.save(update_fields=["version"])
    assert 'name="agree"' in browser.get(url(cast)).text


def test_nobody_asks_without_end(cast, ask, located, monkeypatch):
    monkeypatch.setattr(actions, "MOST_A_WEEK", 1)
    actions.withdraw(ask(), by=cast.ana, at=cast.now)
    with pytest.raises(Denied):
        ask(program=located("92335", "osha10"))


def test_what_is_taken_back_is_seen_by_nobody(cast, ask, sign_in):
    request = ask()
    ana, priya = sign_in(cast.ana), sign_in(cast.priya)
    here = reverse("place_request", args=[request.public_id])
    assert cast.ana.email in priya.get(here).text
    ana.post(reverse("place_withdraw", args=[request.public_id]))
    assert priya.get(here).status_code == 404
    assert "Ana Morales" not in priya.get(reverse("place_list")).text
    assert [event.kind for event in history(request)] == ["place_request.withdrawn", "place_request.asked"]


def test_taking_back_what_was_asked_again_takes_back_what_was_answered_before(cast, ask, sign_in):
    first = actions.answer(ask(), answer="full", by=cast.priya, at=cast.now)
    second = ask()
    assert first != second
    priya = sign_in(cast.priya)
    back = sign_in(cast.ana).post(reverse("place_withdraw", args=[second.public_id]), follow=True)
    assert back.status_code == 200
    for request in (first, second):
        assert priya.get(reverse("place_request", args=[request.public_id])).status_code == 404
        assert history(request)[0].kind == "place_request.withdrawn"
    assert "Ana Morales" not in priya.get(reverse("place_list")).text


def test_what_one_agreed_to_does_not_say_that_nothing_is_shared(cast, ask, sign_in):
    ask()
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"
    page = browser.get(reverse("consent_list")).text
    assert "Nothing is shared" not in page
    assert f'href="{reverse("place_mine")}"' in page


def test_nobody_takes_back_for_another(cast, ask, sign_in):
    request = ask()
    back = reverse("place_withdraw", args=[request.public_id])
    assert sign_in(cast.priya).post(back).status_code == 404
    with pytest.raises(Denied):
        actions.withdraw(request, by=cast.priya, at=cast.now)


# --- Where nobody of the provider is here -----------------------------------------------------------------------------
def test_where_nobody_is_there_the_coordinators_call(nobody_there, sign_in, settle, mailoutbox):
    cast = nobody_there
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"
    page = browser.get(url(cast)).text
    assert "the coordinators of Inland Coalition see my name" in page
    assert "A coordinator calls for you" in page
    browser.post(url(cast), yes(browser, cast))
    request = PlaceRequest.objects.get()
    assert (request.to, request.is_call) == (cast.coalition, True)
    task = Task.objects.get(kind="place_call")
    assert (task.organization, task.done_at) == (cast.coalition, None)
    settle()
    assert any("Nobody of Inland Trades Training Center is on this site" in m.body for m in mailoutbox)
    carla = sign_in(cast.carla)
    assert "Inland Trades Training Center" in carla.get(reverse("task_list")).text
    carla.post(reverse("place_request", args=[request.public_id]), {"answer": "full"})
    task.refresh_from_db()
    assert task.done_by == cast.carla


def test_no_task_leads_to_what_a_parent_no_longer_allows(nobody_there, parent, ask, sign_in):
    request, browser = ask(), sign_in(nobody_there.carla)
    browser.cookies["django_language"] = "en"

    def read():
        listed = "Call Inland Trades Training Center" in browser.get(reverse("task_list")).text
        return listed, browser.get(reverse("place_request", args=[request.public_id])).status_code

    found = [read()]
    for at in (nobody_there.now, None):
        parent.withdrawn_at = at
        parent.save(update_fields=["withdrawn_at"])
        found.append(read())
    assert found == [(True, 200), (False, 404), (True, 200)]


def test_the_coalition_of_the_county_comes_first(nobody_there):
    cast = nobody_there
    fresno = cast.organization("Valley Coalition", "coalition", "93721")
    fresno.county = "Fresno"
    fresno.save(update_fields=["county"])
    cast.member(cast.willa, fresno)
    assert queries.recipient(cast.program) == cast.coalition
    cast.program.county = "Kern; Fresno"
    assert queries.recipient(cast.program) == fresno


def test_where_nobody_at_all_is_there_no_name_is_given(nobody_there, sign_in):
    cast = nobody_there
    Membership.objects.all().delete()
    cast.program.website = "https://school.example.org/"
    cast.program.save(update_fields=["website"])
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"
    assert "https://school.example.org/" in browser.get(url(cast)).text
    browser.post(url(cast), yes(browser, cast))
    assert not PlaceRequest.objects.exists()


def test_a_yes_to_other_words_is_none_and_the_words_are_shown_anew(cast, sign_in):
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"
    body = yes(browser, cast)
    Membership.objects.filter(organization=cast.center).delete()
    for sent in (body, {"agree": "on"}):  # also from a page that was opened before it said what was read
        page = browser.post(url(cast), sent)
        assert page.status_code == 422
        assert "changed after you opened this page" in page.text
        assert "the coordinators of Inland Coalition see my name" in page.text
        assert not re.search(r'name="agree"[^>]*checked', page.text)
        assert not PlaceRequest.objects.exists()
    browser.post(url(cast), body | {"read": re.search(r'name="read" value="(\w+)"', page.text)[1]})
    assert PlaceRequest.objects.get().to == cast.coalition


def test_nothing_is_told_to_whom_one_did_not_agree_to(cast, ask):
    with pytest.raises(Denied):
        actions.ask(cast.trainee, cast.program, to=cast.coalition, by=cast.ana, at=cast.now)


# --- What stays -------------------------------------------------------------------------------------------------------
def test_it_is_in_the_copy_and_goes_with_the_person(nobody_there, ask):
    cast = nobody_there
    ask()
    assert "Structural welding" in str(export.as_data(cast.ana, at=cast.now))
    erase.erase(cast.ana, at=cast.now)
    assert not PlaceRequest.objects.exists()
    assert not Task.objects.filter(kind="place_call").exists()
    assert Event.objects.filter(kind="place_request.asked").exists()


def test_no_two_wordings_go_by_the_same_number(cast):
    """Whoever changes what is agreed to raises VERSION and puts the new digest here."""
    with override("en"):
        said = words.wording(cast.program, cast.center) + words.wording(cast.program, cast.coalition)
    assert (words.VERSION, hashlib.sha256(said.encode()).hexdigest()[:16]) == ("place-1", "c5880ee2a1b13cac")


def test_thirty_who_ask_cost_as_many_questions_as_three(cast, ask, sign_in, django_assert_max_num_queries):
    browser = sign_in(cast.priya)

    def cost():
        with django_assert_max_num_queries(60) as asked:
            assert browser.get(reverse("place_list")).status_code == 200
        return len(asked.captured_queries)

    for number in range(3):
        ask(cast.another_trainee(f"Person {number}"))
    few = cost()
    for number in range(3, 20):
        ask(cast.another_trainee(f"Person {number}"))
    assert cost() == few


def test_the_person_reads_whether_a_school_saw_their_request_in_its_list_or_opened_it(cast, ask, sign_in):
    request, priya, ana = ask(), sign_in(cast.priya), sign_in(cast.ana)
    ana.cookies["django_language"] = "en"
    priya.get(reverse("place_list"))
    page = ana.get(reverse("seen_list")).text
    assert "Saw your request for a place in a class" in page
    assert "Opened your request" not in page
    priya.get(reverse("place_request", args=[request.public_id]))
    assert "Opened your request for a place in a class" in ana.get(reverse("seen_list")).text
