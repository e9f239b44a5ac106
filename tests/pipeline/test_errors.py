"""Ways that end nowhere say so in the reader's language, and where to go on."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse

from notifications.models import Delivery

LOGIN = reverse("account_login")


def test_who_was_signed_out_comes_back_to_the_page_with_the_button(cast):
    browser = Client()
    page = reverse("consent_list") + "?from=letter"
    answer = browser.post(reverse("consent_match", args=["yes"]), headers={"referer": "http://testserver" + page})
    assert answer.headers["Location"].startswith(LOGIN)
    here = browser.get(answer.headers["Location"])
    assert "You were signed out" in here.content.decode()
    # All the way through the code, they are back on the page with the button, and it works.
    ahead = unescape(re.search(r'name="next"\s+value="([^"]*)"', here.content.decode())[1])
    asked = browser.post(reverse("account_request_login_code"), {"email": cast.elliot.email, "next": ahead})
    code = next(
        line for line in Delivery.objects.latest("pk").letter["text"].splitlines() if len(line) == 9 and line.isupper()
    )
    assert browser.post(asked.headers["Location"], {"code": code, "next": ahead}).headers["Location"] == page


@pytest.mark.parametrize(
    ("referer", "ahead"),
    [
        ("http://testserver/me/consents/", "/me/consents/"),
        ("http://testserver//evil.example/", "/%2Fevil.example/"),
        ("http://evil.example/me/", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_only_a_page_of_ours_is_come_back_to(client, db, referer, ahead):
    answer = client.post(reverse("consent_match", args=["yes"]), headers={"referer": referer})
    target = urlsplit(answer.headers["Location"])
    assert target.path == LOGIN
    assert parse_qs(target.query).get("next") == ([ahead] if ahead else None)


def test_a_page_opened_while_signed_out_is_come_back_to_as_before(client, db):
    answer = client.get(reverse("consent_list"), headers={"referer": "http://testserver/"})
    assert answer.headers["Location"] == f"{LOGIN}?next={reverse('consent_list')}"
    assert "messages" not in answer.cookies


def test_the_address_of_a_button_says_what_it_is(cast, sign_in):
    for person, language in ((cast.elliot, "en"), (cast.ana, "es")):
        answer = sign_in(person).get(reverse("consent_match", args=["yes"]))
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "POST"
        page = answer.content.decode()
        assert f'<html lang="{language}"' in page
        assert reverse("start") in page
        assert "Content-Security-Policy" in answer.headers
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_form_too_old_to_trust_says_what_to_do(cast):
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(reverse("account_request_login_code"), {"email": "ana@throughline.example"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert site.SITE_NAME in page
    assert "load the page again" in page
    assert "style=" not in page
    assert "<style" not in page
    for header in ("Content-Security-Policy", "Permissions-Policy", "X-Content-Type-Options", "X-Frame-Options"):
        assert header in answer.headers
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_form_too_old_to_trust_is_told_in_spanish_too(db):
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "es"})
    answer = browser.post(reverse("account_request_login_code"), {"email": "ana@throughline.example"})
    assert answer.status_code == 403
    assert '<html lang="es"' in answer.content.decode()


def test_too_many_tries_get_a_page_of_ours(client, db, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"signup": "20/m/ip"}
    for _ in range(21):
        answer = client.post(reverse("account_signup"), {"email": "no"})
    assert answer.status_code == 429
    assert site.SITE_NAME in answer.content.decode()
