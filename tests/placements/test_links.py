"""Answering without signing in: a look changes nothing, a press answers once, and a link opens nothing else."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail, signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import consents
from accounts.models import RecordView
from ledger.log import history
from matching import jobs, nightly
from matching.models import Match
from openings import actions as openings
from placements import actions, links, second_thoughts
from placements.models import Referral
from tests.reading import words_read

DAY = timedelta(days=1)


@pytest.fixture
def match(cast):
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    return Match.objects.get()


@pytest.fixture
def referral(cast, match):
    return actions.say_yes(match, by=cast.ana, at=cast.now)


def linked(text: str, answer: str) -> str:
    """The address of the link in a letter that is for this answer."""
    (line,) = [line for line in text.splitlines() if "/answer/" in line and line.endswith(f"?answer={answer}")]
    return line[line.index("/answer/") :].strip()


def state():
    return Referral.objects.values_list("state", flat=True).first()


def test_the_hirer_answers_from_the_letter_once_and_a_scanner_answers_nothing(cast, referral, settle, client):
    settle()
    url = linked(next(m for m in mail.outbox if m.to == [cast.elliot.email]).body, "interview")
    strict = Client(enforce_csrf_checks=True)
    for look in (client.get, client.head, client.get):
        page = look(url)
        assert (page.status_code, state()) == (200, "yes")
    page = client.get(url)
    said = page.content.decode()
    assert "Welder" in said
    assert not any(word in said for word in ("Ana", "Morales", cast.ana.email, "92335"))
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("same-origin", "noindex")
    assert "no-store" in page["Cache-Control"]
    assert strict.post(url, {"step": "interview"}).status_code == 403
    # A no needs its reason, and what was typed stays.
    page = client.post(url, {"step": "decline", "note": "Thank you for coming"})
    assert page.status_code == 422
    assert "Thank you for coming" in page.content.decode()
    assert client.post(url, {"step": "hire"}).status_code == 409
    assert state() == "yes"
    assert client.post(url, {"step": "interview"}).status_code == 200
    event = history(referral).first()
    assert (event.kind, event.actor_id, event.facts["via"]) == ("referral.interview", cast.elliot.pk, "link")
    # Used, it says so, and a second press changes nothing.
    for press in (client.get(url), client.post(url, {"step": "decline", "reason": "other"})):
        assert press.status_code == 410
        assert "Nothing was changed" in press.content.decode()
    assert state() == "interview"
    settle()
    assert any(m.to == [cast.ana.email] for m in mail.outbox)


def test_the_answer_stands_before_the_gates_and_says_how_to_take_it_back(cast, referral, client):
    url = links.path(cast.elliot, links.HIRER, referral, "interview")
    page = client.get(url).content.decode()
    assert page.index('value="interview"') < page.index("Gate by gate")
    assert "Why?</label>" in " ".join(page.split()), "the reason of a no is not optional"
    assert "for ten minutes you can take the answer back" in client.post(url, {"step": "interview"}).content.decode()
    # Of what can no longer be pressed nothing is promised.
    referral.refresh_from_db()
    later = client.get(links.path(cast.elliot, links.HIRER, referral)).content.decode()
    assert 'value="interview"' not in later
    assert "Press “Interview”" not in later


def test_enter_in_a_field_gives_no_answer(cast, match, client, sign_in):
    """A browser presses the first button of a form for whoever types a word and Enter: here it is one that is off."""
    own = client.get(links.path(cast.ana, links.TRAINEE, match)).content.decode()
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    elliot = sign_in(cast.elliot)
    pages = [own, elliot.get(reverse("referral", args=[referral.public_id])).text]
    pages.append(elliot.get(reverse("answer_board")).text)
    for page in [*pages, client.get(links.path(cast.elliot, links.HIRER, referral)).content.decode()]:
        answers = next(form for form in re.findall(r"<form.*?</form>", page, re.S) if 'name="step"' in form)
        assert re.match(r"<button[^>]* disabled hidden>", answers[answers.index("<button") :])


def test_the_person_answers_from_the_letter_in_their_language(cast, match, settle, client):
    cast.ana.language = "es"
    cast.ana.save(update_fields=["language"])
    cast.opening(cast.rival, title="Fitter", title_es="Ajustador", zip="92879")
    jobs.match({cast.trainee.pk}, set(), at=cast.now)
    settle()
    url = linked(next(m for m in mail.outbox if m.to == [cast.ana.email]).body, "yes")
    page = client.get(url, headers={"accept-language": "en"})
    assert page["Content-Language"] == "es"
    assert "Nadie los ve antes" in page.content.decode() or "Sí" in page.content.decode()
    assert not Referral.objects.exists()
    assert client.post(url, {"step": "yes"}).status_code == 200
    referral = Referral.objects.get()
    assert (referral.state, referral.opening.title) == ("yes", "Fitter")
    assert consents.agreed(cast.ana, "contact", referral.opening)
    assert cast.ana.consents.filter(purpose="contact").get().source == "link"
    late = client.post(url, {"step": "no", "reason": "far"})
    assert late.status_code == 410
    assert "Usted ya respondió" in late.content.decode()
    assert state() == "yes"


@pytest.mark.parametrize(
    "ends", ["too late", "left", "new address", "closed account", "withdrawn", "answered", "cut off", "other purpose"]
)
def test_a_link_that_no_longer_counts_says_so_and_does_nothing(cast, referral, client, ends):
    url, at = links.path(cast.elliot, links.HIRER, referral), cast.now + DAY
    if ends == "too late":
        at = cast.now + 15 * DAY
    elif ends == "left":
        cast.elliot.memberships.update(ends_on=cast.now.date() - DAY)
    elif ends == "new address":
        cast.elliot.email = "elliot@elsewhere.example"
        cast.elliot.save(update_fields=["email"])
    elif ends == "closed account":
        cast.elliot.is_active = False
        cast.elliot.save(update_fields=["is_active"])
    elif ends == "withdrawn":
        actions.withdraw(referral, by=cast.ana, at=cast.now)
    elif ends == "answered":
        actions.respond(referral, "put_off", by=cast.elliot, at=cast.now)
    elif ends == "cut off":
        url = url[:-9] + "/"
    else:
        said = [links.HIRER, referral.public_id.hex, cast.elliot.pk, "x"]
        url = reverse("answer_link", args=[signing.dumps(said, salt="notifications.links")])
    before = history(referral).count()
    with time_machine.travel(at):
        for page in (client.get(url), client.post(url, {"step": "decline", "reason": "other"})):
            assert page.status_code == 410
            assert "Ana" not in words_read(page.content.decode())
    assert history(referral).count() == before


def test_a_link_is_for_one_person_and_one_case(cast, match, client):
    """Nobody makes a link for somebody who may not answer, and a closed opening takes no yes from one."""
    url = links.path(cast.ana, links.TRAINEE, match)
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    foreign = links.path(cast.rhea, links.HIRER, referral)
    assert client.post(foreign, {"step": "interview"}).status_code == 410
    turned = links.path(cast.elliot, links.TRAINEE, match)
    assert client.post(turned, {"step": "no", "reason": "far"}).status_code == 410
    assert client.post(url, {"step": "no", "reason": "far"}).status_code == 410
    assert state() == "yes"
    actions.withdraw(referral, by=cast.ana, at=cast.now)
    again = links.path(cast.ana, links.TRAINEE, match)
    openings.close(match.opening, reason="other", by=cast.elliot, at=cast.now)
    assert client.post(again, {"step": "yes"}).status_code == 410
    assert state() == "withdrawn"


def reads_english(user) -> None:
    user.language = "en"
    user.save(update_fields=["language"])


def chosen(page) -> str:
    """Which answer stands first on a link's page."""
    said = page.content.decode()
    found = re.search(r'tl-button--accent[^>]*name="step" value="([a-z_]+)"', said)
    return found[1] if found else ""


