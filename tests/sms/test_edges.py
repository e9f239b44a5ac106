"""Texts at the edges: a night between two tries, a STOP behind a code, a budget at eight in the morning."""

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from ledger.heartbeats import apart
from matching import nightly
from notifications import outbox
from notifications.models import Address, Delivery
from notifications.sms import forgetting, inbound
from notifications.sms.models import Incoming, PhoneCode, Question, Text, Unsettled
from openings.models import Opening
from placements.models import Referral

from .conftest import NUMBER, sign_up

State = Delivery.State


def of(delivery):
    delivery.refresh_from_db()
    return delivery.state, delivery.reason


def test_a_text_whose_answer_was_lost_in_the_evening_does_not_come_again_in_the_morning(
    ana, carrier, tell, settle, cast, receipt
):
    """The carrier has it, says so at once, and the worker is killed before it can write that down; then night falls."""
    delivery = tell()
    carrier.plan = ["500 taken"]
    settle()
    assert len(carrier.messages) == 1
    assert of(delivery)[0] == "queued"
    with time_machine.travel(cast.now + timedelta(hours=13), tick=True):  # 22:00 in California
        Delivery.objects.update(due_at=timezone.now())
        settle()
        assert of(delivery) == ("waiting", "quiet")
        assert delivery.attempts == 1
        # The receipt is late, but it comes.
        receipt(carrier.messages[0], "delivered")
        assert of(delivery) == ("sent", "")
    with time_machine.travel(cast.now + timedelta(hours=24), tick=True):
        settle()
    assert len(carrier.messages) == 1


def test_one_that_left_when_its_worker_was_killed_is_not_begun_again_after_the_night(ana, carrier, tell, settle, cast):
    delivery = tell()
    settle()
    # Killed behind the carrier's answer: the text is known, the message is not marked.
    Delivery.objects.filter(pk=delivery.pk).update(
        state="sending", sent_at=None, leased_until=timezone.now(), provider_id=""
    )
    with time_machine.travel(cast.now + timedelta(hours=13), tick=True):
        settle()
        assert of(delivery) == ("waiting", "quiet")
    with time_machine.travel(cast.now + timedelta(hours=24), tick=True):
        settle()
    assert of(delivery) == ("sent", "")
    assert len(carrier.messages) == 1


def test_after_a_stop_no_code_and_no_welcome_leaves(ana, carrier, texted, settle, cast):
    texted("STOP")
    outbox.send_letter(NUMBER, text="Welcome.", user=ana, channel="sms", at=cast.now)
    settle()
    assert not carrier.messages
    assert list(Delivery.objects.values_list("state", "reason")) == [("withheld", "stopped")]


def test_what_was_held_for_the_night_counts_against_the_budget_one_for_each_person(
    ana, carrier, tell, settle, cast, settings
):
    settings.TEXTS_BUDGET_A_DAY = 1
    other = sign_up(cast.another_trainee("Bo Other").user, "+19515550177", cast.now)
    with time_machine.travel(cast.now + timedelta(hours=13), tick=True):
        mine, too, theirs = tell(key="1"), tell(key="2"), tell(other, key="3")
        settle()
    with time_machine.travel(cast.now + timedelta(hours=24), tick=True):
        settle()
    assert len(carrier.messages) == 1
    assert {of(mine), of(too)} == {("sent", "")}
    assert of(theirs) == ("withheld", "budget")


# --- Answers ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def asked_twice(ana, cast, carrier, settle):
    """Two openings were asked about, an hour apart."""
    cast.agree()
    cast.certify()
    cast.first = cast.opening()
    nightly.rematch(at=cast.now)
    settle()
    cast.second = cast.opening(cast.rival, title="Fitter", title_es="Montador")
    nightly.rematch(at=cast.now)
    settle()
    Question.objects.filter(pk=Question.objects.latest("pk").pk).update(asked_at=timezone.now() + timedelta(minutes=1))
    return cast


@pytest.fixture
def matched_once(ana, cast, carrier, settle):
    cast.agree()
    cast.certify()
    cast.opening()
    nightly.rematch(at=cast.now)
    settle()


def test_a_bare_yes_is_not_given_to_another_opening_when_the_one_asked_last_has_closed(asked_twice, texted):
    Opening.objects.filter(pk=asked_twice.second.pk).update(state="closed", closed_at=asked_twice.now)
    which = texted("1")
    assert not Referral.objects.exists()
    assert "A " in which
    assert "Rialto Steel" in which
    assert "Rialto Steel" in texted("A")
    assert Referral.objects.get().opening == asked_twice.first


def test_a_bare_yes_counts_when_an_earlier_one_has_closed(asked_twice, texted):
    Opening.objects.filter(pk=asked_twice.first.pk).update(state="closed", closed_at=asked_twice.now)
    texted("1")
    assert Referral.objects.get().opening == asked_twice.second


def test_a_text_that_is_being_dealt_with_is_waited_for(matched_once, texted):
    """Told twice at once it is done once; whoever is killed at it gives it up with their connection."""
    with apart() as other, connection.cursor() as cursor:
        other.execute("SELECT pg_advisory_lock(hashtext('notifications.sms.inbound'), hashtext('SM1'))")
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(OperationalError), transaction.atomic():
            inbound.receive(sid="SM1", number=NUMBER, body="1", at=timezone.now())
        assert not Referral.objects.exists()
    assert texted("1", sid="SM1") == texted("1", sid="SM1")
    assert Referral.objects.get().state == "yes"


def test_old_codes_and_answers_are_forgotten_and_what_still_counts_is_not(ana, cast):
    long_ago = cast.now - timedelta(days=100)
    for at in (long_ago, cast.now):
        PhoneCode.objects.create(user=ana, number=NUMBER, digest="x", sent_at=at, expires_at=at)
        Incoming.objects.create(sid=f"SM{at}", number=NUMBER, at=at, done_at=at)
        Text.objects.create(number=NUMBER, begun_at=at)
    Unsettled.objects.create(number=NUMBER, questions=[1], expires_at=long_ago)
    with transaction.atomic():
        forgetting.forget_before(cast.now)
    assert [m.objects.count() for m in (PhoneCode, Incoming, Text, Unsettled)] == [1, 1, 1, 0]
    assert not Address.objects.exists()
