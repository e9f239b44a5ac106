"""A mobile number is enough: to sign in, to have an account, and to be served."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notifications.models import Delivery

from .signing import ASK, SECOND_STEP, TYPE, code, come_in, is_in, letters

NUMBER, WRITTEN = "+19095550127", "(909) 555-0127"
SIGN_UP = reverse("phone_signup")


@pytest.fixture(autouse=True)
def _texts_leave(settings, db):
    settings.SMS_GATEWAY = "twilio"
    cache.clear()


@pytest.fixture
def rosa(cast):
    """Somebody with a number and no email."""
    return User.objects.create_user(None, full_name="Rosa Ruiz", phone=NUMBER, phone_verified_at=timezone.now())


def test_who_has_only_a_number_signs_in_by_text(client, rosa):
    answer = client.post(ASK, {"email": WRITTEN}, follow=True)
    text = Delivery.objects.get(letter__isnull=False)
    assert (text.channel, text.address) == ("sms", NUMBER)
    assert NUMBER in answer.content.decode()
    assert client.post(TYPE, {"code": "000000" if code() != "000000" else "111111"}).status_code == 200
    client.post(TYPE, {"code": code()})
    assert is_in(client)
    assert client.get(reverse("start"), follow=True).status_code == 200
    assert client.get(reverse("account_email")).status_code == 200


def test_a_number_nobody_proved_signs_nobody_in_and_nothing_is_sent(cast):
    cast.ana.phone = NUMBER
    cast.ana.save()
    seen = []
    for number in (WRITTEN, "(909) 555-0199"):
        answer = Client().post(ASK, {"email": number}, follow=True)
        seen.append(answer.status_code)
        assert answer.request["PATH_INFO"] == TYPE, "the same page as for one we know"
    assert seen == [200, 200]
    assert not letters()


def test_a_number_is_a_way_in_for_who_has_email_too_and_staff_still_needs_the_second_step(client, cast):
    cast.carla.phone, cast.carla.phone_verified_at = NUMBER, timezone.now()
    cast.carla.save()
    EmailAddress.objects.filter(user=cast.carla).update(verified=False)
    come_in(client, WRITTEN)
    assert client.get(reverse("board")).headers["Location"] == SECOND_STEP


@pytest.mark.parametrize("number", ["12345", "+44 20 7946 0958", "909-555-01"])
def test_a_number_we_send_nothing_to_gets_a_sentence(client, db, number):
    page = client.post(ASK, {"email": number})
    assert page.context["form"].errors["email"]
    assert not letters()


def test_where_no_texts_are_sent_the_page_says_so(client, rosa, settings):
    settings.SMS_GATEWAY = "off"
    assert client.post(ASK, {"email": WRITTEN}).context["form"].errors["email"]
    assert client.get(SIGN_UP).headers["Location"] == reverse("account_signup")


def test_who_came_in_by_a_sheet_without_email_opens_their_page_with_the_first_code(client, db):
    rosa = User.objects.create_user(None, full_name="Rosa Ruiz", phone=NUMBER)
    come_in(client, WRITTEN)
    assert client.get(reverse("inbox")).wsgi_request.user == rosa
    rosa.refresh_from_db()
    assert rosa.phone_verified_at
    # The same by the pages of a new account.
    other = Client()
    make(other, name="Somebody Else")
    assert other.get(reverse("inbox")).wsgi_request.user == rosa


def test_a_number_of_two_people_opens_neithers_page(client, db):
    for name in ("Rosa Ruiz", "Rita Ruiz"):
        User.objects.create_user(None, full_name=name, phone=NUMBER)
    client.post(ASK, {"email": WRITTEN})
    assert not letters()


def test_codes_by_text_in_a_day_are_few(rosa, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"text_code": "2/d/key"}
    for _ in range(3):
        Client().post(ASK, {"email": WRITTEN})
    assert len(letters()) == 2


def test_codes_to_a_number_are_limited(rosa):
    for _ in range(5):
        Client().post(ASK, {"email": WRITTEN})
    assert len(letters()) == 3


# --- An account without email -----------------------------------------------------------------------------------------
def make(client, name="Rosa Ruiz", number=WRITTEN):
    client.post(SIGN_UP, {"full_name": name, "number": number})
    return client.post(SIGN_UP, {"code": code()})


def test_somebody_without_email_makes_an_account_and_is_served(client, db):
    make(client)
    rosa = User.objects.get(phone=NUMBER)
    assert (rosa.full_name, rosa.email) == ("Rosa Ruiz", None)
    assert rosa.phone_verified_at
    profile = {"zip": "92335", "miles": 25, "license": "?"}
    assert client.post(reverse("trainee_profile"), profile).status_code == 302
    assert client.get(reverse("trainee_home")).status_code == 200
    client.post(reverse("consent_match", args=["yes"]))
    assert rosa.consents.standing().filter(purpose="match").exists()


def test_nothing_is_made_before_the_code(client, db):
    client.post(SIGN_UP, {"full_name": "Rosa Ruiz", "number": WRITTEN})
    for _ in range(3):
        client.post(SIGN_UP, {"code": "000000" if code() != "000000" else "111111"})
    client.post(SIGN_UP, {"code": code()})
    assert not User.objects.filter(phone=NUMBER).exists()
    assert not is_in(client)


def test_a_number_we_know_shows_the_same_pages_and_leads_into_its_account(client, rosa):
    make(client, name="Somebody Else")
    assert client.get(reverse("inbox")).wsgi_request.user == rosa
    rosa.refresh_from_db()
    assert rosa.full_name == "Rosa Ruiz"
    assert User.objects.filter(phone=NUMBER).count() == 1


def test_codes_of_sign_up_are_limited_too(db):
    for _ in range(5):
        page = Client().post(SIGN_UP, {"full_name": "Rosa Ruiz", "number": WRITTEN})
    assert len(letters()) == 3
    assert page.context["form"].errors["number"]


def test_the_only_way_in_cannot_be_removed(client, rosa):
    come_in(client, WRITTEN)
    client.post(reverse("text_remove"))
    rosa.refresh_from_db()
    assert rosa.phone == NUMBER
