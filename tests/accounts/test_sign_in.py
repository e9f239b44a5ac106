"""Coming in by a mailed code: every letter and every wrong turn is told in plain words, and tells strangers nothing."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings as site
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from notifications.models import Delivery
from notifications.outbox import send_due
from tests.reading import words_read

ASK, TYPE = reverse("account_request_login_code"), reverse("account_confirm_login_code")
SIGN_UP, CONFIRM = reverse("account_signup"), reverse("account_email_verification_sent")
LANGUAGES = ("en", "es")


@pytest.fixture(params=LANGUAGES)
def browser(request, db):
    """Somebody signed out whose browser wishes English, or Spanish."""
    return Client(headers={"accept-language": request.param})


def letters():
    return [delivery.letter for delivery in Delivery.objects.filter(letter__isnull=False).order_by("pk")]


def code():
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", letters()[-1]["text"], re.MULTILINE)[0]


def said(page) -> str:
    """What the page says, in one line."""
    return " ".join(page.content.decode().split())


def told(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


# --- The letters -----------------------------------------------------------------------------------------------------
def test_every_letter_says_whose_it_is_and_greets(browser, cast):
    browser.post(ASK, {"email": cast.ana.email})
    browser.post(ASK, {"email": "nobody@throughline.example"})
    Client().post(SIGN_UP, {"email": cast.ana.email, "full_name": "Ana"})
    Client().post(SIGN_UP, {"email": "new@throughline.example", "full_name": "Nora New"})
    assert len(letters()) == 4
    for letter in letters():
        assert letter["subject"].startswith(f"{site.SITE_NAME}: ")
        assert site.SITE_NAME in letter["text"]
        assert site.SITE_URL in letter["text"]
        assert "Hello from" not in letter["text"]
        assert "password_reset" not in letter["text"]
        assert "testserver" not in letter["text"], "links lead to our own address"


def test_who_has_an_account_already_is_told_how_to_sign_in(client, cast):
    client.post(SIGN_UP, {"email": cast.elliot.email, "full_name": "Elliot"})
    letter = letters()[-1]
    assert cast.elliot.email in letter["text"]
    assert site.SITE_URL + reverse("account_login") in letter["text"]
    assert "/password/" not in letter["text"]


def test_who_has_no_account_is_told_how_to_make_one(client, db):
    client.post(ASK, {"email": "nobody@throughline.example"})
    assert "nobody@throughline.example" in letters()[-1]["text"]
    assert site.SITE_URL + SIGN_UP in letters()[-1]["text"]


def test_a_letter_never_carries_the_name_somebody_typed(client, db):
    client.post(SIGN_UP, {"email": "victim@throughline.example", "full_name": "Wanda Winner"})
    assert code()
    assert "Wanda" not in words_read(letters()[-1]["text"] + letters()[-1]["subject"])


@pytest.mark.parametrize(
    "name",
    [
        "http://evil.example/win free",
        "Win at www.evil.example",
        "me@evil.example",
        "<b>Win</b>",
        "evil.example/x",
        "...",
    ],
)
def test_a_name_that_is_a_link_is_refused(browser, name):
    page = browser.post(SIGN_UP, {"email": "victim@throughline.example", "full_name": name})
    assert page.status_code == 200
    assert page.context["form"].errors["full_name"]
    assert not User.objects.filter(email="victim@throughline.example").exists()
    assert not letters()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mary St.John", "Mary St. John"),
        ("J.R. O’Brien-Núñez", "J. R. O’Brien-Núñez"),
        ("  Nguyễn\t Thị  Minh ", "Nguyễn Thị Minh"),
        ("evil.example", "evil. example"),
        ("Ana\u202egpj", "Anagpj"),
    ],
)
def test_a_name_is_kept_as_people_write_it(client, db, typed, kept):
    client.post(SIGN_UP, {"email": "new@throughline.example", "full_name": typed})
    assert User.objects.get(email="new@throughline.example").full_name == kept


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "letter",
    [
        *("account/email/email_changed", "account/email/email_confirm", "account/email/email_deleted"),
        *("mfa/email/totp_activated", "mfa/email/totp_deactivated", "mfa/email/recovery_codes_generated"),
        *("mfa/email/webauthn_added", "mfa/email/webauthn_removed"),
    ],
)
def test_a_notice_about_the_account_says_when_and_what_to_do(db, letter, language):
    values = {
        "site_name": "Our Town Works",
        "site_url": "https://town.example",
        "account_url": "https://town.example/me",
        "timestamp": timezone.now(),
        "ip": "203.0.113.9",
        "user_agent": "http://evil.example",
        "from_email": "old@throughline.example",
        "to_email": "new@throughline.example",
        "deleted_email": "old@throughline.example",
    }
    with translation.override(language):
        text = render_to_string(f"{letter}_message.txt", values)
    assert "Our Town Works" in text
    assert "203.0.113.9" in text
    assert "https://town.example/me" in text
    assert "evil.example" not in text, "a browser's name is anybody's text"


def test_an_address_taken_away_is_told_to_the_one_that_stays(cast, sign_in):
    EmailAddress.objects.create(user=cast.elliot, email="second@throughline.example", verified=True)
    browser = sign_in(cast.elliot)
    browser.post(reverse("account_email"), {"action_remove": "", "email": "second@throughline.example"})
    notice = Delivery.objects.get(letter__isnull=False)
    assert notice.address == cast.elliot.email
    assert "second@throughline.example" in notice.letter["text"]


# --- Addresses no letter could be sent to ----------------------------------------------------------------------------
@pytest.mark.parametrize("length", [255, 320])
@pytest.mark.parametrize(("path", "field"), [(ASK, "email"), (reverse("account_login"), "login"), (SIGN_UP, "email")])
def test_an_address_too_long_gets_a_sentence(browser, path, field, length):
    address = "a" * 60 + "@" + ".".join(["b" * 60] * 5)
    address = address[: length - 8] + ".example"
    assert len(address) == length
    page = browser.post(path, {field: address, "full_name": "Nora New"})
    assert page.status_code == 200
    assert page.context["form"].errors[field]
    assert not letters()


# --- Limits and the proxy --------------------------------------------------------------------------------------------
def tries(address: str, forwarded: str, visitor: int) -> int:
    """How one more ask for a code is answered, coming from an address through one that may be a proxy."""
    asked = Client(REMOTE_ADDR=address, headers={"x-forwarded-for": forwarded}).post(
        ASK, {"email": f"visitor{visitor}@throughline.example"}
    )
    return asked.status_code


@pytest.fixture
def _fresh_limits(db, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"request_login_code": "20/m/ip,3/m/key"}
    cache.clear()


@pytest.mark.usefixtures("_fresh_limits")
def test_without_a_proxy_a_forged_header_does_not_lift_the_limit(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    answers = [tries("203.0.113.9", f"198.51.100.{n}", n) for n in range(22)]
    assert answers[:20] == [302] * 20
    assert answers[20:] != [302, 302]


@pytest.mark.usefixtures("_fresh_limits")
def test_behind_a_proxy_nobody_uses_up_the_tries_of_others_nor_hides(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    # The proxy adds the visitor's own address to whatever the visitor claimed.
    answers = [tries("10.0.0.1", f"198.51.100.{n}, 203.0.113.9", n) for n in range(21)]
    assert answers[20] != 302, "what the visitor claims is not believed"
    assert tries("10.0.0.1", "203.0.113.10", 99) == 302, "another visitor has their own tries"


@pytest.mark.parametrize(("behind", "count"), [("1", "1"), ("0", "0")])
def test_one_proxy_is_trusted_when_there_is_one(behind, count):
    # It leaves as a fresh process: settings are read once.
    read = "from django.conf import settings; print(settings.ALLAUTH_TRUSTED_PROXY_COUNT)"
    environment = {**os.environ, "BEHIND_PROXY": behind, "DJANGO_SETTINGS_MODULE": "pipeline.settings"}
    answer = subprocess.run([sys.executable, "-c", read], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == count


# --- The code --------------------------------------------------------------------------------------------------------
def test_a_wrong_code_gets_a_sentence_and_the_right_one_still_works(browser, cast):
    browser.post(ASK, {"email": cast.elliot.email})
    page = browser.post(TYPE, {"code": "ZZZZ-ZZZZ"})
    assert page.context["form"].errors["code"]
    assert 'class="errorlist' in said(page)
    answer = browser.post(TYPE, {"code": code().lower().replace("-", " ")})
    assert answer.status_code == 302
    assert answer.wsgi_request.user == cast.elliot


def test_three_wrong_codes_end_it_with_a_sentence(browser, cast):
    browser.post(ASK, {"email": cast.elliot.email})
    right = code()
    browser.get(TYPE)
    for _ in range(3):
        answer = browser.post(TYPE, {"code": "ZZZZ-ZZZZ"})
    assert answer.headers["Location"] == ASK
    assert told(answer)
    assert not browser.post(TYPE, {"code": right}).wsgi_request.user.is_authenticated


def test_a_code_works_for_a_quarter_of_an_hour_and_then_says_so(browser, cast, now):
    for minutes, works in ((14, True), (16, False)):
        browser.logout()
        browser.post(ASK, {"email": cast.elliot.email})
        typed = code()
        browser.get(TYPE)
        assert "15" in letters()[-1]["text"]
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            answer = browser.post(TYPE, {"code": typed}, follow=True)
        assert answer.wsgi_request.user.is_authenticated == works
    assert answer.request["PATH_INFO"] == ASK
    assert 'class="usa-alert' in said(answer), "the page says that the code ran out"


def test_a_sign_up_code_that_ran_out_says_so(browser):
    browser.post(SIGN_UP, {"email": "new@throughline.example", "full_name": "Nora New"})
    typed = code()
    browser.get(CONFIRM)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        answer = browser.post(CONFIRM, {"code": typed})
        assert told(answer)
        # Asking for a sign-in code is the way on, and confirms the address with it.
        browser.post(ASK, {"email": "new@throughline.example"})
        assert browser.post(TYPE, {"code": code()}).wsgi_request.user.email == "new@throughline.example"
    assert EmailAddress.objects.get(email="new@throughline.example").verified


def test_a_new_code_can_be_asked_for_and_replaces_the_first(browser, cast):
    browser.post(ASK, {"email": cast.elliot.email})
    first = code()
    assert 'value="resend"' in said(browser.get(TYPE))
    browser.post(TYPE, {"action": "resend"})
    assert len(letters()) == 2
    assert browser.post(TYPE, {"code": first}).context["form"].errors["code"]
    assert browser.post(TYPE, {"code": code()}).wsgi_request.user == cast.elliot


def test_who_mistyped_the_address_goes_back_and_asks_again(browser, cast):
    browser.post(ASK, {"email": "eliot@throughline.example"})
    page = browser.post(ASK, {"email": cast.elliot.email}, follow=True)
    assert cast.elliot.email in said(page)
    assert browser.post(TYPE, {"code": code()}).wsgi_request.user == cast.elliot


def test_asking_too_often_gets_a_sentence(browser, cast):
    answers = [Client(headers=browser.headers).post(ASK, {"email": cast.elliot.email}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert answers[3].context["form"].errors["email"]


def test_a_new_person_confirms_the_address_with_the_code(browser):
    answer = browser.post(SIGN_UP, {"email": "new@throughline.example", "full_name": "Nora New"}, follow=True)
    assert answer.request["PATH_INFO"] == CONFIRM
    assert browser.post(CONFIRM, {"code": "ZZZZ-ZZZZ"}).context["verify_form"].errors["code"]
    answer = browser.post(CONFIRM, {"code": code()})
    assert answer.wsgi_request.user.full_name == "Nora New"
    assert EmailAddress.objects.get(email="new@throughline.example").verified
    assert len(letters()) == 1, "no second letter says what they have just done"


# --- Strangers learn nothing -----------------------------------------------------------------------------------------
def _plain(page, address) -> str:
    """The page without what differs between any two visits."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", said(page))
    return text.replace(address, "ADDRESS")


