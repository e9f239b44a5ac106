"""Nobody acts for others without a second step: not on any page, not with an older session, not after losing it."""

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts import factors
from accounts.models import Membership
from pipeline import doors

from .signing import SECOND_STEP, USE_IT, app_of, code, come_in, digits, is_in, letters, recovery_codes

STAFF = ("priya", "elliot", "ben", "carla")
SET_UP, SHOW = reverse("mfa_activate_totp"), reverse("mfa_view_recovery_codes")


def set_up_app(client):
    """Through the pages; what the last one answers."""
    client.get(SET_UP)
    return client.post(SET_UP, {"code": digits(client.session["mfa.totp.secret"])})


def leads_to_second_step(answer) -> bool:
    return answer.status_code == 302 and answer.headers["Location"] == SECOND_STEP


@pytest.fixture(autouse=True)
def _commits_at_once(monkeypatch):
    """allauth tells of a new second step on commit, which no test reaches; the journeys do."""
    monkeypatch.setattr(transaction, "on_commit", lambda then, **_more: then())


# --- Before the first page --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", STAFF)
def test_who_acts_for_others_sets_one_up_and_goes_on_to_where_they_wanted_to_go(client, cast, who):
    wanted = reverse("inbox") + "?page=1"
    come_in(client, getattr(cast, who).email)
    assert leads_to_second_step(client.get(wanted))
    page = client.get(SECOND_STEP)
    assert reverse("mfa_add_webauthn") in page.content.decode()
    assert SET_UP in page.content.decode()
    answer = set_up_app(client)
    assert answer.headers["Location"] == SHOW
    shown = client.get(SHOW).content.decode()
    codes = recovery_codes(getattr(cast, who))
    assert len(codes) == 10
    assert all(one in shown for one in codes)
    assert client.get(SECOND_STEP).headers["Location"] == wanted
    assert client.get(wanted).status_code == 200


@pytest.mark.parametrize("who", ["ana", "willa"])
def test_who_acts_for_nobody_is_not_asked(client, cast, who):
    come_in(client, getattr(cast, who).email)
    assert is_in(client)
    assert client.get(reverse("start")).headers.get("Location") != SECOND_STEP


def test_no_page_at_all_is_open_to_who_acts_for_others_without_one(client, cast):
    come_in(client, cast.carla.email)
    tried = 0
    for name in {str(p.name) for p in doors.patterns()} - factors.ALWAYS - factors.MAKING:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        # Answered before anybody is known, or without knowing anybody.
        if name in ("healthz", "readyz", "metrics", "voice_code", "voice_held"):
            continue
        tried += 1
        for answer in (client.get(url), client.post(url)):
            assert leads_to_second_step(answer), f"{name} answers {answer.status_code}"
    assert tried > 40


def test_pressing_a_button_without_one_does_nothing(client, cast):
    come_in(client, cast.carla.email)
    assert leads_to_second_step(client.post(reverse("person_take", args=[cast.trainee.public_id])))
    cast.trainee.refresh_from_db()
    assert cast.trainee.coordinator is None


