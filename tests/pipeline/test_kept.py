"""What was typed when a session had ended comes back to whoever typed it, and to nobody else."""

import re
from html import unescape

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import TraineeProfile
from openings.models import Opening
from pipeline import kept

from ..accounts.signing import ASK, TYPE, USE_IT, app_of, code, come_in, digits

AGAIN, LOGIN, PROFILE = reverse("send_again"), reverse("account_login"), reverse("trainee_profile")
TYPED = {"zip": "92501", "miles": "41", "license": "?", "shifts": ["day", "night"], "languages": ["en"]}
REPORT = {"note": "My second line\nand Rosa’s <b>third</b> one"}


@pytest.fixture(autouse=True)
def _new_counts(db):
    cache.clear()


@pytest.fixture
def ana(cast, sign_in):
    """Ana's browser, after a page that she read in English."""
    browser = sign_in(cast.ana)
    browser.get(reverse("inbox") + "?lang=en", follow=True)
    assert kept.COOKIE in browser.cookies
    return browser


def lose(browser):
    """The session is over, on the server: by its age, or ended from another computer."""
    Session.objects.all().delete()


def late(browser, url=PROFILE, typed=TYPED, **more):
    """A form that comes when the session is over; where it leads."""
    lose(browser)
    answer = browser.post(url, typed, headers={"referer": f"http://testserver{url}"}, **more)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(LOGIN)
    return answer.headers["Location"]


def again(browser):
    """The page with the button, and what it would send."""
    page = browser.get(AGAIN)
    action = re.search(r'<form method="post" action="([^"]+)" class="tl-form"', page.text)
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    fields = {}
    for name, value in found:
        if name != "csrfmiddlewaretoken":
            fields.setdefault(unescape(name), []).append(unescape(value))
    return page, unescape(action[1]) if action else "", fields


def test_who_signs_in_again_gets_back_what_they_typed_and_sends_it_with_one_press(cast, ana):
    before = TraineeProfile.objects.get(user=cast.ana).miles
    assert late(ana) == f"{LOGIN}?next={AGAIN}"
    assert "what you typed is there again" in ana.get(LOGIN).text
    assert TraineeProfile.objects.get(user=cast.ana).miles == before, "nothing is done before they are in"
    come_in(ana, cast.ana.email)
    page, action, fields = again(ana)
    assert page.status_code == 200
    assert (action, fields) == (PROFILE, {name: [v] if isinstance(v, str) else v for name, v in TYPED.items()})
    assert TraineeProfile.objects.get(user=cast.ana).miles == before, "looking sends nothing"
    ana.post(action, fields)
    assert TraineeProfile.objects.get(user=cast.ana).miles == 41
    assert ana.get(AGAIN).headers["Location"] == reverse("start"), "it need not wait any longer"


def test_somebody_else_who_signs_in_there_sees_nothing_and_ends_it(cast, ana):
    late(ana, typed={**TYPED, "wish": "only with my sister"})
    come_in(ana, cast.willa.email)
    assert ana.get(AGAIN).headers["Location"] == reverse("start")
    assert kept.KEY not in ana.session
    ana.post(reverse("account_logout"))
    come_in(ana, cast.ana.email)
    assert ana.get(AGAIN).headers["Location"] == reverse("start")


def test_before_anybody_signs_in_nobody_reads_it_in_the_browser_or_the_database(cast, ana):
    late(ana, typed={"note": "only with my sister"})
    assert "sister" not in ana.get(LOGIN).text
    assert ana.get(AGAIN).headers["Location"].startswith(LOGIN)
    assert [row.get_decoded() for row in Session.objects.all() if kept.KEY in row.get_decoded()]
    assert "sister" not in str([row.get_decoded() for row in Session.objects.all()])
    assert ana.session.get_expiry_age() <= kept.LASTS


def test_it_is_forgotten_after_an_hour(cast, ana):
    late(ana)
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=kept.LASTS + 60), tick=False):
        come_in(ana, cast.ana.email)
        assert ana.get(AGAIN).headers["Location"] == reverse("start")
        assert kept.KEY not in ana.session


def test_what_only_says_what_was_read_is_sent_again_and_not_shown_as_typed(cast, ana):
    read = {"read_name": "Rialto Steel Works", "note": "It was <b>our</b> own sign"}
    late(ana, reverse("erase_me"), read)
    come_in(ana, cast.ana.email)
    page, _action, fields = again(ana)
    assert fields == {name: [value] for name, value in read.items()}
    shown = page.text.partition("<blockquote>")[2].partition("<form")[0]
    assert "own sign" in shown
    assert "Rialto" not in shown


