"""What every request passes: language, headers, caches, and trouble told plainly."""

import pytest
from django.db import OperationalError
from django.urls import reverse


def test_a_visitor_who_only_reads_gets_no_cookie(client, db):
    for name in ("home", "program_list", "opening_list", "council_list"):
        assert not client.get(reverse(name)).cookies


def test_the_browsers_language_is_spoken(client, db):
    page = client.get("/", headers={"accept-language": "es-MX,es;q=0.9"})
    assert page.headers["Content-Language"] == "es"
    assert '<html lang="es"' in page.content.decode()


def test_the_switch_is_remembered_and_keeps_the_page_and_its_filters(client, db):
    answer = client.get("/programs/?q=welding&lang=es")
    assert answer.headers["Location"] == "/programs/?q=welding"
    assert client.get("/").headers["Content-Language"] == "es"


def test_the_switch_counts_for_messages_too(cast, sign_in):
    browser = sign_in(cast.elliot)
    browser.get("/?lang=es")
    cast.elliot.refresh_from_db()
    assert cast.elliot.language == "es"


def test_a_signed_in_person_reads_their_own_language_without_a_cookie(cast, sign_in):
    assert sign_in(cast.ana).get("/").headers["Content-Language"] == "es"
    assert sign_in(cast.elliot).get("/").headers["Content-Language"] == "en"


@pytest.mark.parametrize("path", ["/", "/nowhere/", "/me/", "/accounts/login/"])
def test_every_answer_carries_the_headers(client, db, path):
    answer = client.get(path)
    for header in ("Content-Security-Policy", "Permissions-Policy", "X-Content-Type-Options", "X-Frame-Options"):
        assert header in answer.headers
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_signed_in_page_is_never_cached(cast, sign_in):
    assert "no-store" in sign_in(cast.ana).get("/").headers["Cache-Control"]


def test_while_the_database_is_away_people_read_a_sentence_and_when_to_come_back(client, db, monkeypatch):
    def away(*_):
        raise OperationalError("connection refused")

    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    client.cookies["sessionid"] = "x" * 32
    answer = client.get("/me/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_wrong_address_gets_a_friendly_page_in_the_readers_language(client, db):
    english = client.get("/nowhere/")
    spanish = client.get("/nowhere/", headers={"accept-language": "es"})
    assert english.status_code == spanish.status_code == 404
    assert english.content != spanish.content


@pytest.mark.parametrize("path", ["//evil.example/x", "/%2Fevil.example/x"])
def test_the_language_switch_leads_nowhere_else(client, db, path):
    answer = client.get(path + "?lang=es")
    assert not answer.headers.get("Location", "").startswith("//")


def test_an_address_that_is_nearly_right_is_a_404(cast, sign_in):
    assert sign_in(cast.ana).post("/matches/" + "-" * 36 + "/yes/").status_code == 404
