"""Edges of the projection that no generated world has: too many credentials, odd ZIP codes, far years, new choices."""

import json
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import TraineeProfile, Zip
from accounts.models.people import Language, License, Shift
from ledger.handoffs import TRIES
from ledger.models import Handoff
from matching import facts, live, projection, rules
from matching.models import Bit
from programs.models import Certification, Credential

from .agreement import everybody_apart


def seeker(trainee) -> dict:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(s) FROM matching_seeker s WHERE trainee_id = %s AND at = 0", [trainee.pk])
        return json.loads(cursor.fetchone()[0])


def fill() -> None:
    """All 252 bits are given."""
    Bit.objects.all().delete()
    Bit.objects.create(credential_id="osha10", bit=251)


def test_one_credential_too_many_is_refused_by_name_and_nothing_is_lost(cast, settle):
    fill()
    cast.agree()
    cast.certify()
    for _ in range(TRIES):
        Handoff.objects.filter(state="waiting").update(due_at=cast.now)
        settle()
    parked = Handoff.objects.get(room="matching", kind="certification.verified")
    assert parked.state == "parked"
    assert "matching_knows_252_credentials_at_most" in parked.error
    assert Certification.objects.count() == 1
    # Room is made, the handoff taken up again: it was only waiting.
    Bit.objects.all().delete()
    Handoff.objects.filter(pk=parked.pk).update(state="waiting", attempts=0, due_at=cast.now)
    settle()
    assert Handoff.objects.get(pk=parked.pk).state == "done"
    assert seeker(cast.trainee)["h0"] == 1


def test_who_has_only_known_credentials_is_projected_though_no_bit_is_left(cast):
    fill()
    cast.agree()
    cast.certify("osha10")
    training = Credential.objects.get(pk="osha10")
    training.occupations.set(["51-4121.00"])
    assert projection.people([cast.trainee.pk], on=cast.now.date(), at=cast.now) == [cast.trainee.pk]
    assert seeker(cast.trainee)["h3"] == 1 << 62
    cast.certify("aws_cw")
    with pytest.raises(IntegrityError, match="252"), transaction.atomic():
        projection.people([cast.trainee.pk], on=cast.now.date(), at=cast.now)


@pytest.mark.parametrize("code", ["", "99999", "00000", "９２３３５"])
def test_a_home_or_a_place_of_work_that_is_no_zip_code_is_near_nothing(cast, code):
    cast.agree()
    cast.certify()
    cast.opening()
    offered = [cast.opening(zip=code).pk] if code else []
    TraineeProfile.objects.filter(pk=cast.trainee.pk).update(zip=code)
    on = cast.now.date()
    assert projection.people([cast.trainee.pk], on=on, at=cast.now)
    assert projection.openings([*facts.live(on).values_list("pk", flat=True)], on=on, at=cast.now)
    assert live.of_people([cast.trainee.pk], on) == []
    ana = facts.trainees(facts.matchable())[cast.trainee.pk]
    assert {rules.judge(ana, opening, on).state for opening in facts.openings(facts.live(on)).values()} == {None}
    assert all(live.passing(pk, on) == [] for pk in offered)
    assert everybody_apart(on) == 0


@pytest.mark.parametrize(("issued", "since"), [(date(1949, 5, 1), "0000"), (date(2190, 1, 1), "ffff")])
def test_a_year_that_cannot_be_is_put_at_the_edge_of_those_that_can(cast, issued, since):
    cast.agree()
    cast.certify("mc3", issued=issued)
    projection.people([cast.trainee.pk], on=cast.now.date(), at=cast.now)
    assert seeker(cast.trainee)["since"] == rf"\x{since}"


def test_every_choice_a_person_has_is_known_to_the_database(db):
    """A language or shift added to the choices needs its bit; a class of license its rank."""
    with connection.cursor() as cursor:
        for function, choices in (("matching_languages", Language), ("matching_shifts", Shift)):
            cursor.execute(f"SELECT {function}(ARRAY[c]::varchar[]) FROM unnest(%s::text[]) c", [choices.values])
            bits = [bit for (bit,) in cursor.fetchall()]
            assert bits == [1 << n for n in range(len(choices))]
    assert set(rules.LICENSE_RANK) == set(License.values)


def test_a_certificate_valid_elsewhere_only_gives_no_day_where_nothing_is_asked_for():
    values = {"certification": 1, "level": "provider", "state": "verified", "issued_on": date(2026, 1, 1)}
    values |= {"expires_on": None, "provider": "", "provider_id": 9}
    theirs = rules.Held(credential="forklift", provider_is_employer=True, validity="employer", **values)
    own = rules.Held(credential="osha10", provider_is_employer=False, validity="none", **values)
    work = rules.Opening(id=1, organization_id=3, occupation="w", zip="", point=None, wage_min_cents=1)
    day = date(2026, 11, 24)
    assert rules.judge(rules.Trainee(id=1, held=(theirs, own)), work, day).certified_on == date(2026, 1, 1)
    assert rules.judge(rules.Trainee(id=1, held=(theirs,)), work, day).certified_on is None


@pytest.mark.parametrize("work", ["99723", "99546", "92376"])  # far north, near the line of the date, and home
def test_every_place_within_reach_is_measured_and_none_beyond(db, work):
    projection.near([work])
    places = {code: point for code, *point in Zip.objects.values_list("code", "latitude", "longitude")}
    # A whole country is too much to measure; what is four degrees of latitude off is 276 miles off.
    far = {code: there for code, there in places.items() if abs(there[0] - places[work][0]) < 4}
    reach = {int(code): rules.tenths_between(there, places[work]) for code, there in far.items()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT home, tenths FROM matching_near WHERE work = %s", [int(work)])
        measured = dict(cursor.fetchall())
    assert measured == {home: tenths for home, tenths in reach.items() if tenths <= 2000}
    assert len(measured) >= 2