def test_lines_marks_and_several_choices_come_back_as_they_were(cast, ana):
    late(ana, reverse("erase_me"), REPORT)
    come_in(ana, cast.ana.email)
    page, action, fields = again(ana)
    assert action == reverse("erase_me")
    assert fields == {"note": [REPORT["note"]]}
    assert "My second line<br>and Rosa’s &lt;b&gt;third" in page.text, "they read what it was"


def test_it_can_be_forgotten_and_leads_back(cast, ana):
    late(ana)
    come_in(ana, cast.ana.email)
    assert ana.post(AGAIN).headers["Location"] == PROFILE
    assert kept.KEY not in ana.session


def test_a_file_is_not_kept_and_the_page_says_so(cast, ana):
    late(ana, typed={**TYPED, "file": SimpleUploadedFile("card.pdf", b"%PDF")})
    come_in(ana, cast.ana.email)
    page, _action, fields = again(ana)
    assert "A file is not kept" in page.text
    assert "file" not in fields


@pytest.mark.parametrize(
    ("url", "typed", "headers"),
    [
        (PROFILE, {}, {}),
        (PROFILE, {"zip": " "}, {}),
        (PROFILE, {"note": "x" * (kept.ROOM + 1)}, {}),
        (PROFILE, {"password": "my horse"}, {}),
        (reverse("text_code"), {"code": "123456"}, {}),
        (reverse("account_change_password"), {"oldword": "my horse"}, {}),
        (PROFILE, TYPED, {"hx-request": "true"}),
    ],
)
def test_secrets_buttons_and_what_is_too_much_are_not_kept(cast, ana, url, typed, headers):
    lose(ana)
    answer = ana.post(url, typed, headers=headers)
    assert answer.headers["Location"].startswith(LOGIN)
    assert AGAIN not in answer.headers["Location"]
    assert kept.KEY not in ana.session


def test_only_of_a_browser_that_somebody_signed_in_with_and_only_so_often(cast, ana, monkeypatch):
    assert AGAIN not in Client().post(PROFILE, TYPED).headers["Location"]
    forged = Client()
    forged.cookies[kept.COOKIE] = f"{cast.ana.public_id.hex}:made-up"
    assert AGAIN not in forged.post(PROFILE, TYPED).headers["Location"]
    monkeypatch.setitem(kept.LIMITS, "kept", "2/h/key")
    lose(ana)
    ahead = [AGAIN in ana.post(PROFILE, TYPED).headers["Location"] for _ in range(3)]
    assert ahead == [True, True, False]


def test_a_shared_computer_that_signed_out_by_itself_gives_it_back_too(cast):
    browser = Client()
    come_in(browser, cast.ana.email, shared="on")
    browser.get(reverse("inbox"))
    assert browser.cookies[kept.COOKIE]["max-age"] == "", "gone with the browser"
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=31), tick=False):
        assert browser.post(PROFILE, TYPED).headers["Location"] == f"{LOGIN}?next={AGAIN}"
        come_in(browser, cast.ana.email, shared="on")
        assert again(browser)[1] == PROFILE


def test_who_signs_out_leaves_no_trace(cast, ana):
    ana.post(reverse("account_logout"))
    assert not ana.cookies[kept.COOKIE].value
    assert AGAIN not in ana.post(PROFILE, TYPED).headers["Location"]


def test_the_next_person_on_this_browser_is_the_one_who_is_named(cast, ana):
    first = ana.cookies[kept.COOKIE].value
    lose(ana)
    come_in(ana, cast.willa.email)
    ana.get(reverse("inbox"))
    assert ana.cookies[kept.COOKIE].value not in ("", first)


def test_an_employers_whole_opening_comes_back_after_the_second_step(cast):
    secret, browser = app_of(cast.elliot), Client(headers={"accept-language": "en"})
    come_in(browser, cast.elliot.email)
    browser.post(USE_IT, {"code": digits(secret)})
    form = browser.get(reverse("opening_new"))
    token = str(form.context["token"])
    opening = {
        "token": token, "kind": "job", "title": "Welder, second shift", "description": "Weld beams.\r\nBring boots.",
        "occupation_id": "51-4121.00", "zip": "92376", "seats": "2", "wage_min_cents": "$24.50", "shifts": ["day"],
        "order_rule": "waiting", "required": ["aws_cw", "osha10"],
    }  # fmt: skip
    late(browser, reverse("opening_new"), opening)
    come_in(browser, cast.elliot.email)
    cache.clear()  # an app's code works once
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=60), tick=False):
        browser.post(USE_IT, {"code": digits(secret)})
        page, action, fields = again(browser)
        assert "Bring boots." in page.text
        browser.post(action, fields)
    made = Opening.objects.get()
    assert (str(made.public_id), made.title, made.seats) == (token, "Welder, second shift", 2)
    assert made.requirements.count() == 2


