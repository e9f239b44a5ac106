"""Limits on tries: kept in PostgreSQL, against who tries and not against whom they try."""

from datetime import timedelta

import pytest
from django.conf import settings as site
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import devices, entry

from .signing import ASK, TYPE, code, come_in, is_in, letters

LOGIN = reverse("account_login")
PASSWORD = "a long password of hers"


def asks(address: str, browser=None) -> bool:
    """Whether one more code is sent to this address."""
    before = len(letters(address))
    (browser or Client()).post(ASK, {"email": address})
    return len(letters(address)) > before


def use_up(address: str) -> None:
    """Somebody asks for codes in another's name until nothing is sent any more."""
    for _ in range(10):
        if not asks(address):
            return
    raise AssertionError("there is no limit")


@pytest.fixture
def known(cast):
    """A browser that Elliot signed in with before, and out again."""
    browser = Client()
    come_in(browser, cast.elliot.email)
    browser.post(reverse("account_logout"))
    assert not is_in(browser)
    cache.clear()
    return browser


# --- Where they are kept ----------------------------------------------------------------------------------------------
def rows(like: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache WHERE cache_key LIKE %s", [f"%{like}%"])
        return cursor.fetchone()[0]


def test_limits_are_rows_of_postgresql_and_no_redis_knows_them(cast):
    cache.clear()
    assert rows("request_login_code") == 0
    assert asks(cast.elliot.email)
    assert rows("request_login_code") >= 2, "per visitor and per account"
    assert "redis" not in str(site.CACHES).lower()
    assert "redis" not in getattr(site, "SESSION_ENGINE", "").lower()


def test_a_flood_of_other_names_pushes_no_limit_out(cast):
    use_up(cast.elliot.email)
    with connection.cursor() as cursor:  # ten thousand more, as a flood would leave them: younger, and first by name
        cursor.execute(
            "INSERT INTO cache (cache_key, value, expires) SELECT ':1:0' || n, '', %s FROM generate_series(1, 10000) n",
            [timezone.now() + timedelta(hours=1)],
        )
    for n in range(3):
        cache.set(f"another-{n}", 1)
    assert rows(":1:0") == 10000
    assert not asks(cast.elliot.email)


def test_what_has_expired_is_thrown_out(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cache (cache_key, value, expires) "
            "SELECT ':1:0' || n, '', now() - interval '1 hour' FROM generate_series(1, 2000) n"
        )
    cache.set("another", 1)
    assert rows(":1:0") == 0


# --- The owner --------------------------------------------------------------------------------------------------------
def test_strangers_cannot_lock_the_owner_out_of_a_known_browser(cast, known):
    use_up(cast.elliot.email)
    assert not asks(cast.elliot.email), "any other browser"
    assert asks(cast.elliot.email, known)
    assert known.post(TYPE, {"code": code(cast.elliot.email)}).wsgi_request.user == cast.elliot


def test_a_known_browser_has_a_limit_too(cast, known):
    assert [asks(cast.elliot.email, known) for _ in range(4)] == [True, True, True, False]


def test_only_who_signed_in_there_is_known_there(cast, known):
    use_up(cast.ana.email)
    assert not asks(cast.ana.email, known)


@pytest.mark.parametrize("value", ["x", "", '{"id": "1", "people": []}', "e30:1:x"])
def test_a_cookie_made_up_is_worth_nothing(cast, value):
    use_up(cast.elliot.email)
    forger = Client()
    forger.cookies[devices.COOKIE] = value
    assert not asks(cast.elliot.email, forger)


def test_passwords_are_limited_the_same_way(cast, known):
    cast.elliot.set_password(PASSWORD)
    cast.elliot.save()
    for _ in range(6):
        Client().post(LOGIN, {"login": cast.elliot.email, "password": "wrong"})
    stranger = Client()
    stranger.post(LOGIN, {"login": cast.elliot.email, "password": PASSWORD})
    assert not stranger.session.get("_auth_user_id"), "the right one comes too late, too"
    known.post(LOGIN, {"login": cast.elliot.email, "password": PASSWORD})
    assert known.session.get("_auth_user_id") == str(cast.elliot.pk)


# --- A class behind one router ----------------------------------------------------------------------------------------
def test_thirty_people_behind_one_address_sign_in_within_a_minute(cast):
    cache.clear()
    people = [entry.newcomer(f"p{n}@throughline.example", full_name=f"P {n}") for n in range(30)]
    for person in people:
        browser = Client(REMOTE_ADDR="203.0.113.50")
        come_in(browser, person.email)
        assert browser.session.get("_auth_user_id") == str(person.pk)


def test_one_address_that_tries_names_without_end_is_stopped(db, settings):
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"request_login_code": "20/m/ip,3/m/key"}
    sent = [asks(f"visitor{n}@throughline.example") for n in range(22)]
    assert sent == [True] * 20 + [False] * 2
