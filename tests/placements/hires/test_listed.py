"""The list of hires: everybody finds those that they may open, by the words they may read."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import consents
from accounts.models import Consent
from matching import nightly
from matching.models import Match
from placements import actions as referrals
from placements.hires import actions, retention
from placements.hires.taking import Terms
from placements.models import CheckIn, Placement


@pytest.fixture
def hired(cast):
    """Rialto Steel hired Ana for its opening; Bo, who shares no record, works at Corona Metal, which knows it."""
    cast.agree()
    opening = cast.opening(seats=3)
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    referral = referrals.say_yes(Match.objects.get(), by=cast.ana, at=cast.now)
    cast.job = actions.hire(referral, terms=Terms(cast.now.date()), by=cast.elliot, at=cast.now)
    cast.job_opening, cast.referral = opening, referral
    bo = cast.another_trainee("Bo Other")
    consents.withdraw(bo.user, Consent.Purpose.RECORD, at=cast.now, by=bo.user)
    terms = Terms(date(2026, 9, 1), employer_name="Corona Metal", title="Fitter")
    cast.bos = actions.declare(bo, terms=terms, by=bo.user, at=cast.now, knows=True, side=Placement.Side.WORKER)
    return cast


def read(browser, **asked) -> str:
    page = browser.get(reverse("hire_list"), asked)
    assert page.status_code == 200
    return page.content.decode()


def test_whoever_was_hired_is_found_again_from_every_page_of_the_employer(hired, sign_in):
    elliot, there = sign_in(hired.elliot), reverse("placement", args=[hired.job.public_id])
    page = read(elliot)
    assert "Ana Morales" in page
    assert there in page
    assert "Bo Other" not in page
    for name, args in (("opening_people", [hired.job_opening.public_id]), ("referral", [hired.referral.public_id])):
        assert there in elliot.get(reverse(name, args=args)).content.decode()
    for name in ("hirer_home", "answer_board"):
        assert reverse("hire_list") in elliot.get(reverse(name)).content.decode()
    assert reverse("hire_list") in elliot.get(there).content.decode()
    assert "Bo Other" in read(sign_in(hired.rhea))


def test_a_coordinator_lists_the_hires_of_those_who_share_their_record(hired, sign_in):
    carla = sign_in(hired.carla)
    page = read(carla)
    assert "Ana Morales" in page
    assert "Bo Other" not in page
    assert "Corona Metal" not in page
    assert reverse("hire_list") in carla.get(reverse("board")).content.decode()


def test_a_name_that_is_no_longer_shared_is_neither_read_nor_found(hired, sign_in):
    elliot = sign_in(hired.elliot)
    assert "Ana Morales" in read(elliot, q="morales")
    consents.withdraw(hired.ana, Consent.Purpose.CONTACT, at=hired.now, by=hired.ana, opening=hired.job_opening)
    assert ">One person</a>" in read(elliot)
    there = reverse("placement", args=[hired.job.public_id])
    assert there not in read(elliot, q="morales")
    assert there in read(elliot, q="welder")
    assert there in read(elliot, q="\x00welder")
    assert there in read(sign_in(hired.carla), q="morales")
    # Of a hire that he does not let them know of there is nothing at all.
    rhea = sign_in(hired.rhea)
    assert "Bo Other" in read(rhea)
    actions.allow(hired.bos, False, by=hired.bos.trainee.user, at=hired.now)
    assert "No hire here" in read(rhea)


def test_the_tabs_say_what_is_asked_next_and_of_whom(hired, sign_in):
    elliot, carla = sign_in(hired.elliot), sign_in(hired.carla)
    assert "if the work goes on." in read(elliot)
    assert "No hire here" in read(elliot, tab="asked")
    at = hired.now + timedelta(days=30)
    retention.ask_due(at=at)
    assert "Your answer: is the person still with you?" in read(elliot, tab="asked")
    retention.answer(CheckIn.objects.get(placement=hired.job), "employer", "yes", by=hired.elliot, at=at)
    assert "No hire here" in read(elliot, tab="asked")
    retention.answer(CheckIn.objects.get(placement=hired.job), "worker", "no", by=hired.ana, at=at)
    assert "Yours to find out" in read(carla, tab="asked")
    actions.end(hired.job, reason="over", ended_on=at.date(), by=hired.carla, at=at)
    assert "Ana Morales" in read(elliot, tab="ended")
    assert "No hire here" in read(elliot, tab="working")


def test_the_list_costs_the_same_for_three_and_for_thirty(hired, sign_in, django_assert_num_queries):
    elliot = sign_in(hired.elliot)
    read(elliot)
    with CaptureQueriesContext(connection) as few:
        read(elliot)
    for number in range(20):
        person = hired.another_trainee(f"Person {number}")
        terms = Terms(hired.now.date(), employer_name="Rialto Steel", title="Helper")
        actions.declare(person, terms=terms, by=person.user, at=hired.now, knows=True, side=Placement.Side.WORKER)
    with django_assert_num_queries(len(few)):
        assert read(elliot).count("Person ") >= 20


def test_the_page_is_for_whoever_writes_down_hires(hired, sign_in):
    assert sign_in(hired.ana).get(reverse("hire_list")).status_code == 403
    assert "No hire here" in read(sign_in(hired.priya))
