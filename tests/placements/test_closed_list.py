"""An opening that closed keeps its list: nobody new comes onto it, and a ranked one still takes its ranks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import consents
from ledger import scopes
from ledger.handoffs import drain
from ledger.models import Event
from matching import projection, queries, why
from matching.models import Match
from openings import actions as offering
from openings import lists
from openings.models import ListPlace
from placements import actions, places, turns
from placements.models import Referral
from programs.models import Certification


@pytest.fixture
def listed(cast):
    """Ana, Bo and Cy said yes to an intake that goes by its own ranked list; Di passes as well and said nothing."""
    cast.agree()
    cast.ana.language = "en"
    cast.ana.save(update_fields=["language"])
    cast.bo, cast.cy, cast.di = (cast.another_trainee(name) for name in ("Bo Other", "Cy Third", "Di Fourth"))
    draft = cast.opening(state="draft", published_at=None, kind="intake", order_rule="ranked")
    cast.job = offering.publish(draft, by=cast.elliot, at=timezone.now())
    for trainee in (cast.trainee, cast.bo, cast.cy, cast.di):
        cast.certify(trainee=trainee)
    drain("matching")
    why.write_all(on=timezone.localdate())
    for match in Match.objects.filter(opening=cast.job).exclude(trainee=cast.di).order_by("pk"):
        actions.say_yes(match, by=match.trainee.user, at=timezone.now())
    return cast


def over(listed, *, by=None):
    """The last day is over; or somebody closes the opening."""
    if by:
        listed.job = offering.close(listed.job, reason="stopped", by=by, at=timezone.now())
    else:
        listed.job = offering.close_past(listed.job, at=timezone.now())
    for room in ("matching", "placements"):
        drain(room)


def page_of(listed, browser, **asked) -> str:
    return browser.get(reverse("opening_people", args=[listed.job.public_id]), asked).content.decode()


def rank(listed, browser, trainee, place, **more) -> str:
    sent = {f"rank-{trainee.public_id}": place, **more}
    return browser.post(reverse("opening_rank", args=[listed.job.public_id]), sent, follow=True).content.decode()


def form_of(trainee) -> str:
    return f'name="rank-{trainee.public_id}"'


def test_ranks_that_come_after_the_last_day_count_for_whoever_was_on_the_list(listed, sign_in):
    over(listed)
    elliot = sign_in(listed.elliot)
    page = page_of(listed, elliot)
    assert "Nobody new comes onto this list." in page
    assert "You still give these people their place" in page
    assert all(form_of(trainee) in page for trainee in (listed.trainee, listed.bo, listed.cy))
    assert form_of(listed.di) not in page
    assert "The order follows this place" in rank(listed, elliot, listed.cy, "1")
    page = rank(listed, elliot, listed.trainee, "2")
    stand = [page.index(said) for said in ("Cy Third", "Ana Morales", "Bo Other", "no place yet")]
    assert stand == sorted(stand)
    said = Event.objects.filter(kind="opening.ranked").order_by("-id").first()
    assert (said.actor_id, said.facts) == (
        listed.elliot.pk,
        {"trainee": listed.trainee.pk, "rank": 2, "before": None},
    )
    assert "once the name of the person is shown" in rank(listed, elliot, listed.di, "3")
    assert not ListPlace.objects.filter(trainee=listed.di).exists()


def test_the_person_reads_the_rank_that_came_after_the_last_day(listed, sign_in):
    over(listed)
    rank(listed, sign_in(listed.elliot), listed.trainee, "1")
    match = Match.objects.get(opening=listed.job, trainee=listed.trainee)
    for name in ("match", "match_place"):
        page = sign_in(listed.ana).get(reverse(name, args=[match.public_id])).content.decode()
        assert "You are number 1 of 3." in page, name
        assert "Your rank on the list of Rialto Steel: 1." in page
        assert "Nobody new comes onto this list." in page
    with scopes.person(listed.ana.pk):  # to whom PostgreSQL shows no other account
        assert places.now(listed.job, listed.trainee).total == 3
    assert places.now(listed.job, listed.di) is None


def test_somebody_who_closed_it_by_hand_reads_for_whom_it_ended(listed, sign_in):
    elliot = sign_in(listed.elliot)
    edit = elliot.get(reverse("opening_edit", args=[listed.job.public_id])).content.decode()
    assert "So if a test or an interview comes later, set the last day instead." in edit
    over(listed, by=listed.elliot)
    page = page_of(listed, elliot)
    assert "For 3 people it ended when somebody closed the opening" in page
    assert places.now(listed.job, listed.trainee) is None, "nobody waits there any more"
    own = elliot.get(reverse("opening", args=[listed.job.public_id])).content.decode()
    assert "You can still give places to the people who were on the list when it closed" in own
    assert reverse("opening_people", args=[listed.job.public_id]) in own


def test_a_name_that_is_not_shared_is_no_name_on_the_closed_list(listed, sign_in):
    consents.withdraw(listed.ana, "contact", at=timezone.now(), by=listed.ana, opening=listed.job)
    over(listed)
    page = page_of(listed, sign_in(listed.elliot))
    assert "Ana Morales" not in page
    assert form_of(listed.trainee) not in page
    assert "One person" in page


@pytest.mark.parametrize("rule", ["fifo", "lottery", "waiting"])
def test_other_lists_stay_as_they_were_and_take_no_ranks(listed, sign_in, rule):
    listed.job.order_rule = rule
    listed.job.save(update_fields=["order_rule"])
    if rule == "fifo":
        lists.register(listed.job, listed.cy, by=listed.cy.user, at=timezone.now())
    facts = {"seats": 3}
    version = offering.version_of(listed.job)
    offering.amend(listed.job, facts=facts, asks=set(), version=version, by=listed.elliot, at=timezone.now())
    drain("matching")
    stood = [passing.trainee_id for passing in queries.of_opening(listed.job) if passing.trainee_id != listed.di.pk]
    over(listed)
    assert [passing.trainee_id for passing in places.at_close(listed.job)[1]] == stood
    page = page_of(listed, sign_in(listed.elliot))
    assert "You still give these people their place" not in page
    assert form_of(listed.bo) not in page


def test_whoever_waits_for_their_turn_is_called_by_the_rank_that_came_late(listed, sign_in):
    over(listed)
    for place, trainee in enumerate((listed.cy, listed.bo, listed.trainee), start=1):
        lists.rank_all(listed.job, {trainee.pk: place}, by=listed.elliot, at=timezone.now())
    waiting = Referral.objects.filter(opening=listed.job)
    waiting.update(state="queued", sent_at=None)
    assert [Referral.objects.get(pk=pk).trainee for pk in turns.queue_of(listed.job)] == [
        *(listed.cy, listed.bo, listed.trainee)
    ]
    assert "3 people on the list wait for their turn" in page_of(listed, sign_in(listed.elliot))


def test_saving_a_place_brings_back_to_the_same_part_of_a_long_list(listed, sign_in):
    over(listed)
    sent, name = {"page": "2", "all": "1"}, f"rank-{listed.bo.public_id}"
    rank_url, people = (reverse(name, args=[listed.job.public_id]) for name in ("opening_rank", "opening_people"))
    elliot = sign_in(listed.elliot)
    assert elliot.post(rank_url, sent | {name: "7"}).url == f"{people}?all=1&page=2"
    assert elliot.post(rank_url, sent | {name: "x"}).url.startswith(f"{people}?all=1&page=2&wrong=")


def test_the_closed_list_asks_as_many_questions_for_one_as_for_three(listed, sign_in, django_assert_num_queries):
    over(listed)
    elliot = sign_in(listed.elliot)
    page_of(listed, elliot)
    with CaptureQueriesContext(connection) as three:
        page_of(listed, elliot)
    Referral.objects.exclude(trainee=listed.trainee).delete()
    with django_assert_num_queries(len(three)):
        page_of(listed, elliot)


@pytest.mark.parametrize("rule", ["fifo", "lottery", "waiting"])
def test_the_list_is_that_of_the_last_day_though_it_closes_in_the_night_after(listed, sign_in, rule):
    today = timezone.localdate()
    listed.job.order_rule, listed.job.closes_on = rule, today
    listed.job.save(update_fields=["order_rule", "closes_on"])
    version = offering.version_of(listed.job)
    offering.amend(listed.job, facts={"seats": 3}, asks=set(), version=version, by=listed.elliot, at=timezone.now())
    Referral.objects.filter(opening=listed.job, trainee=listed.trainee).update(answered_at=timezone.now())
    drain("matching")
    stood = [passing.trainee_id for passing in queries.of_opening(listed.job) if passing.trainee_id != listed.di.pk]
    listed.job = offering.close_past(listed.job, at=timezone.now() + timedelta(days=1))
    listed.job.closes_on = None  # by whoever means to publish it again
    listed.job.save(update_fields=["closes_on"])
    found = places.at_close(listed.job)[1]
    assert [passing.trainee_id for passing in found] == stood
    assert all(passing.draw for passing in found)


@pytest.mark.parametrize("rule", ["fifo", "lottery", "waiting"])
def test_who_did_not_fit_any_more_when_it_closed_reads_just_that(listed, sign_in, rule):
    listed.job.order_rule = rule
    listed.job.save(update_fields=["order_rule"])
    version = offering.version_of(listed.job)
    offering.amend(listed.job, facts={"seats": 3}, asks=set(), version=version, by=listed.elliot, at=timezone.now())
    Certification.objects.filter(trainee=listed.trainee).delete()
    drain("matching")
    projection.people([listed.trainee.pk], on=timezone.localdate(), at=timezone.now())
    over(listed)
    match = Match.objects.get(opening=listed.job, trainee=listed.trainee)
    for name in ("match", "match_place"):
        page = sign_in(listed.ana).get(reverse(name, args=[match.public_id])).content.decode()
        assert "You are number 3 of 3." in page, name
        assert "you were not on its list any more" in page