def test_an_unknown_address_sees_the_same_pages(browser, cast):
    seen = {}
    for address in (cast.elliot.email, "nobody@throughline.example"):
        visitor = Client(headers=browser.headers)
        steps = [visitor.post(ASK, {"email": address}, follow=True), visitor.post(TYPE, {"code": "ZZZZ-ZZZZ"})]
        steps += [visitor.post(TYPE, {"action": "resend"}, follow=True)]
        steps += [visitor.post(TYPE, {"code": "ZZZZ-ZZZZ"}) for _ in range(2)]
        seen[address] = [(s.status_code, s.headers.get("Location"), _plain(s, address)) for s in steps]
    assert seen[cast.elliot.email] == seen["nobody@throughline.example"]


def test_a_known_address_sees_the_same_sign_up_pages(browser, cast):
    seen = {}
    for address in (cast.elliot.email, "nobody@throughline.example"):
        visitor = Client(headers=browser.headers)
        form = {"email": address, "full_name": "Somebody"}
        steps = [visitor.post(SIGN_UP, form, follow=True), visitor.post(CONFIRM, {"code": "ZZZZ-ZZZZ"})]
        seen[address] = [(s.status_code, s.headers.get("Location"), _plain(s, address)) for s in steps]
    assert seen[cast.elliot.email] == seen["nobody@throughline.example"]


def test_an_unknown_address_costs_as_much_work(cast):
    cost = []
    for address in (cast.elliot.email, "nobody@throughline.example"):
        with CaptureQueriesContext(connection) as queries:
            Client().post(ASK, {"email": address})
        cost.append(len(queries))
    assert abs(cost[0] - cost[1]) <= 1, cost


def test_the_letters_leave(browser, cast, mailoutbox):
    browser.post(ASK, {"email": cast.elliot.email})
    send_due()
    assert mailoutbox[0].to == [cast.elliot.email]