def test_a_membership_that_begins_bites_on_the_next_page_and_one_that_ended_does_not(client, cast):
    come_in(client, cast.willa.email)
    assert is_in(client)
    membership = cast.member(cast.willa, cast.shop)
    assert leads_to_second_step(client.get(reverse("inbox")))
    Membership.objects.filter(pk=membership.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert is_in(client)


# --- Signing in with one ----------------------------------------------------------------------------------------------
def test_a_mailed_code_alone_signs_nobody_in_who_has_one(client, cast):
    secret = app_of(cast.carla)
    assert come_in(client, cast.carla.email).headers["Location"] == USE_IT
    assert not is_in(client)
    page = client.post(USE_IT, {"code": "000000" if digits(secret) != "000000" else "111111"})
    assert page.context["form"].errors["code"]
    assert not is_in(client)
    client.post(USE_IT, {"code": digits(secret)})
    assert is_in(client)


def test_a_code_of_the_app_works_once(cast):
    secret = app_of(cast.carla)
    for works in (True, False):
        browser = Client()
        come_in(browser, cast.carla.email)
        browser.post(USE_IT, {"code": digits(secret)})
        assert is_in(browser) == works


def test_a_recovery_code_works_once(cast):
    app_of(cast.carla)
    once = recovery_codes(cast.carla)[0]
    for works in (True, False):
        browser = Client()
        come_in(browser, cast.carla.email)
        browser.post(USE_IT, {"code": once})
        assert is_in(browser) == works


def test_an_older_session_must_use_it_too(client, cast):
    come_in(client, cast.carla.email)
    secret = app_of(cast.carla)  # meanwhile, elsewhere
    answer = client.get(reverse("board"))
    assert answer.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    # Neither does it make one of its own.
    assert client.get(SET_UP).headers["Location"].startswith(reverse("mfa_reauthenticate"))
    answer = client.post(answer.headers["Location"], {"code": digits(secret), "next": reverse("board")})
    assert answer.headers["Location"] == reverse("board")
    assert client.get(reverse("board")).status_code == 200


# --- Without it again -------------------------------------------------------------------------------------------------
def test_who_acts_for_others_cannot_take_the_only_one_away(client, cast):
    come_in(client, cast.carla.email)
    set_up_app(client)
    page = client.post(reverse("mfa_deactivate_totp"))
    assert page.status_code == 200
    assert page.context["form"].errors
    assert Authenticator.objects.filter(user=cast.carla, type="totp").exists()


def test_a_trainee_may_take_it_away_and_their_other_sessions_end(client, cast):
    other = Client()
    come_in(other, cast.ana.email)
    come_in(client, cast.ana.email)
    set_up_app(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=cast.ana).exists(), "the recovery codes go with it"
    assert is_in(client)
    assert not is_in(other)


def test_once_the_last_passkey_is_gone_the_session_counts_no_more(client, cast):
    come_in(client, cast.carla.email)
    set_up_app(client)
    key = Authenticator.objects.create(user=cast.carla, type="webauthn", data={"name": "Key", "credential": {}})
    Authenticator.objects.filter(user=cast.carla, type="totp").delete()
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert not Authenticator.objects.filter(user=cast.carla).exists()
    assert leads_to_second_step(client.get(reverse("board")))


# --- The demo ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("demo", [True, False])
def test_the_tap_on_a_name_is_a_second_step_only_while_the_demo_is_on(client, cast, settings, demo):
    settings.DEMO = demo
    client.force_login(cast.carla)
    session = client.session
    session["account_authentication_methods"] = [{"method": "demo", "at": time.time(), "reauthenticated": True}]
    session.save()
    assert leads_to_second_step(client.get(reverse("task_list"))) is not demo


# --- Once more, who is it? --------------------------------------------------------------------------------------------
ADD = {"action_add": "", "email": "second@throughline.example"}
EMAIL, AGAIN = reverse("account_email"), reverse("stepup_code")


def addresses(user) -> set[str]:
    return set(user.emailaddress_set.values_list("email", flat=True))


def test_just_after_signing_in_nobody_is_asked_again(client, cast):
    come_in(client, cast.ana.email)
    client.post(EMAIL, ADD)
    assert client.get(SET_UP).status_code == 200


def test_later_who_has_only_mail_is_asked_by_a_code_and_what_they_sent_is_not_lost(client, cast):
    come_in(client, cast.ana.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        answer = client.post(EMAIL, ADD)
        assert answer.headers["Location"].startswith(AGAIN)
        assert client.get(SET_UP).headers["Location"].startswith(AGAIN)
        here = answer.headers["Location"]
        before = len(letters(cast.ana.email))
        assert client.get(here).status_code == 200
        assert len(letters(cast.ana.email)) == before, "looking at the page sends nothing"
        client.post(here, {"action": "send"})
        assert client.post(here, {"code": "ZZZZ-ZZZZ"}).status_code == 422
        client.post(here, {"code": code(cast.ana.email)})
        assert client.get(SET_UP).status_code == 200


def test_what_was_sent_is_done_after_the_code(client, cast):
    come_in(client, cast.ana.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        cast.ana.emailaddress_set.create(email="second@throughline.example", verified=True)
        here = client.post(EMAIL, {"action_remove": "", "email": "second@throughline.example"}).headers["Location"]
        assert addresses(cast.ana) == {cast.ana.email, "second@throughline.example"}
        client.post(here, {"action": "send"})
        client.post(here, {"code": code(cast.ana.email)})
        assert addresses(cast.ana) == {cast.ana.email}


def test_three_wrong_codes_end_it(client, cast):
    come_in(client, cast.ana.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        here = client.get(SET_UP).headers["Location"]
        client.post(here, {"action": "send"})
        right = code(cast.ana.email)
        for _ in range(3):
            client.post(here, {"code": "ZZZZ-ZZZZ"})
        client.post(here, {"code": right})
        assert client.get(SET_UP).status_code == 302


def test_who_has_a_second_step_is_asked_for_that_and_not_for_a_code_by_mail(client, cast):
    come_in(client, cast.carla.email)
    set_up_app(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert client.get(SHOW).headers["Location"].startswith(reverse("mfa_reauthenticate"))
        assert client.get(AGAIN).headers["Location"] == reverse("mfa_reauthenticate")
        cast.carla.set_password("a password is no second step")
        cast.carla.save()
        assert client.get(reverse("account_reauthenticate")).status_code == 302


def test_reading_is_free_where_only_changes_ask(client, cast):
    come_in(client, cast.ana.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        phone = reverse("text_phone")
        assert client.get(phone).status_code == 200
        assert client.post(phone, {"number": "(909) 555-0127"}).headers["Location"].startswith(AGAIN)
        assert client.post(reverse("text_remove")).headers["Location"].startswith(AGAIN)
