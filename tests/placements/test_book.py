"""A hall's own book: it writes down since when a person is registered, the order follows, and the person sees it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts import consents
from accounts.speech import day
from ledger.handoffs import drain
from ledger.models import Event
from matching import queries, why
from matching.models import Match
from notifications import words
from notifications.models import Notice
from notifications.sms import texts
from openings import actions as offering
from openings import lists
from placements import actions, places


@pytest.fixture
def called(cast):
    """Three people said yes to a call of the hall that goes by registration, and nobody registered."""
    cast.agree()
    cast.ana.language = "en"
    cast.ana.save(update_fields=["language"])
    cast.bo, cast.cy = (cast.another_trainee(name) for name in ("Bo Other", "Cy Third"))
    draft = cast.opening(cast.hall, state="draft", published_at=None, order_rule="fifo", zip="92408")
    cast.call = offering.publish(draft, by=cast.ben, at=timezone.now())
    for trainee in (cast.trainee, cast.bo, cast.cy):
        cast.certify(trainee=trainee)
    drain("matching")
    why.write_all(on=timezone.localdate())
    for match in Match.objects.filter(opening=cast.call).order_by("pk"):
        actions.say_yes(match, by=match.trainee.user, at=timezone.now())
    cast.match = Match.objects.get(opening=cast.call, trainee=cast.trainee)
    return cast


def book(browser, called, trainee, on, **more):
    sent = {"trainee": str(trainee.public_id), "registered_on": on, **more}
    return browser.post(reverse("opening_book", args=[called.call.public_id]), sent, follow=True).content.decode()


@pytest.mark.parametrize("day", ["", "soon"])
def test_what_was_wrong_is_said_beside_the_field_of_that_person(called, sign_in, day):
    page = " ".join(book(sign_in(called.ben), called, called.cy, day).split())
    (opened, form) = re.search(
        rf'<details class="tl-details"( open)?>((?:(?!<details).)*id="on-{called.cy.public_id}".*?)</form>', page
    ).groups()
    assert opened
    assert 'id="wrong-day">Write the day on which the person registered' in form
    assert 'aria-describedby="wrong-day"' in form
    assert page.count('id="wrong-day"') == 1


def first_of(called) -> list[int]:
    return [passing.trainee_id for passing in queries.of_opening(called.call)]


def test_the_hall_enters_its_book_and_the_order_follows(called, sign_in):
    ben, before = sign_in(called.ben), timezone.now()
    page = ben.get(reverse("opening_people", args=[called.call.public_id])).content.decode()
    assert "among those a draw decides" in page
    assert page.count("not registered: placed by the draw") == 3
    assert "The order follows this day" in book(ben, called, called.cy, "2026-03-15")
    page = book(ben, called, called.trainee, "2026-03-15", registered_time="07:30")
    drain("matching")
    assert first_of(called)[:2] == [called.cy.pk, called.trainee.pk]
    assert page.count("not registered: placed by the draw") == 1
    assert "Correct the day of registration" in page
    book(ben, called, called.trainee, "2026-02-01")
    drain("matching")
    assert first_of(called)[:2] == [called.trainee.pk, called.cy.pk]
    said = Event.objects.filter(kind="opening.booked").order_by("-id").first()
    assert (said.actor_id, said.facts["trainee"]) == (called.ben.pk, called.trainee.pk)
    assert said.facts["before"].startswith("2026-03-15")
    # Saved as it stands, it is no correction.
    book(ben, called, called.trainee, "2026-02-01", registered_time="00:00")
    assert Event.objects.filter(kind="opening.booked").count() == 3
    # A list of before is what it was then.
    then = places.then(called.call, before)
    assert all(passing.key is None for passing in then.past.passing)
    now = places.then(called.call, timezone.now())
    assert [passing.trainee_id for passing in now.past.passing] == first_of(called)


def test_the_person_reads_the_day_and_who_wrote_it(called, sign_in):
    book(sign_in(called.ben), called, called.trainee, "2026-02-01")
    drain("matching")
    page = sign_in(called.ana).get(reverse("match", args=[called.match.public_id])).content.decode()
    assert "You are on the list since Feb. 1, 2026." in page
    assert "Local 555 wrote this day down" in page
    place = sign_in(called.ana).get(reverse("match_place", args=[called.match.public_id])).content.decode()
    assert "You registered on Feb. 1, 2026." in place


@pytest.mark.parametrize("wrong", ["no day", "tomorrow", "long ago", "the year one", "not a list", "another's opening"])
def test_what_is_no_entry_of_the_book_changes_nothing(called, sign_in, wrong):
    reader, on = called.ben, "2026-02-01"
    if wrong == "no day":
        on, said = "March", "Write the day on which the person registered"
    elif wrong == "tomorrow":
        on, said = (timezone.localdate() + timedelta(days=1)).isoformat(), "has not come yet"
    elif wrong in ("long ago", "the year one"):
        on, said = "1969-12-31" if wrong == "long ago" else "0001-01-01", "too long ago"
    elif wrong == "not a list":
        called.call.order_rule, said = "waiting", "keeps no list"
        called.call.save(update_fields=["order_rule"])
    else:
        reader, said = called.elliot, "Only the people of Local 555"
    assert said in book(sign_in(reader), called, called.trainee, on)
    assert not called.call.places.exists()


@pytest.mark.parametrize("language", ["en", "es"])
def test_whoever_registered_alone_is_told_that_the_hall_changed_the_day(called, settle, sign_in, language):
    called.ana.language = language
    called.ana.save(update_fields=["language"])
    called.hall.phone = "+19095550155"
    called.hall.save(update_fields=["phone"])
    ben = sign_in(called.ben)
    # In the evening, when it is the next day in Greenwich.
    with time_machine.travel(timezone.localtime().replace(hour=19) - timedelta(days=3)):
        lists.register(called.call, called.trainee, by=called.ana, at=timezone.now())
    was, now = called.call.places.get().registered_at, timezone.localdate()
    book(ben, called, called.trainee, now.isoformat())
    settle()
    (told,) = Notice.objects.filter(user=called.ana, kind="registration_changed")
    with override(language):
        days = [day(was), day(now)]
    letter = next(m for m in mail.outbox if m.to == [called.ana.email] and "Local 555" in m.subject)
    assert all(one in letter.body for one in days)
    assert all(one in texts.of_notice(told) for one in days)
    page = sign_in(called.ana).get(told.path, follow=True).content.decode()
    assert all(one in page for one in (*days, "tel:+19095550155", reverse("help")))
    # Only the time is another: both times are read. Saved as it stands, nothing is.
    for _time in range(2):
        book(ben, called, called.trainee, now.isoformat(), registered_time="00:01")
    last = Notice.objects.filter(user=called.ana, kind="registration_changed").latest("pk")
    assert Notice.objects.filter(kind="registration_changed").count() == 2
    assert (
        ":01" in words.message(last, language).paragraphs[0] or "12:01" in words.message(last, language).paragraphs[0]
    )
    # A first entry of the book changes nobody's day.
    book(ben, called, called.cy, "2026-02-01")
    assert not Notice.objects.filter(user=called.cy.user, kind="registration_changed").exists()


@pytest.mark.parametrize("who", ["never said yes", "no contact"])
def test_a_day_is_entered_only_for_whoever_the_hall_sees_by_name(called, sign_in, who):
    person = called.trainee
    if who == "never said yes":
        person = called.another_trainee("Di Fourth")
        called.certify(trainee=person)
        drain("matching")
    else:
        consents.withdraw(called.ana, "contact", at=timezone.now(), by=called.ana, opening=called.call)
    assert "once the name of the person is shown" in book(sign_in(called.ben), called, person, "2026-02-01")
    assert not called.call.places.exists()


def test_a_yes_on_the_page_takes_the_place_along(called, sign_in):
    again = called.another_trainee("Di Fourth")
    called.certify(trainee=again)
    drain("matching")
    match = Match.objects.get(opening=called.call, trainee=again)
    browser = sign_in(again.user)
    page = browser.get(reverse("match", args=[match.public_id])).content.decode()
    assert "With my yes, put me on the list" in page
    browser.post(reverse("match_answer", args=[match.public_id, "yes"]), {"list": "1"})
    assert called.call.places.get().trainee == again
