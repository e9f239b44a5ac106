"""Telling both sides: a few statements however many matches, each side once, and no more than is read."""

import json
from datetime import date

import pytest

from accounts.models import Consent, TraineeProfile, User
from matching import facts, live, tell
from matching.models import Match
from notifications import words
from notifications.models import Delivery, Notice

DISTANCE = {"name": "distance", "state": "met", "tenths": 83, "from": "92335", "to": "92376", "limit": 25}
WAGE = {"name": "wage", "state": "met", "pays": 3100, "wish": None}
CREDENTIAL = {
    "name": "credential", "state": "met", "credentials": ["aws_cw"], "credential": "aws_cw", "until": None,
    "level": "provider", "by": "Inland Trades Training Center",
}  # fmt: skip


def pair(trainee, opening, **values):
    gates = [DISTANCE, CREDENTIAL, WAGE]
    return Match.objects.create(**{"trainee": trainee, "opening": opening, "state": "fits", "gates": gates, **values})


@pytest.fixture
def shops(cast):
    """Six hirers, two people each, one opening each."""
    cast.agree()
    cast.openings = []
    for number in range(6):
        shop = cast.organization(f"Shop {number}", "employer", "92376")
        for name in ("a", "b"):
            cast.member(User.objects.create_user(f"{name}{number}@throughline.example", full_name="Pat"), shop)
        cast.openings.append(cast.opening(shop, title=f"Welder {number}", title_es=""))
    return cast


def test_many_matches_are_told_in_as_few_statements_as_one(shops, django_assert_num_queries):
    one = pair(shops.another_trainee("Bo Diaz"), shops.openings[0])
    with django_assert_num_queries(1):
        tell.both_sides([one.pk], at=shops.now)
    assert Notice.objects.count() == 3
    many = [pair(shops.trainee, opening) for opening in shops.openings]
    many += [pair(shops.another_trainee(f"Cy {number}"), shops.openings[1]) for number in range(20)]
    with django_assert_num_queries(1):
        tell.both_sides([match.pk for match in many], at=shops.now)
    assert Notice.objects.filter(user=shops.ana).count() == 1
    assert Notice.objects.filter(kind="people").count() == 2 + 6 * 2
    assert Delivery.objects.count() == Notice.objects.count() == 3 + 1 + 12 + 20


def test_what_was_told_is_not_told_again(shops, django_assert_num_queries):
    matches = [pair(shops.trainee, opening) for opening in shops.openings]
    tell.both_sides([match.pk for match in matches], at=shops.now)
    told = Notice.objects.count()
    with django_assert_num_queries(1):
        tell.both_sides([match.pk for match in matches], at=shops.now)
    # A job that died after telling and before it was marked done runs again, in whatever order it finds the matches.
    Match.objects.update(trainee_told_at=None, hirer_told_at=None)
    tell.both_sides([match.pk for match in matches[::-1]], at=shops.now)
    assert Notice.objects.count() == Delivery.objects.count() == told
    assert not Match.objects.filter(trainee_told_at=None).exists()


def test_each_side_has_its_own_moment(cast):
    cast.agree()
    match = pair(cast.trainee, cast.opening(), state="ask")
    tell.both_sides([match.pk], at=cast.now)
    match.refresh_from_db()
    assert (match.trainee_told_at, match.hirer_told_at) == (cast.now, None)
    later = cast.now.replace(hour=20)
    Match.objects.update(state="fits")
    tell.both_sides([match.pk], at=later)
    match.refresh_from_db()
    assert (match.trainee_told_at, match.hirer_told_at) == (cast.now, later)
    assert sorted(Notice.objects.values_list("kind", flat=True)) == ["matches", "people"]


def test_each_opening_is_told_to_its_own_people(cast):
    cast.agree()
    cast.member(cast.willa, cast.shop)
    with_contact = cast.opening(contact=cast.willa)
    contact_left = cast.opening(contact=cast.rhea)
    elsewhere = cast.opening(cast.rival)
    nobody = cast.opening(cast.organization("Empty", "employer", "92376"))
    openings = [with_contact, contact_left, elsewhere, nobody]
    tell.both_sides([pair(cast.trainee, opening).pk for opening in openings], at=cast.now)
    told = Notice.objects.filter(kind="people").values_list("data__opening__id", "user__email")
    assert sorted(told) == sorted(
        [
            (with_contact.pk, cast.willa.email),
            (contact_left.pk, cast.elliot.email),
            (contact_left.pk, cast.willa.email),
            (elsewhere.pk, cast.rhea.email),
        ]
    )
    assert [tell.people_of(opening) for opening in openings] == [
        [cast.willa], [cast.elliot, cast.willa], [cast.rhea], [],
    ]  # fmt: skip