# --- Signed in again in another window --------------------------------------------------------------------------------
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture
def tabs(cast):
    """A browser whose forms are checked, and the page Ana has open in the first of two windows."""
    cast.ana.language = "en"
    cast.ana.save(update_fields=["language"])
    browser = Client(enforce_csrf_checks=True)
    enter(browser, cast.ana)
    return browser, {**TYPED, "note": "only with my sister", "csrfmiddlewaretoken": token_of(browser, PROFILE)}


def token_of(browser, url):
    return TOKEN.search(browser.get(url).text)[1]


def enter(browser, person):
    """Sign in through the pages, as a browser does."""
    for url, typed in ((ASK, lambda: {"email": person.email}), (TYPE, lambda: {"code": code()})):
        answer = browser.post(url, {"csrfmiddlewaretoken": token_of(browser, url), **typed()})
        assert answer.status_code == 302
    browser.get(reverse("inbox"))


def press(browser, typed, **headers):
    said = {"origin": "http://testserver", "sec-fetch-site": "same-origin"} | headers
    return browser.post(PROFILE, typed, headers={name: value for name, value in said.items() if value})


def test_who_signed_in_again_in_another_window_finds_what_they_typed_and_sends_it(cast, tabs):
    browser, typed = tabs
    before = TraineeProfile.objects.get(user=cast.ana).miles
    lose(browser)
    enter(browser, cast.ana)
    answer = press(browser, typed, referer=f"http://testserver{PROFILE}")
    assert (answer.status_code, answer.headers["Location"]) == (302, AGAIN)
    page, action, fields = again(browser)
    assert action == PROFILE
    assert "You signed in again after you opened that page" in page.text
    assert "only with my sister" in page.text
    assert TraineeProfile.objects.get(user=cast.ana).miles == before, "nothing is done by itself"
    assert "sister" not in str([row.get_decoded() for row in Session.objects.all()])
    assert browser.session.get_expiry_age() > kept.LASTS, "they stay signed in"
    fresh = TOKEN.search(page.text)[1]
    assert press(browser, fields | {"csrfmiddlewaretoken": fresh}).status_code == 302
    assert TraineeProfile.objects.get(user=cast.ana).miles == 41
    assert browser.get(AGAIN).headers["Location"] == reverse("start")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": ""},
        {"origin": "null", "sec-fetch-site": ""},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "", "referer": "https://evil.example/"},
        {"origin": "", "sec-fetch-site": ""},
    ],
)
def test_what_another_site_sends_is_never_kept_even_with_a_token_of_before(cast, tabs, headers):
    browser, typed = tabs
    lose(browser)
    enter(browser, cast.ana)
    answer = press(browser, typed, **headers)
    assert answer.status_code == 403
    assert "This page was open too long" in answer.text
    assert kept.KEY not in browser.session


@pytest.mark.parametrize("token", ["", "made up", "a" * 64, "é" * 64, "other"])
def test_a_token_that_was_never_this_persons_here_keeps_nothing(cast, tabs, token):
    browser, typed = tabs
    lose(browser)
    enter(browser, cast.ana)
    if token == "other":  # of another browser of theirs
        other = Client(enforce_csrf_checks=True)
        enter(other, cast.ana)
        token = token_of(other, PROFILE)
    assert press(browser, typed | {"csrfmiddlewaretoken": token}).status_code == 403
    assert kept.KEY not in browser.session


@pytest.mark.parametrize("how", ["somebody else", "signed out", "somebody between"])
def test_what_another_person_typed_there_is_shown_to_nobody(cast, tabs, how):
    browser, typed = tabs
    if how == "signed out":
        browser.post(reverse("account_logout"), {"csrfmiddlewaretoken": token_of(browser, PROFILE)})
        enter(browser, cast.ana)
    else:
        lose(browser)
        enter(browser, cast.willa)
    if how == "somebody between":
        lose(browser)
        enter(browser, cast.ana)
    assert press(browser, typed).status_code == 403
    assert kept.KEY not in browser.session


@pytest.mark.parametrize("name", ["guardian", "answer_link", "stay", "entry_link"])
def test_what_somebody_sends_by_the_link_of_a_letter_is_not_kept_for_who_is_signed_in_there(cast, tabs, name):
    browser, typed = tabs
    lose(browser)
    enter(browser, cast.ana)
    said = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert browser.post(reverse(name, args=["of-the-letter"]), typed, headers=said).status_code == 403
    assert kept.KEY not in browser.session


def test_what_is_refused_as_anothers_makes_no_end_of_what_waits(cast, tabs):
    browser, typed = tabs
    lose(browser)
    enter(browser, cast.ana)
    assert press(browser, typed).headers["Location"] == AGAIN
    forged = {"origin": "https://evil.testserver", "sec-fetch-site": "same-site"}
    assert press(browser, TYPED, **forged).status_code == 403
    assert "only with my sister" in again(browser)[0].text
