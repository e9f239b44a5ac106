"""My place on a list, now and then, and an employer's list of another day: numbers of others, never who they are."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from ledger import scopes
from ledger.handoffs import drain
from matching import queries, why
from matching.models import Match
from openings import actions as offering
from openings import lists
from placements import actions, places
from programs import actions as training

OTHERS = ("Bo Other", "Cy Third")


@pytest.fixture
def listed(cast):
    """Bo was certified a day before Ana; Cy the same day as Ana."""
    cast.agree()
    cast.ana.language = "en"
    cast.ana.save()
    cast.bo, cast.cy = (cast.another_trainee(name) for name in OTHERS)
    cast.job = offering.publish(cast.opening(state="draft", published_at=None), by=cast.elliot, at=timezone.now())
    for trainee, day in ((cast.trainee, 2), (cast.bo, 1), (cast.cy, 2)):
        cast.certify(trainee=trainee, issued=date(2026, 10, day))
    drain("matching")
    why.write_all(on=timezone.localdate())
    cast.match = Match.objects.get(trainee=cast.trainee)
    cast.then = timezone.now()
    return cast


def page_of(listed, sign_in, **asked):
    return sign_in(listed.ana).get(reverse("match_place", args=[listed.match.public_id]), asked)


def test_ana_reads_her_place_the_rule_and_how_many_go_before(listed, sign_in):
    page = page_of(listed, sign_in)
    place = page.context["place"]
    first = [p.trainee_id for p in queries.of_opening(listed.job)]
    assert (place.number, place.total) == (first.index(listed.trainee.pk) + 1, 3)
    assert dict(place.before)["Certified longer"] == 1
    assert f"You are number {place.number} of 3." in page.text
    with scopes.person(listed.ana.pk):  # to whom PostgreSQL shows no other account
        assert places.now(listed.job, listed.trainee) == place
    assert "You have held everything asked for since Oct. 2, 2026." in page.text
    assert (
        f"You are number {place.number} of 3."
        in sign_in(listed.ana).get(reverse("match", args=[listed.match.public_id])).text
    )
    assert not any(name in page.text for name in OTHERS)


def test_ana_asks_where_she_was_on_another_day(listed, sign_in):
    before = places.now(listed.job, listed.trainee)
    with time_machine.travel(listed.now + timedelta(days=3), tick=True):
        fast = listed.another_trainee("Di Fourth")
        listed.certify(trainee=fast, issued=date(2026, 9, 1))
        drain("matching")
    with time_machine.travel(listed.now + timedelta(days=4), tick=True):
        drain("matching")
        page = page_of(listed, sign_in, on="2026-11-24")
        assert page.context["then"] == before
        assert f"You were number {before.number} of 3." in page.text
        assert page.context["place"].number == before.number + 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"on": "2026-11-20"}, "Lists are kept since Nov. 24, 2026."),
        ({"on": "2027-11-20"}, "This moment has not come yet."),
        ({"on": "yesterday"}, "Enter a valid date."),
        ({"on": "2026-11-24", "at": "08:00"}, "Lists are kept since"),
    ],
)
def test_a_moment_without_a_list_is_explained(listed, sign_in, asked, said):
    assert said in page_of(listed, sign_in, **asked).text


def test_whoever_was_not_on_the_list_reads_why(listed, sign_in):
    agreed, started = listed.another_trainee("Ed Fifth"), timezone.now()
    training.wish(agreed, [listed.job.occupation], by=agreed.user, at=timezone.now())
    drain("matching")
    missing = places.absent_then(listed.job, timezone.now(), agreed)
    assert missing == "You were not on the list: one certificate was missing, AWS Certified Welder."
    assert "you had not agreed" in places.absent_then(listed.job, started - timedelta(days=1), agreed)


def test_ranks_and_registrations_are_told_in_their_words(listed):
    listed.job.order_rule = "ranked"
    listed.job.save(update_fields=["order_rule"])
    for match in Match.objects.filter(trainee__in=[listed.trainee, listed.cy]).order_by("pk"):
        actions.say_yes(match, by=match.trainee.user, at=timezone.now())
    lists.rank_all(listed.job, {listed.cy.pk: 1, listed.trainee.pk: 4}, by=listed.elliot, at=timezone.now())
    offering.amend(
        listed.job, facts={"seats": 3}, asks=set(), version=offering.version_of(listed.job), by=listed.elliot,
        at=timezone.now(),
    )  # fmt: skip
    drain("matching")
    mine = places.now(listed.job, listed.trainee)
    assert mine.own == "Your rank on the list of Rialto Steel: 4."
    assert mine.before == [("Better rank on the list", 1)]
    assert places.now(listed.job, listed.bo).before == [("People with a rank", 2)]


def test_a_yes_with_a_question_open_is_on_the_list_from_then_on(listed):
    before = timezone.now()
    offering.amend(
        listed.job, facts={"license": "B"}, asks={("required", 0, "aws_cw")},
        version=offering.version_of(listed.job), by=listed.elliot, at=timezone.now(),
    )  # fmt: skip
    drain("matching")
    between = timezone.now()
    actions.say_yes(Match.objects.get(pk=listed.match.pk), by=listed.ana, at=timezone.now())
    assert len(places.then(listed.job, before).past.passing) == 3
    assert places.then(listed.job, between).past.passing == []
    assert [p.trainee_id for p in places.then(listed.job, timezone.now()).past.passing] == [listed.trainee.pk]


def test_the_employer_sees_another_days_list_with_the_names_of_who_says_yes_today(listed, sign_in):
    url = reverse("opening_people_then", args=[listed.job.public_id])
    elliot = sign_in(listed.elliot)
    assert "The list on another day" in elliot.get(reverse("opening_people", args=[listed.job.public_id])).text
    assert elliot.get(url).status_code == 200
    asked = {"on": "2026-11-24"}
    page = elliot.get(url, asked)
    assert "3 people were on the list." in page.text
    assert not any(name in page.text for name in (*OTHERS, "Ana Morales"))
    actions.say_yes(listed.match, by=listed.ana, at=timezone.now())
    listed.bo.user.delete()
    page = elliot.get(url, asked | {"at": timezone.localtime().strftime("%H:%M")})
    assert "Lists are kept" in page.text or "Person 1" in page.text
    page = elliot.get(url, asked)
    assert "Ana Morales" in page.text
    assert page.text.count("Person ") - page.text.count(">Person</th>") >= 1


def test_a_lottery_shows_the_seal_and_after_closing_how_to_check_ones_own_draw(listed, sign_in):
    listed.job.order_rule = "lottery"
    listed.job.save(update_fields=["order_rule"])
    page = page_of(listed, sign_in).text
    assert "Your ticket number" in page
    assert "The draw is fixed. Its seal:" in page
    assert listed.job.lottery_seed not in page
    offering.close(listed.job, reason="filled", by=listed.elliot, at=timezone.now())
    assert "Check it yourself" in page_of(listed, sign_in).text


@pytest.mark.parametrize("name", ["match_place", "opening_people_then", "match"])
def test_a_page_of_places_asks_at_most_twelve_questions(listed, sign_in, django_assert_max_num_queries, name):
    listed.job.order_rule = "lottery"
    listed.job.save(update_fields=["order_rule"])
    thing = listed.job if name == "opening_people_then" else listed.match
    browser = sign_in(listed.elliot if thing is listed.job else listed.ana)
    with django_assert_max_num_queries(12):
        assert browser.get(reverse(name, args=[thing.public_id]), {"on": "2026-11-24"}).status_code == 200
