"""A ranked list: its institution gives places to people it sees by name, and the page offers what is not refused."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import consents
from ledger.handoffs import drain
from matching import queries, why
from matching.models import Match
from openings import actions as offering
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
    sent = {"trainee": str(trainee.public_id), "rank": place}
    return browser.post(reverse("opening_rank", args=[intake.job.public_id]), sent, follow=True).text


def form_of(trainee):
    return f'name="trainee" value="{trainee.public_id}"'


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
