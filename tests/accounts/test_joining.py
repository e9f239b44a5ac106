"""An employer, hall or school that nobody here knows asks to act for its organization, and gets an answer."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import JoinRequest, Membership, Organization, RecordView, User
from accounts.organizations import joining
from accounts.policies import Denied
from accounts.record import erase, export
from ledger.lifecycle import IllegalStep
from ledger.models import Event
from notifications import policies, words
from notifications.models import Notice, Task

from .asking import ASK, CHECKED, LIST, SAID, START, grant, page_of
from .signing import code


# --- The way in -------------------------------------------------------------------------------------------------------
def test_who_presses_a_card_on_the_home_page_signs_up_and_lands_on_its_form(cast):
    browser = Client()
    home = browser.get("/").text
    assert all(f'href="{START}?for={wish}"' in home for wish in ("self", "teach", "hire"))
    login = browser.get(f"{START}?for=hire")
    ahead = login.headers["Location"].partition("?next=")[2]
    sign_up = browser.get(f"{reverse('account_signup')}?next={ahead}").text
    assert "for%3Dhire" in sign_up or "for=hire" in sign_up
    new = {"email": "nora@shop.example", "full_name": "Nora New", "next": f"{START}?for=hire"}
    browser.post(reverse("account_signup"), new)
    done = browser.post(reverse("account_email_verification_sent"), {"code": code()}, follow=True)
    assert done.request["PATH_INFO"] == ASK
    assert "Name of the organization" in done.text
    assert 'value="school"' not in done.text


def test_who_said_nothing_is_asked_for_whom_they_are_here(cast, nora, sign_in):
    browser = sign_in(nora)
    page = browser.get(START)
    assert page.status_code == 200
    assert "¿Para quién" in page.text
    assert browser.get(f"{START}?for=self").headers["Location"] == reverse("trainee_profile")
    assert browser.get(f"{START}?for=teach").headers["Location"] == f"{ASK}?for=teach"
    assert 'value="school"' in browser.get(f"{ASK}?for=teach").text


def test_who_acts_already_lands_where_their_work_is_whatever_card_they_press(cast, sign_in):
    assert sign_in(cast.elliot).get(f"{START}?for=hire").headers["Location"] == reverse("hirer_home")
    assert sign_in(cast.elliot).get(f"{START}?for=teach").headers["Location"] == f"{ASK}?for=teach"
    assert sign_in(cast.priya).get(f"{START}?for=teach").headers["Location"] == reverse("import_list")
    assert sign_in(cast.carla).get(f"{START}?for=hire").headers["Location"] == reverse("board")
    assert sign_in(cast.ana).get(START).headers["Location"] == reverse("trainee_home")


@pytest.mark.parametrize(
    ("door", "wish"), [("opening_new", "?for=hire"), ("hirer_home", "?for=hire"), ("import_list", "")]
)
def test_refused_at_a_page_of_hirers_one_reads_how_to_ask(cast, nora, sign_in, door, wish):
    page = sign_in(nora).get(reverse(door), headers={"accept-language": "en"})
    assert page.status_code == 403
    assert f'href="{ASK}{wish}"' in page.text
    assert f'href="{ASK}' not in sign_in(nora).get(reverse("board")).text  # nobody asks to coordinate


def test_while_a_request_waits_these_pages_say_since_when_and_with_whom(cast, nora, asked, sign_in):
    cast.coalition.phone = "+19515550111"
    cast.coalition.save()
    browser = sign_in(nora)
    for page in (browser.get(reverse("hirer_home")), browser.get(ASK), browser.get(START, follow=True)):
        assert "Bloomington Fabrication, Inc." in page.text
        assert "24 de noviembre de 2026" in page.text
        assert "Inland Coalition" in page.text
        assert f"""<a href="{reverse("help")}">Cómo""" in page.text
        assert "Carla" not in page.text
    assert "(951) 555-0111" in browser.get(reverse("help")).text
    assert browser.get(reverse("hirer_home")).status_code == 403


# --- Asking -----------------------------------------------------------------------------------------------------------
def test_what_somebody_writes_down_is_kept_as_it_can_be_used(cast, asked):
    assert (asked.phone, asked.zip, asked.city, asked.county) == ("+19095550142", "92335", "Fontana", "San Bernardino")
    assert asked.coalition == cast.coalition
    assert Event.objects.filter(kind="joining.asked", actor_id=asked.user_id, subject_id=asked.user_id).count() == 1


def test_a_city_alone_is_enough_and_a_zip_code_nobody_knows_is_not(cast, nora, sign_in):
    browser = sign_in(nora)
    assert browser.post(ASK, SAID | {"place": "00001"}).status_code == 422
    assert browser.post(ASK, SAID | {"place": "fontana, CA"}).status_code == 302
    asked = JoinRequest.objects.get()
    assert (asked.zip, asked.city, asked.county) == ("", "fontana, CA", "San Bernardino")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "coalition"},
        {"phone": "12"},
        {"name": " "},
        {"job": ""},
        {"note": "my SSN is 123-45-6789"},
        {"name": "\u200b\u200b"},
        {"job": "\u2060"},
        {"place": "\u200b"},
        {"name": "..."},
    ],
)
def test_what_cannot_be_is_not_asked(cast, nora, sign_in, wrong):
    assert sign_in(nora).post(ASK, SAID | wrong).status_code == 422
    assert not JoinRequest.objects.exists()


def test_what_is_no_web_address_is_said_in_plain_words(cast, nora, sign_in):
    page = sign_in(nora).post(ASK + "?lang=en", SAID | {"website": "no site yet"})
    assert page.status_code == 422
    assert page.context["form"].errors["website"] == ["This is no web address. Write it like this: www.example.org."]


def test_the_form_tells_nobody_whether_an_organization_is_here(cast, nora, sign_in):
    """Rialto Steel is here and has its people; whoever asks for it reads the same as whoever asks for a new one."""
    other = User.objects.create_user("oscar@shop.example", full_name="Oscar Other", language="es")
    here = sign_in(nora).post(ASK, SAID | {"name": "Rialto Steel"}, follow=True).text
    new = sign_in(other).post(ASK, SAID | {"name": "Nobody Steel"}, follow=True).text
    assert "Elliot" not in here
    assert here.count("Rialto Steel") == new.count("Nobody Steel")


def test_one_request_waits_at_a_time_and_three_a_month_are_enough(cast, nora, asked, sign_in):
    browser = sign_in(nora)
    browser.post(ASK, SAID)
    assert JoinRequest.objects.count() == 1
    about = {
        "kind": "employer",
        "name": "X",
        "place": joining.place("92335", ""),
        "job": "Owner",
        "phone": "+19095550142",
    }
    with pytest.raises(Denied, match="waits already"):
        joining.ask(**about, by=nora, at=cast.now)
    for _time in range(2):
        assert joining.withdraw(by=nora, at=cast.now)
        joining.ask(**about, by=nora, at=cast.now)
    joining.withdraw(by=nora, at=cast.now)
    with pytest.raises(Denied, match="three times"):
        joining.ask(**about, by=nora, at=cast.now)
    assert joining.ask(**about, by=nora, at=cast.now + timedelta(days=31))


def test_many_requests_from_one_place_are_stopped(cast, nora, sign_in, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"join_request": "1/h/ip"}
    other = User.objects.create_user("oscar@shop.example", full_name="Oscar Other")
    assert sign_in(nora).post(ASK, SAID).status_code == 302
    assert sign_in(other).post(ASK, SAID).status_code == 422
    assert JoinRequest.objects.count() == 1


# --- Who answers ------------------------------------------------------------------------------------------------------
def test_the_coordinators_get_a_task_and_a_letter_and_see_it_on_their_page(cast, asked, sign_in, settle):
    settle()
    task = Task.objects.get(kind="join_request")
    assert (task.organization, task.path) == (cast.coalition, page_of(asked))
    assert [letter.to for letter in mail.outbox] == [[cast.carla.email]]
    assert "Bloomington Fabrication, Inc." in mail.outbox[0].subject
    carla = sign_in(cast.carla)
    assert "Bloomington Fabrication, Inc." in carla.get(reverse("task_list")).text
    assert page_of(asked) in carla.get(LIST).text
    page = carla.get(page_of(asked)).text
    assert "Nora New" in page
    assert "(909) 555-0142" in page
    looks = RecordView.objects.filter(person=asked.user).order_by("pk")
    assert [look.purpose for look in looks] == ["request", "request_read"]


def test_two_who_ask_for_the_same_organization_are_told_apart_on_the_list(cast, nora, asked, sign_in):
    max_ = User.objects.create_user("max@shop.example", full_name="Max Other")
    assert sign_in(max_).post(ASK, SAID | {"job": "Foreman"}).status_code == 302
    carla = sign_in(cast.carla)
    page = carla.get(LIST).text
    assert "Nora New, Shop manager" in page
    assert "Max Other, Foreman" in page
    assert {look.person for look in RecordView.objects.filter(purpose="request")} == {nora, max_}
    joining.decline(asked, reason="inside", by=cast.carla, at=cast.now)
    answered = carla.get(LIST).text.partition("Answered lately")[2]
    assert "Nora New" in answered
    assert "Max Other" not in answered


def test_it_goes_to_the_coalition_of_the_county_and_to_no_other(cast, nora, asked, sign_in, settle):
    far = Organization.objects.create(name="Valley Coalition", kind="coalition", county="Fresno")
    val = User.objects.create_user("val@valley.example", full_name="Val Valley")
    cast.member(val, far)
    Organization.objects.filter(pk=cast.coalition.pk).update(county="San Bernardino")
    assert joining.coalition_for("Fresno") == far
    assert joining.coalition_for("San Bernardino") == cast.coalition
    settle()
    browser = sign_in(val)
    assert browser.get(page_of(asked)).status_code == 404
    assert "Bloomington" not in browser.get(LIST).text
    assert "Bloomington" not in browser.get(reverse("task_list") + "?list=all").text
    # Whose coalition has nobody any more: the others see to it.
    cast.carla.memberships.update(ended_at=cast.now, ends_on=cast.now.date())
    assert "Bloomington" in browser.get(LIST).text


def test_a_facilitator_of_the_coalition_and_whoever_hires_read_none_of_it(cast, asked, sign_in, settle):
    settle()
    cast.carla.memberships.update(role="facilitator")
    for person in (cast.carla, cast.elliot):
        browser = sign_in(person)
        assert browser.get(LIST).status_code == 403
        assert browser.get(page_of(asked)).status_code == 404
        assert "Bloomington" not in browser.get(reverse("task_list") + "?list=ours").text


def test_where_there_is_no_coordinator_the_operators_answer(cast, nora, sign_in, settle):
    Membership.objects.filter(organization=cast.coalition).delete()
    operator = User.objects.create_user("op@site.example", full_name="Olga Operator", is_staff=True)
    browser = sign_in(nora)
    browser.post(ASK, SAID)
    asked = JoinRequest.objects.get()
    assert asked.coalition is None
    assert "personas que llevan este sitio" in browser.get(ASK).text
    settle()
    assert [letter.to for letter in mail.outbox] == [[operator.email]]
    olga = sign_in(operator)
    assert page_of(asked) in olga.get(LIST).text
    assert "Nora New" in olga.get(page_of(asked)).text
    answer = {"then": "grant", "into": "new", "role": "admin", "checked": CHECKED}
    assert olga.post(page_of(asked), answer).status_code == 302
    assert Membership.objects.current().filter(user=nora, role="admin").exists()
    # With a coordinator there, they no longer do.
    cast.member(cast.carla, cast.coalition)
    assert sign_in(operator).get(LIST).status_code == 403


def test_nobody_answers_their_own(cast, sign_in):
    carla = sign_in(cast.carla)
    carla.post(ASK, SAID)
    asked = JoinRequest.objects.get()
    with pytest.raises(Denied, match="your own"):
        grant(asked, by=cast.carla, at=cast.now)


# --- The answer -------------------------------------------------------------------------------------------------------
def test_granted_anew_the_organization_is_made_known_and_the_person_administers_it(cast, nora, asked, sign_in, settle):
    settle()
    mail.outbox.clear()
    carla = sign_in(cast.carla)
    assert carla.post(page_of(asked), {"then": "grant", "into": "new", "role": "admin"}).status_code == 422  # unchecked
    answer = {"then": "grant", "into": "new", "role": "staff", "checked": CHECKED}  # whoever is first administers it
    assert carla.post(page_of(asked), answer).status_code == 302
    body = Organization.objects.get(name="Bloomington Fabrication, Inc.")
    assert (body.kind, body.zip, body.county) == ("employer", "92335", "San Bernardino")
    assert body.phone == ""  # whoever verifies does not call back the one who asked
    assert body.verified_at is None
    membership = Membership.objects.current().get(user=nora)
    assert (membership.organization, membership.role) == (body, "admin")
    kinds = set(Event.objects.filter(actor_id=cast.carla.pk).values_list("kind", flat=True))
    assert {"organization.made", "membership.started", "joining.granted"} <= kinds
    settle()
    assert not Task.objects.filter(kind="join_request", done_at=None).exists()
    (letter,) = mail.outbox
    assert letter.to == [nora.email]
    assert "Ya puede actuar" in letter.subject
    browser = sign_in(nora)
    assert browser.get(START).headers["Location"] == reverse("hirer_home")
    assert browser.get(reverse("opening_new")).status_code == 200


def test_granted_for_one_that_is_here_its_administrators_are_told(cast, nora, sign_in, settle):
    cast.elliot.memberships.update(role="admin")
    sign_in(nora).post(ASK, SAID | {"name": "Rialto  STEEL works"})
    asked = JoinRequest.objects.get()
    carla = sign_in(cast.carla)
    page = carla.get(page_of(asked)).text
    assert "Rialto Steel" in page
    assert "Elliot Park" in page  # whom the coordinator asks first
    assert "Corona Metal" not in page
    assert "Corona Metal" in carla.get(page_of(asked) + "?q=corona").text
    answer = {"then": "grant", "into": str(cast.shop.public_id), "role": "staff", "checked": CHECKED}
    assert carla.post(page_of(asked), answer).status_code == 302
    assert Membership.objects.current().get(user=nora).organization == cast.shop
    settle()
    told = Notice.objects.get(user=cast.elliot)
    assert told.kind == "joining.joined"
    assert "Rialto Steel" in words.message(told, "en").subject


def test_what_may_be_the_same_shares_a_number_or_half_of_its_name(cast, nora, asked):
    def known(name, **said):
        return Organization.objects.create(name=name, kind="employer", **said)

    known("Inc. and Company"), known("Prefabrication Works")
    near, same = known("Bloomington Fabrication LLC"), known("Quite Another", phone="+19095550142")
    assert joining.alike(asked) == [same, near]


def test_nobody_is_let_into_a_coalition_by_asking(cast, asked):
    with pytest.raises(Denied, match="another organization"):
        grant(asked, into=cast.coalition, by=cast.carla, at=cast.now)
    assert not Membership.objects.filter(user=asked.user).exists()


def test_a_name_that_is_here_already_is_not_made_a_second_time(cast, nora, sign_in):
    sign_in(nora).post(ASK, SAID | {"name": "rialto steel"})
    with pytest.raises(Denied, match="already"):
        grant(JoinRequest.objects.get(), by=cast.carla, at=cast.now)


def test_declined_the_person_reads_why_in_their_language_and_may_ask_again(cast, nora, asked, sign_in, settle):
    settle()
    mail.outbox.clear()
    carla = sign_in(cast.carla)
    assert carla.post(page_of(asked), {"then": "decline", "reason": "other", "words": ""}).status_code == 422
    answer = {"then": "decline", "reason": "unreached", "words": "I called twice."}
    assert carla.post(page_of(asked), answer).status_code == 302
    settle()
    (letter,) = mail.outbox
    assert letter.to == [nora.email]
    assert "No pudimos comunicarnos con la organización" in letter.body
    assert "I called twice." in letter.body
    browser = sign_in(nora)
    page = browser.get(ASK).text
    assert "No pudimos comunicarnos con la organización" in page
    assert browser.post(ASK, SAID).status_code == 302
    assert joining.waiting_of(nora)


def test_what_was_answered_or_taken_back_is_not_answered_once_more(cast, nora, asked, sign_in, settle):
    settle()
    sign_in(nora).post(reverse("joining_withdraw"))
    settle()
    assert not Task.objects.filter(kind="join_request", done_at=None).exists()
    with pytest.raises(IllegalStep):
        grant(asked, by=cast.carla, at=cast.now)
    with pytest.raises(IllegalStep):
        joining.decline(asked, reason="unreached", by=cast.carla, at=cast.now)
    assert not Membership.objects.filter(user=nora).exists()


def test_taken_back_before_it_left_no_letter_about_it_leaves(cast, nora, asked, settle):
    joining.withdraw(by=nora, at=cast.now)
    settle()
    assert not mail.outbox


def test_a_number_that_its_people_wrote_is_marked_for_whoever_verifies(cast, sign_in):
    page = reverse("organization_verify", args=[cast.shop.public_id])
    assert "found elsewhere" not in sign_in(cast.carla).get(page).text.partition("<form")[0]
    Organization.objects.filter(pk=cast.shop.pk).update(phone="+19095550142")
    assert "Call one that you found elsewhere" in sign_in(cast.carla).get(page).text


# --- A person's own ---------------------------------------------------------------------------------------------------
def test_it_is_in_the_persons_copy_and_goes_with_them(cast, nora, asked, settle):
    settle()
    copy = export.as_data(nora, at=cast.now)
    (row,) = copy["records"]["accounts.JoinRequest"]
    assert (row["name"], row["phone"], row["job"]) == ("Bloomington Fabrication, Inc.", "+19095550142", "Shop manager")
    erase.ask(nora, by=nora, at=cast.now)
    with pytest.raises(Denied, match="erased"):
        grant(asked, by=cast.carla, at=cast.now)
    erase.erase(nora, at=cast.now)
    settle()
    assert not JoinRequest.objects.exists()
    assert Task.objects.get(kind="join_request").data == {}
    assert not Task.objects.filter(policies.tasks_of(cast.carla), kind="join_request", done_at=None).exists()


def test_with_whom_the_coordinator_spoke_is_not_in_the_copy_of_who_asked(cast, nora, asked):
    grant(asked, by=cast.carla, at=cast.now)
    copy = export.as_data(nora, at=cast.now)
    assert copy["records"]["accounts.JoinRequest"][0]["state"] == "granted"
    assert CHECKED not in str(copy)


def test_who_asked_to_be_erased_asks_for_nothing(cast, nora, sign_in):
    erase.ask(nora, by=nora, at=cast.now)
    assert sign_in(nora).post(ASK, SAID).status_code == 422