def test_each_answer_of_the_letter_stands_first_on_its_page_and_needs_no_sign_in(cast, match, settle, client):
    reads_english(cast.ana)
    cast.opening(cast.rival, title="Fitter", title_es="Ajustador", zip="92879")
    jobs.match({cast.trainee.pk}, set(), at=cast.now)
    settle()
    letter = next(m for m in mail.outbox if m.to == [cast.ana.email])
    assert "#answer" not in letter.body
    for answer in ("yes", "not_now", "no"):
        url = linked(letter.body, answer)
        page = client.get(url)
        assert (page.status_code, chosen(page)) == (200, answer)
        assert url in letter.alternatives[0].content
    said = page.content.decode()
    assert all(fact in said for fact in ("$24.50", "92879", "mile", "Shifts", "Work starts", "Not stated"))
    assert not Referral.objects.exists()
    # An answer that is none chooses nothing.
    assert chosen(client.get(url.replace("?answer=no", "?answer=hire"))) == "yes"


def test_the_hirer_tells_people_apart_before_the_answer_and_reads_whom_to_call_after_it(
    cast, referral, settle, client, sign_in
):
    settle()
    letter = next(m for m in mail.outbox if m.to == [cast.elliot.email])
    assert [chosen(client.get(linked(letter.body, step))) for step in links.OFFERED] == list(links.OFFERED)
    url = linked(letter.body, "interview")
    said = client.get(url).content.decode()
    assert all(fact in said for fact in ("AWS", "Certified since", "Distance", "Waiting for you", "Attested by"))
    secrets = ("Morales", cast.ana.email, "92335")
    assert not any(secret in said for secret in secrets)
    before = seen_of(cast)
    done = client.post(url, {"step": "interview"}).content.decode()
    assert all(secret in done for secret in secrets[:2])
    assert seen_of(cast) == before + 1
    for spent in (client.get(url), client.post(url, {"step": "interview"})):
        assert not any(secret in spent.content.decode() for secret in secrets)


