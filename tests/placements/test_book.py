"""A hall's own book: it writes down since when a person is registered, the order follows, and the person sees it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger.handoffs import drain
from ledger.models import Event
from matching import queries, why
from matching.models import Match
from openings import actions as offering
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


def book(browser, called, trainee, day, **more):
    sent = {"trainee": str(trainee.public_id), "registered_on": day, **more}
    return browser.post(reverse("opening_book", args=[called.call.public_id]), sent, follow=True).content.decode()


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


@pytest.mark.parametrize("wrong", ["no day", "tomorrow", "not a list", "another's opening"])
def test_what_is_no_entry_of_the_book_changes_nothing(called, sign_in, wrong):
    reader, day = called.ben, "2026-02-01"
    if wrong == "no day":
        day, said = "March", "Write the day on which the person registered"
    elif wrong == "tomorrow":
        day, said = (timezone.localdate() + timedelta(days=1)).isoformat(), "has not come yet"
    elif wrong == "not a list":
        called.call.order_rule, said = "waiting", "keeps no list"
        called.call.save(update_fields=["order_rule"])
    else:
        reader, said = called.elliot, "Only the people of Local 555"
    assert said in book(sign_in(reader), called, called.trainee, day)
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
