"""Whoever has a phone and no email is asked about texts, and is never promised what we cannot do."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts import consents
from accounts.models import Consent, User
from notifications.models import Address, Delivery, Way
from notifications.sms import phones

from ..accounts.signing import code

NUMBER, WRITTEN = "+19095550127", "(909) 555-0127"
SIGN_UP, HOME, PROFILE = reverse("phone_signup"), reverse("trainee_home"), reverse("trainee_profile")
ANSWERS = {"zip": "92335", "miles": 25, "license": "?"}
CANNOT, PROMISE = "We cannot write to you yet", "and write to you when one fits"


@pytest.fixture(autouse=True)
def _texts_leave(settings, db):
    settings.SMS_GATEWAY = "twilio"
    cache.clear()


def come_in(client, **ticked):
    """Rosa signs up by phone; `ticked` is what she ticks beside the code."""
    client.post(SIGN_UP, {"full_name": "Rosa Ruiz", "number": WRITTEN})
    page = client.get(SIGN_UP)
    client.post(SIGN_UP, {"code": code(), **ticked})
    return page, User.objects.get(phone=NUMBER)


def texting(user):
    return Consent.objects.standing().filter(user=user, purpose=Consent.Purpose.SMS)


def test_who_signs_up_by_phone_is_asked_about_texts_in_the_required_words(client):
    page, rosa = come_in(client, texts="on")
    words = consents.wording(Consent.Purpose.SMS, number=NUMBER)
    assert escape(words) in page.text
    assert "checked" not in str(page.context["form"]["texts"])
    (given,) = texting(rosa)
    assert (given.wording, given.version) == (words, "sms-1")
    assert "HELP" in Delivery.objects.filter(user=rosa, channel=Way.SMS).latest("pk").letter["text"]


def test_the_account_needs_no_agreement_to_texts(client):
    _page, rosa = come_in(client)
    assert client.get(reverse("inbox")).wsgi_request.user == rosa
    assert not texting(rosa)


def test_a_wrong_code_keeps_the_tick_and_agrees_to_nothing(client):
    client.post(SIGN_UP, {"full_name": "Rosa Ruiz", "number": WRITTEN})
    page = client.post(SIGN_UP, {"code": "000000" if code() != "000000" else "111111", "texts": "on"})
    assert page.status_code == 422
    assert "checked" in str(page.context["form"]["texts"])
    assert "newest message" in page.text
    assert not Consent.objects.filter(purpose=Consent.Purpose.SMS).exists()


def test_a_number_that_answered_stop_gets_no_texts_by_a_tick(client):
    Address.objects.create(channel=Way.SMS, address=NUMBER, state=Address.State.STOPPED, since=timezone.now())
    client.post(SIGN_UP, {"full_name": "Rosa Ruiz", "number": WRITTEN})
    client.post(SIGN_UP, {"code": code(), "texts": "on"})
    assert not Consent.objects.filter(purpose=Consent.Purpose.SMS).exists()
    assert "START" in client.get(PROFILE).text


def test_my_page_says_that_we_cannot_write_until_it_is_agreed_there(client):
    _page, rosa = come_in(client)
    client.post(PROFILE, ANSWERS)
    client.post(reverse("consent_match", args=["yes"]))
    home = client.get(HOME).text
    assert CANNOT in home
    assert escape(consents.wording(Consent.Purpose.SMS, number=NUMBER)) in home
    assert PROMISE not in home
    assert CANNOT in client.get(reverse("inbox")).text
    assert "and we write to you" not in client.get(reverse("inbox")).text
    answer = client.post(reverse("text_agree", args=["yes"]), {"from": "home"}, follow=True)
    assert answer.request["PATH_INFO"] == HOME
    assert CANNOT not in answer.text
    assert PROMISE in answer.text
    assert texting(rosa).exists()


def test_an_email_is_enough(client):
    _page, rosa = come_in(client)
    client.post(PROFILE, ANSWERS)
    client.post(reverse("consent_match", args=["yes"]))
    rosa.email = "rosa@throughline.example"
    rosa.save()
    home = client.get(HOME).text
    assert CANNOT not in home
    assert PROMISE in home
    # Until it refuses us: another sentence says so, and nothing is promised.
    Address.objects.create(channel=Way.EMAIL, address=rosa.email, state=Address.State.REFUSED, since=timezone.now())
    home = client.get(HOME).text
    assert CANNOT not in home
    assert PROMISE not in home


def test_who_took_texts_back_reads_it_too(client):
    _page, rosa = come_in(client, texts="on")
    client.post(PROFILE, ANSWERS)
    assert CANNOT not in client.get(HOME).text
    phones.disagree(rosa, by=rosa, at=timezone.now())
    assert CANNOT in client.get(HOME).text


def test_where_no_texts_are_sent_only_an_email_is_asked_for(client, settings):
    come_in(client)
    client.post(PROFILE, ANSWERS)
    settings.SMS_GATEWAY = "off"
    home = client.get(HOME).text
    assert CANNOT in home
    assert reverse("account_email") in home
    assert reverse("text_agree", args=["yes"]) not in home
