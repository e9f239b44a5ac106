"""An opening is put before its first fifty; whoever falls away or back makes room, and the short way sees the same."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from accounts.models import Consent, TraineeProfile, User
from ledger.log import record
from matching import jobs, live
from matching.models import Match
from openings.models import ListPlace
from programs import actions as training
from programs.models import Certification

ON = date(2026, 11, 24)


@pytest.fixture
def sixty(cast, settle):
    """Sixty people certified one day after the other, and one opening."""
    users = User.objects.bulk_create(User(email=f"p{n}@throughline.example", full_name=f"P {n}") for n in range(60))
    people = TraineeProfile.objects.bulk_create(TraineeProfile(user=user, zip="92335") for user in users)
    Consent.objects.bulk_create(
        Consent(user=u, purpose="match", wording="I agree", language="en", source="test", given_at=cast.now)
        for u in users
    )
    certified = {
        person: cast.certify(trainee=person, issued=date(2026, 9, 1) + timedelta(days=n))
        for n, person in enumerate(people)
    }
    opening = cast.opening()
    with transaction.atomic():
        jobs.match({person.pk for person in people}, set(), at=cast.now, quiet=True)
        Match.objects.all().delete()
        jobs.match(set(), {opening.pk}, at=cast.now, quiet=True)
    return opening, people, certified


def kept(opening):
    return set(Match.objects.filter(opening=opening, state="fits").values_list("trainee_id", flat=True))


def the_same(opening):
    listed = live.passing(opening.pk, ON, most=jobs.FIRST)
    assert live.first_kept(opening.pk, ON, most=jobs.FIRST) == listed
    assert {p.trainee_id for p in listed} <= kept(opening)


def test_the_first_fifty_are_asked_and_the_rest_are_not(sixty):
    opening, people, _certified = sixty
    assert kept(opening) == {person.pk for person in people[:50]}
    the_same(opening)


def test_whoever_falls_away_makes_room_for_the_next(cast, sixty, settle):
    opening, people, certified = sixty
    settle()
    Match.objects.filter(trainee__in=people[50:]).delete()  # their own events told them; as if these were long ago
    training.revoke(certified[people[3]], reason="Not theirs", by=cast.priya, at=cast.now)
    settle()
    assert kept(opening) == {person.pk for person in people[:51]} - {people[3].pk}
    the_same(opening)


def test_whoever_falls_back_in_the_order_makes_room_too(cast, sixty, settle):
    opening, people, certified = sixty
    settle()
    Match.objects.filter(trainee__in=people[50:]).delete()
    cast.certify(trainee=people[3], issued=date(2026, 11, 20))
    training.revoke(certified[people[3]], reason="Not theirs", by=cast.priya, at=cast.now)
    settle()
    assert people[50].pk in kept(opening)
    the_same(opening)


def test_a_rank_brings_somebody_forward(cast, sixty, settle):
    opening, people, _certified = sixty
    type(opening).objects.filter(pk=opening.pk).update(order_rule="ranked")
    ListPlace.objects.create(opening=opening, trainee=people[55], rank=1)
    record("opening.ranked", opening, by=cast.elliot, at=cast.now, trainee=people[55].pk, rank=1, before=None)
    settle()
    assert live.passing(opening.pk, ON)[0].trainee_id == people[55].pk
    the_same(opening)


def test_a_certificate_that_is_new_is_told_whatever_the_place(cast, sixty, settle):
    opening, people, _certified = sixty
    settle()
    Match.objects.filter(trainee=people[59]).delete()
    cast.certify("osha10", trainee=people[59])
    settle()
    assert people[59].pk in kept(opening)
    assert Certification.objects.filter(trainee=people[59]).count() == 2