def test_seven_openings_are_five_told_and_two_counted(cast):
    cast.agree()
    matches = [pair(cast.trainee, cast.opening(title=f"Welder {n}", title_es="")) for n in range(7)]
    tell.both_sides([match.pk for match in matches], at=cast.now)
    notice = Notice.objects.get(user=cast.ana)
    said = words.message(notice, "en")
    assert "7 openings fit you" in said.subject
    assert [line.text[:8] for line in said.lines] == [f"Welder {n}" for n in range(5)] + ["and 2 mo"]
    assert "gates" not in json.dumps(notice.data)
    assert len(json.dumps(notice.data)) < 2500
    # It is still worth sending while any of the seven holds, also one that is only counted.
    Match.objects.exclude(pk=matches[-1].pk).update(state="ended", ended_at=cast.now)
    assert words.still_true(notice)
    Match.objects.update(state="ended", ended_at=cast.now)
    assert not words.still_true(notice)


def test_one_opening_comes_with_all_its_reasons(cast):
    cast.agree()
    match = pair(cast.trainee, cast.opening())
    tell.both_sides([match.pk], at=cast.now)
    notice = Notice.objects.get(user=cast.ana)
    assert notice.path == f"/matches/{match.public_id}/"
    assert len(words.message(notice, "en").lines) == 3


def test_seven_people_are_five_told_and_two_counted(cast):
    opening = cast.opening()
    matches = [pair(cast.another_trainee(f"Pat {n}"), opening) for n in range(7)]
    tell.both_sides([match.pk for match in matches], at=cast.now)
    notice = Notice.objects.get(kind="people")
    said = words.message(notice, "en")
    assert "7 people pass every gate" in said.subject
    assert [line.text[:9] for line in said.lines] == [f"Person {n}:" for n in range(1, 6)] + ["and 2 mor"]
    assert "8 miles" in said.lines[0].text
    assert "Inland Trades" in said.lines[0].text
    assert "wage" not in json.dumps(notice.data["matches"])
    Match.objects.exclude(pk=matches[-1].pk).update(state="ended", ended_at=cast.now)
    assert words.still_true(notice)


def test_a_notice_kept_before_is_read_as_before(cast):
    """Until now a notice kept everything of all its matches, and no list of the others."""
    opening = tell.about(cast.opening())
    match = {"id": 1, "public_id": "x", "state": "fits", "gates": [DISTANCE, CREDENTIAL, WAGE], "opening": opening}
    for kind, first in (("matches", "7 openings fit you"), ("people", "7 people pass every gate")):
        said = words.message(Notice(kind=kind, data={"matches": [match] * 7, "opening": opening}), "en")
        assert said.subject.startswith(first)
        assert len(said.lines) == 6


def test_a_message_says_of_an_opening_what_is_said_of_it_elsewhere(cast):
    cast.agree()
    opening = cast.opening(closes_on=date(2026, 12, 24))
    tell.both_sides([pair(cast.trainee, opening).pk], at=cast.now)
    to_ana, to_elliot = (Notice.objects.get(kind=kind).data for kind in ("matches", "people"))
    assert to_ana["matches"][0]["opening"] == to_elliot["opening"] == tell.about(opening)


def test_whoever_does_not_agree_at_this_moment_is_told_nothing(cast):
    kept, withdrew, closed, resting = people = [cast.another_trainee(name) for name in ("Ada", "Bo", "Cy", "Di")]
    Consent.objects.filter(user=withdrew.user, purpose="match").update(withdrawn_at=cast.now)
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    TraineeProfile.objects.filter(pk=resting.pk).update(looking=False)
    agreeing = set(facts.matchable().values_list("pk", flat=True))
    assert live.agreeing(trainee.pk for trainee in [*people, cast.trainee]) == agreeing == {kept.pk}
    tell.both_sides([pair(trainee, cast.opening()).pk for trainee in people], at=cast.now)
    assert list(Notice.objects.filter(kind="matches").values_list("user", flat=True)) == [kept.user_id]
    assert Match.objects.filter(hirer_told_at=cast.now).count() == 1


def test_who_no_longer_acts_for_the_opening_is_not_told(cast):
    cast.agree()
    opening = cast.opening()
    tell.both_sides([pair(cast.trainee, opening).pk], at=cast.now)
    notice = Notice.objects.get(user=cast.elliot)
    assert words.still_true(notice)
    opening.contact = cast.member(cast.willa, cast.shop).user
    opening.save(update_fields=["contact"])
    assert not words.still_true(notice)
    opening.contact = None
    opening.save(update_fields=["contact"])
    assert words.still_true(notice)
    cast.elliot.memberships.update(ends_on=date(2026, 11, 1))
    assert not words.still_true(notice)
