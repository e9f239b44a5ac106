"""A person's number: the code, the agreement, the limits against pumping, and giving it up."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Consent, User
from accounts.policies import Denied
from ledger.models import Event
from notifications.models import Address, Delivery
from notifications.sms import numbers, phones
from notifications.sms.models import PhoneCode, Text

from .conftest import NUMBER, sign_up


def code_in(carrier) -> str:
    return re.search(r"\b(\d{6})\b", carrier.messages[-1]["body"])[1]


@pytest.fixture
def asked(cast, carrier, settle):
    """Ana asked for a code; returns it."""
    phones.ask_code(cast.ana, NUMBER, by=cast.ana, at=cast.now)
    settle()
    return code_in(carrier)


def test_from_the_number_to_the_first_text(cast, carrier, settle, sign_in):
    browser = sign_in(cast.ana)
    browser.get("/?lang=en")
    assert "mobile number" in browser.get(reverse("text_phone")).content.decode()
    assert browser.post(reverse("text_phone"), {"number": "(909) 555-0127"}).status_code == 302
    settle()
    page = browser.get(reverse("text_phone")).content.decode()
    assert "(909) 555-0127" in page
    assert "STOP" in page
    wrong = browser.post(reverse("text_code"), {"code": "000000", "agree": "on"})
    assert wrong.status_code == 422
    assert browser.post(reverse("text_code"), {"code": code_in(carrier), "agree": ""}).status_code == 422
    assert not Consent.objects.filter(purpose="sms").exists()
    assert browser.post(reverse("text_code"), {"code": f" {code_in(carrier)} ", "agree": "on"}).status_code == 302
    ana = User.objects.get(pk=cast.ana.pk)
    assert ana.phone == NUMBER
    assert ana.phone_verified_at
    consent = Consent.objects.get(user=ana, purpose="sms")
    assert "(909) 555-0127" in consent.wording
    assert (consent.language, consent.source, consent.withdrawn_at) == ("en", "web", None)
    assert consent.wording in page.replace("&#x27;", "'")
    settle()
    assert "STOP" in carrier.messages[-1]["body"]
    assert {"phone.verified", "consent.given"} <= set(Event.objects.values_list("kind", flat=True))


def test_the_code_is_kept_nowhere_once_it_has_left(asked):
    assert asked not in str(list(Delivery.objects.values_list("letter", flat=True)))
    assert asked not in str(list(PhoneCode.objects.values()))


@pytest.mark.parametrize("late", [False, True])
def test_a_code_ends_after_five_wrong_tries_or_ten_minutes(cast, asked, late):
    wrong = "000000" if asked != "000000" else "111111"
    at = cast.now + timedelta(minutes=11 if late else 1)
    if not late:
        assert [phones.verify(cast.ana, wrong, by=cast.ana, at=at) for _try in range(5)] == ["wrong"] * 4 + ["over"]
    assert phones.verify(cast.ana, asked, by=cast.ana, at=at) == "over"
    assert not User.objects.get(pk=cast.ana.pk).phone_verified_at


def test_a_code_works_once_and_for_its_person_only(cast, asked):
    assert phones.verify(cast.willa, asked, by=cast.willa, at=cast.now) == "over"
    with pytest.raises(Denied):
        phones.verify(cast.ana, asked, by=cast.willa, at=cast.now)
    assert phones.verify(cast.ana, asked, by=cast.ana, at=cast.now) == "right"
    assert phones.verify(cast.ana, asked, by=cast.ana, at=cast.now) == "over"


def test_only_the_newest_code_works(cast, carrier, settle, asked):
    phones.ask_code(cast.ana, NUMBER, by=cast.ana, at=cast.now)
    settle()
    newest = code_in(carrier)
    if newest != asked:
        assert phones.verify(cast.ana, asked, by=cast.ana, at=cast.now) == "wrong"
    assert phones.verify(cast.ana, newest, by=cast.ana, at=cast.now) == "right"


@pytest.mark.parametrize(
    "number", ["+525512345678", "+14165550123", "+18095551234", "+19005551234", "+18005551212", "911", "", "x"]
)
def test_no_code_goes_to_other_countries_and_to_numbers_that_cost(cast, carrier, number):
    with pytest.raises(Denied):
        phones.ask_code(cast.ana, number, by=cast.ana, at=cast.now)
    assert not PhoneCode.objects.exists()


def test_a_country_is_a_setting(settings):
    assert numbers.country("+525512345678") == "MX"
    assert not numbers.allowed("+525512345678")
    settings.SMS_COUNTRIES = ["US", "MX"]
    assert numbers.allowed("+525512345678")


def test_codes_cannot_be_pumped(cast, carrier):
    for _ask in range(phones.AN_HOUR):
        phones.ask_code(cast.ana, NUMBER, by=cast.ana, at=cast.now)
    with pytest.raises(Denied):  # another number, the same person
        phones.ask_code(cast.ana, "+19515550111", by=cast.ana, at=cast.now)
    with pytest.raises(Denied):  # another person, the same number
        phones.ask_code(cast.willa, NUMBER, by=cast.willa, at=cast.now)
    later = cast.now + timedelta(minutes=61)
    phones.ask_code(cast.ana, NUMBER, by=cast.ana, at=later)
    phones.ask_code(cast.ana, NUMBER, by=cast.ana, at=later)
    with pytest.raises(Denied):  # that is five in a day
        phones.ask_code(cast.ana, NUMBER, by=cast.ana, at=later + timedelta(hours=2))


def test_a_thousand_people_cannot_pump_either(cast, carrier, settings, monkeypatch):
    monkeypatch.setattr(phones, "SITE_AN_HOUR", 2)
    phones.ask_code(cast.ana, NUMBER, by=cast.ana, at=cast.now)
    phones.ask_code(cast.willa, "+19515550111", by=cast.willa, at=cast.now)
    with pytest.raises(Denied):
        phones.ask_code(cast.ben, "+19515550112", by=cast.ben, at=cast.now)
    monkeypatch.setattr(phones, "SITE_AN_HOUR", 100)
    settings.TEXTS_BUDGET_A_DAY = 0
    with pytest.raises(Denied):
        phones.ask_code(cast.ben, "+19515550112", by=cast.ben, at=cast.now)


def test_whoever_proved_a_number_last_has_it(cast, carrier, settle, asked):
    former = sign_up(cast.another_trainee("Bo Other").user, NUMBER, cast.now)
    assert phones.verify(cast.ana, asked, by=cast.ana, at=cast.now) == "right"
    former.refresh_from_db()
    assert former.phone_verified_at is None
    assert not Consent.objects.standing().filter(user=former, purpose="sms").exists()
    assert Event.objects.filter(kind="phone.moved").exists()


def test_an_agreement_is_about_one_number(ana, cast, carrier, settle):
    phones.ask_code(ana, "+19515550111", by=ana, at=cast.now)
    settle()
    assert phones.verify(ana, code_in(carrier), by=ana, at=cast.now) == "right"
    standing = Consent.objects.standing().get(user=ana, purpose="sms")
    assert "(951) 555-0111" in standing.wording
    assert Consent.objects.filter(user=ana, purpose="sms").count() == 2


def test_a_number_that_answered_stop_gets_no_code(cast, carrier):
    Address.objects.create(channel="sms", address=NUMBER, state="stopped")
    with pytest.raises(Denied):
        phones.ask_code(cast.ana, NUMBER, by=cast.ana, at=cast.now)


def test_no_more_texts_please_and_again(ana, cast, carrier, tell, settle, sign_in):
    delivery = tell()
    browser = sign_in(ana)
    browser.post(reverse("text_agree", args=["no"]))
    settle()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("withheld", "consent")
    browser.post(reverse("text_agree", args=["yes"]))
    browser.post(reverse("text_agree", args=["yes"]))  # a second tap is no second agreement
    assert Consent.objects.standing().filter(user=ana, purpose="sms").count() == 1
    settle()
    assert len(carrier.messages) == 1


def test_a_number_is_removed_with_all_that_hangs_on_it(ana, cast, carrier, tell, settle, sign_in):
    tell()
    sign_in(ana).post(reverse("text_remove"))
    ana.refresh_from_db()
    assert (ana.phone, ana.phone_verified_at) == ("", None)
    settle()
    assert not carrier.messages
    assert not Text.objects.exists()


def test_topics_are_chosen_on_the_page(ana, carrier, tell, sign_in):
    browser = sign_in(ana)
    browser.post(reverse("text_topics"), {"topics": ["councils"]})
    assert tell(key="1", topic="matches") is None
    assert tell(key="2", topic="councils")
    browser.post(reverse("text_topics"), {})
    assert tell(key="3", topic="councils") is None


@pytest.mark.parametrize("state", ["off", "none", "asked", "on", "disagreed", "stopped", "refused", "changing"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_in_every_state_and_cheap(
    cast, carrier, settings, sign_in, state, language, django_assert_max_num_queries
):
    ana = cast.ana
    if state == "off":
        settings.SMS_GATEWAY = "off"
    elif state == "asked":
        phones.ask_code(ana, NUMBER, by=ana, at=cast.now)
    elif state != "none":
        sign_up(ana, NUMBER, cast.now)
    if state in ("stopped", "refused"):
        Address.objects.create(channel="sms", address=NUMBER, state=state)
    if state == "disagreed":
        phones.disagree(ana, by=ana, at=cast.now)
    settings.SMS_NUMBER = "+19515550100"
    User.objects.filter(pk=ana.pk).update(language=language)
    ana.refresh_from_db()
    browser = sign_in(ana)
    with django_assert_max_num_queries(12):
        page = browser.get(reverse("text_phone") + ("?change" if state == "changing" else ""))
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store, private"


def test_a_number_that_is_none_is_refused_kindly(cast, carrier, sign_in):
    for number in ("12", "+52 55 1234 5678", "\x00", "9" * 31):
        assert sign_in(cast.ana).post(reverse("text_phone"), {"number": number}).status_code == 422


def test_a_code_asked_at_night_comes_at_once(cast, carrier, settle):
    with time_machine.travel(cast.now + timedelta(hours=14), tick=True):
        phones.ask_code(cast.ana, NUMBER, by=cast.ana, at=timezone.now())
        settle()
    assert len(carrier.messages) == 1