def test_a_link_that_was_used_stays_used_when_its_answer_is_taken_back(cast, referral, client):
    url = links.path(cast.elliot, links.HIRER, referral)
    for _time in range(2):
        assert client.post(url, {"step": "interview"}).status_code == 200
        second_thoughts.take_back(Referral.objects.get(), by=cast.elliot, at=timezone.now())
        assert state() == "seen"
        for spent in (client.get(url), client.post(url, {"step": "interview"})):
            assert spent.status_code == 410
            assert cast.ana.email not in spent.content.decode()
        # A letter of now has its own link, which is spent as well.
        url = links.path(cast.elliot, links.HIRER, Referral.objects.get())
    assert state() == "seen"


def test_an_answer_stays_saved_where_the_contact_is_held_back(cast, referral, client, settings):
    url = links.path(cast.elliot, links.HIRER, referral)
    settings.PEOPLE_SEEN_A_DAY = 0
    page = client.post(url, {"step": "interview"})
    said = page.content.decode()
    assert (page.status_code, state()) == (200, "interview")
    assert "Your answer is saved" in said
    assert "very many people today" in said
    assert "Nothing was changed" not in said
    assert cast.ana.email not in said
    assert reverse("referral", args=[referral.public_id]) in said


def seen_of(cast) -> int:
    return RecordView.objects.filter(person=cast.ana, viewer=cast.elliot).count()


@pytest.mark.parametrize("ends", ["not now", "contact taken back", "certificates taken back"])
def test_a_link_shows_no_more_than_the_person_shares(cast, referral, client, ends):
    url = links.path(cast.elliot, links.HIRER, referral)
    if ends == "not now":
        said = client.post(url, {"step": "put_off"}).content.decode()
    elif ends == "contact taken back":
        consents.withdraw(cast.ana, "contact", at=cast.now, by=cast.ana, opening=referral.opening)
        said = client.post(url, {"step": "interview"}).content.decode()
    else:
        consents.withdraw(cast.ana, "certificates", at=cast.now, by=cast.ana, opening=referral.opening)
        said = client.get(url).content.decode()
        assert "The certificates are no longer shared" in said
        assert "Attested by" not in said
    assert not any(secret in said for secret in ("Morales", cast.ana.email))


def test_who_goes_in_order_of_registration_registers_from_the_letter_or_with_the_yes(cast, settle, client):
    reads_english(cast.ana)
    cast.agree()
    cast.certify()
    hall = cast.opening(cast.hall, order_rule="fifo", zip="92408")
    settle()
    match = Match.objects.get(opening=hall)
    asked = next(m for m in mail.outbox if m.to == [cast.ana.email])
    page = client.get(linked(asked.body, "list"))
    assert chosen(page) == "list"
    assert not hall.places.exists()
    assert client.post(linked(asked.body, "list"), {"step": "list"}).status_code == 200
    assert hall.places.get().trainee == cast.trainee
    assert not Referral.objects.exists()
    # The letter's other links go on counting, and do not ask again.
    page = client.get(linked(asked.body, "yes"))
    assert "You are on the list since" in page.content.decode()
    assert client.post(linked(asked.body, "list"), {"step": "list"}).status_code == 409
    hall.places.all().delete()
    assert client.post(links.path(cast.ana, links.TRAINEE, match), {"step": "yes", "list": "1"}).status_code == 200
    assert hall.places.filter(trainee=cast.trainee).exists()
    assert state() == "yes"
