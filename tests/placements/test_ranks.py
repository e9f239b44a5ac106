"""A ranked list: its institution gives places to people it sees by name, and the page offers what is not refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import consents
from accounts.record import erase
from ledger.handoffs import drain
from ledger.models import Event
from matching import queries, why
from matching.models import Match
from openings import actions as offering
from openings import lists
from openings.models import ListPlace
from placements import actions


@pytest.fixture
def intake(cast):
    """Ana and Bo said yes to a job that goes by its own ranked list; Cy passes as well and said nothing."""
    cast.agree()
    cast.bo, cast.cy = (cast.another_trainee(name) for name in ("Bo Other", "Cy Third"))
    draft = cast.opening(state="draft", published_at=None, order_rule="ranked")
    cast.job = offering.publish(draft, by=cast.elliot, at=timezone.now())
    for trainee in (cast.trainee, cast.bo, cast.cy):
        cast.certify(trainee=trainee)
    drain("matching")
    why.write_all(on=timezone.localdate())
    for match in Match.objects.filter(opening=cast.job).exclude(trainee=cast.cy).order_by("pk"):
        actions.say_yes(match, by=match.trainee.user, at=timezone.now())
    return cast


def rank(browser, intake, trainee, place):
    sent = {f"rank-{trainee.public_id}": place}
    return browser.post(reverse("opening_rank", args=[intake.job.public_id]), sent, follow=True).text


def form_of(trainee):
    return f'name="rank-{trainee.public_id}"'


def test_the_order_follows_the_places_given_after_the_test(intake, sign_in):
    elliot = sign_in(intake.elliot)
    assert "Whoever has no place comes after all who have one" in rank(elliot, intake, intake.bo, "2")
    assert "The order follows this place" in rank(elliot, intake, intake.trainee, "1")
    drain("matching")
    first = [passing.trainee_id for passing in queries.of_opening(intake.job)]
    assert first == [intake.trainee.pk, intake.bo.pk, intake.cy.pk]
    assert "Write the place as a number" in rank(elliot, intake, intake.bo, "second")
    rank(elliot, intake, intake.trainee, "")
    assert ListPlace.objects.get(trainee=intake.trainee).rank is None


@pytest.mark.parametrize("who", ["never said yes", "no contact", "stepped back"])
def test_a_place_is_given_only_to_whom_the_institution_sees_by_name(intake, sign_in, who):
    person, elliot = intake.cy if who == "never said yes" else intake.trainee, sign_in(intake.elliot)
    if who == "no contact":
        consents.withdraw(intake.ana, "contact", at=timezone.now(), by=intake.ana, opening=intake.job)
    elif who == "stepped back":
        actions.withdraw(intake.trainee.referrals.get(), by=intake.ana, at=timezone.now())
    page = rank(elliot, intake, person, "1")
    assert "once the name of the person is shown" in page
    assert not ListPlace.objects.filter(trainee=person).exists()
    # The page offers nothing that would be refused.
    assert form_of(person) not in page
    assert form_of(intake.bo) in page


def test_all_places_typed_on_a_page_are_written_down_at_once(intake, sign_in):
    url = reverse("opening_rank", args=[intake.job.public_id])
    ana, bo = (f"-{trainee.public_id}" for trainee in (intake.trainee, intake.bo))
    elliot = sign_in(intake.elliot)
    page = elliot.get(reverse("opening_people", args=[intake.job.public_id])).text
    assert page.count('id="ranks"') == 1
    assert page.count('form="ranks"') == 6
    sent = {f"rank{ana}": "2", f"was{ana}": "", f"rank{bo}": "1", f"was{bo}": ""}
    assert "each person sees their own" in elliot.post(url, sent, follow=True).text
    assert dict(ListPlace.objects.values_list("trainee", "rank")) == {intake.trainee.pk: 2, intake.bo.pk: 1}
    events = Event.objects.filter(kind="opening.ranked", actor_id=intake.elliot.pk).order_by("id")
    assert [event.facts for event in events] == [
        {"trainee": trainee.pk, "rank": rank, "before": None} for trainee, rank in ((intake.trainee, 2), (intake.bo, 1))
    ]
    # Somebody else wrote Bo's meanwhile: a page on which it was not touched leaves it alone.
    lists.rank_all(intake.job, {intake.bo.pk: 7}, by=intake.elliot, at=timezone.now())
    elliot.post(url, {f"rank{ana}": "3", f"was{ana}": "2", f"rank{bo}": "1", f"was{bo}": "1"})
    assert dict(ListPlace.objects.values_list("trainee", "rank")) == {intake.trainee.pk: 3, intake.bo.pk: 7}
    assert events.all().count() == 4
    # One that cannot be read keeps none of the others.
    text = elliot.post(url, {f"rank{ana}": "x", f"rank{bo}": "5"}, follow=True).text
    told = "Write the place as a number, for example 12. The other places are written down."
    assert f'id="wrong{ana}">{told}' in text
    assert ListPlace.objects.get(trainee=intake.bo).rank == 5
    consents.withdraw(intake.ana, "contact", at=timezone.now(), by=intake.ana, opening=intake.job)
    assert (
        "once the name of the person is shown"
        in elliot.post(url, {f"rank{ana}": "9", f"rank{bo}": "8"}, follow=True).text
    )
    assert dict(ListPlace.objects.values_list("trainee", "rank")) == {intake.trainee.pk: 3, intake.bo.pk: 8}
    assert "Nothing was changed" in elliot.post(url, {f"rank{bo}": "8", f"was{bo}": "8"}, follow=True).text
    assert elliot.post(url, {"rank-nobody": "1"}).status_code == 404


def test_each_place_that_cannot_be_read_is_marked(intake, sign_in):
    url = reverse("opening_rank", args=[intake.job.public_id])
    sent = {f"rank-{intake.trainee.public_id}": "-1", f"rank-{intake.bo.public_id}": "999999999999"}
    text = sign_in(intake.elliot).post(url, sent, follow=True).text
    assert "The other places are written down" not in text
    for trainee in (intake.trainee, intake.bo):
        assert f'aria-invalid="true" aria-describedby="wrong-{trainee.public_id}"' in text
        assert f'id="wrong-{trainee.public_id}">Write the place as a number' in text
    assert text.count("aria-invalid") == 2
    assert not ListPlace.objects.filter(rank__gt=0).exists()


def test_somebody_erased_while_the_page_was_open_costs_nobody_their_place(intake, sign_in):
    elliot, url = sign_in(intake.elliot), reverse("opening_rank", args=[intake.job.public_id])
    sent = {f"rank-{intake.trainee.public_id}": "2", f"rank-{intake.bo.public_id}": "1"}
    erase.erase(intake.ana, at=timezone.now())
    text = elliot.post(url, sent, follow=True).text
    assert "Somebody is not on this list any more. The other places are written down." in text
    assert ListPlace.objects.get(trainee=intake.bo).rank == 1
    # Of somebody who is on no list of theirs they learn nothing.
    other = intake.another_trainee("Di Nowhere")
    text = elliot.post(url, {f"rank-{other.public_id}": "2"}, follow=True).text
    assert "Somebody is not on this list any more." in text
    assert "Di Nowhere" not in text
    assert not ListPlace.objects.filter(trainee=other).exists()


def test_many_places_cost_as_many_questions_as_one(intake):
    asked, both = [], {intake.trainee.pk: 9, intake.bo.pk: 8}
    lists.rank_all(intake.job, both, by=intake.elliot, at=timezone.now())
    for ranks in ({intake.bo.pk: 1}, {intake.trainee.pk: 2, intake.bo.pk: 3}):
        with CaptureQueriesContext(connection) as queries:
            lists.rank_all(intake.job, ranks, by=intake.elliot, at=timezone.now())
        asked.append(len(queries))
    assert asked[0] == asked[1]
