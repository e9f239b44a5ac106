"""A notice on its way as a text: who gets one, what is asked once more, what the carrier says of it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from accounts import consents
from accounts.models import Consent
from ledger.models import Event
from notifications import outbox
from notifications.models import Address, Delivery, Task
from notifications.sms import budget, phones, receipts
from notifications.sms.models import Text
from notifications.sms.twilio import Twilio

from .conftest import NUMBER, sign_up

State, Reason = Delivery.State, Delivery.Reason


@pytest.fixture(autouse=True)
def _agreed(cast):
    """Ana wants to be matched: only of such people is a coordinator asked to mend the address."""
    cast.agree()


def fresh(delivery):
    delivery.refresh_from_db()
    return delivery


def test_a_notice_leaves_as_a_text_too(ana, carrier, tell, settle):
    delivery = tell()
    settle()
    assert fresh(delivery).state == State.SENT
    sent = carrier.messages[0]
    assert sent["to"] == NUMBER
    assert sent["body"].startswith("Throughline: ")
    assert delivery.provider_id == sent["sid"] == delivery.sms.sid
    assert Delivery.objects.get(channel="email").state == State.SENT


@pytest.mark.parametrize("missing", ["gateway", "agreement", "number", "verified", "topic"])
def test_without_number_agreement_and_wish_there_is_no_text(ana, carrier, tell, settings, missing):
    if missing == "gateway":
        settings.SMS_GATEWAY = "off"
    elif missing == "agreement":
        Consent.objects.filter(user=ana, purpose="sms").update(withdrawn_at=timezone.now())
    elif missing == "number":
        ana.phone = ""
        ana.save()
    elif missing == "verified":
        ana.phone_verified_at = None
        ana.save()
    assert tell(topic="councils" if missing == "topic" else "matches") is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("agreement", "consent"),
        ("topic", "preference"),
        ("stop", "stopped"),
        ("refused", "address"),
        ("country", "country"),
    ],
)
def test_what_changed_since_counts_in_the_last_moment(ana, carrier, tell, settle, cast, settings, change, reason):
    delivery = tell()
    if change == "agreement":
        with transaction.atomic():
            consents.withdraw(ana, Consent.Purpose.SMS, at=cast.now, by=ana)
    elif change == "topic":
        phones.choose_topics(ana, ["referrals"], at=cast.now)
    elif change in ("stop", "refused"):
        Address.objects.create(channel="sms", address=NUMBER, state="stopped" if change == "stop" else "refused")
    elif change == "country":
        settings.SMS_COUNTRIES = ["MX"]
    settle()
    assert (fresh(delivery).state, delivery.reason) == (State.WITHHELD, reason)
    assert not carrier.messages


def test_a_new_number_gets_what_was_written_for_the_old_one(ana, carrier, tell, settle):
    tell()
    ana.phone = "+19515550199"
    ana.save()
    settle()
    assert carrier.messages[0]["to"] == "+19515550199"


def test_nobody_is_woken_and_the_morning_brings_one_text(ana, carrier, tell, settle, cast):
    with time_machine.travel(cast.now + timedelta(hours=13), tick=True):  # 22:00 in California
        first, second = tell(key="1"), tell(key="2")
        settle()
        assert fresh(first).state == fresh(second).state == State.WAITING
        assert not carrier.messages
    with time_machine.travel(cast.now + timedelta(hours=23, minutes=1), tick=True):  # 8:01
        settle()
    assert len(carrier.messages) == 1
    assert " 2 " in carrier.messages[0]["body"]
    assert carrier.messages[0]["body"].endswith("/inbox")
    assert fresh(first).provider_id == fresh(second).provider_id


@pytest.mark.parametrize(
    ("code", "state", "reason", "address"),
    [
        (21211, State.FAILED, "refused", "refused"),
        (21614, State.FAILED, "refused", "refused"),
        (21610, State.FAILED, "stopped", "stopped"),
        (21408, State.FAILED, "country", None),
        (30007, State.FAILED, "refused", None),
    ],
)
def test_a_refusal_for_good(ana, carrier, tell, settle, code, state, reason, address):
    carrier.plan = [code]
    delivery = tell()
    settle()
    assert (fresh(delivery).state, delivery.reason) == (state, reason)
    found = Address.objects.filter(channel="sms", address=NUMBER).first()
    assert (found.state if found else None) == address
    # A number that is dead is a task for somebody; a stop is the person's own wish.
    assert Task.objects.filter(kind="address").exists() == (address == "refused")
    tell(key="2")
    settle()
    assert len(carrier.requests) == (1 if address else 2)


@pytest.mark.parametrize("says", [20429, "500", "mute", "drop", "500 taken", "nonsense"])
def test_what_did_not_work_is_tried_again_and_is_never_there_twice(ana, carrier, tell, settle, monkeypatch, says):
    monkeypatch.setitem(Twilio.__init__.__kwdefaults__, "timeout", 0.2)
    carrier.plan = [says]
    delivery = tell()
    settle()
    assert fresh(delivery).state == State.QUEUED
    assert delivery.reason in ("later", "away")
    Delivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now())
    settle()
    assert fresh(delivery).state == State.SENT
    assert len(carrier.messages) == 1
    assert Text.objects.count() == 1


def test_killed_behind_the_carriers_back_it_is_not_sent_again(ana, carrier, tell, settle):
    delivery = tell()
    settle()
    # As if the worker had died before it could write anything down.
    Delivery.objects.filter(pk=delivery.pk).update(state=State.SENDING, leased_until=timezone.now(), sent_at=None)
    began = Text.objects.get().begun_at
    Text.objects.update(sid=None, status="begun", unsure_since=began)
    settle()
    assert fresh(delivery).state == State.SENT
    assert len(carrier.messages) == 1
    assert Text.objects.get().sid == carrier.messages[0]["sid"]


def test_a_refused_account_is_a_task_for_the_staff_and_the_text_waits(ana, carrier, tell, settle, settings):
    settings.TWILIO_AUTH_TOKEN = "old"
    delivery = tell()
    settle()
    assert fresh(delivery).state == State.QUEUED
    assert Task.objects.get().kind == "sms_gateway"


# --- Receipts ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def sent(ana, carrier, tell, settle):
    delivery = tell()
    settle()
    return fresh(delivery)


def test_a_receipt_says_it_arrived(sent, carrier, receipt):
    assert receipt(carrier.messages[0], "delivered").status_code == 204
    assert fresh(sent).state == State.SENT
    assert sent.delivered_at


@pytest.mark.parametrize(
    ("status", "code", "address"), [("undelivered", "30006", "refused"), ("failed", "30007", None)]
)
def test_a_receipt_says_it_came_back(sent, carrier, receipt, status, code, address):
    receipt(carrier.messages[0], status, code)
    assert (fresh(sent).state, sent.error) == (State.BOUNCED, f"{status} {code}")
    assert Address.objects.filter(address=NUMBER, state=address).exists() == bool(address)
    assert Task.objects.filter(kind="address").exists() == bool(address)


def test_receipts_twice_and_out_of_order_end_the_same(sent, carrier, receipt):
    message = carrier.messages[0]
    for status in ("delivered", "delivered", "sent", "queued", "undelivered", "read"):
        assert receipt(message, status, "30006" if status == "undelivered" else "").status_code == 204
    assert fresh(sent).state == State.SENT
    assert Text.objects.get().status == "delivered"
    assert not Address.objects.exclude(state="ok").exists()


def test_a_phone_out_of_reach_is_dead_only_after_the_third_time(ana, carrier, tell, settle, receipt):
    for number in range(3):
        assert not Address.objects.filter(state="refused").exists()
        tell(key=str(number))
        settle()
        receipt(carrier.messages[-1], "undelivered", "30003")
    assert Address.objects.filter(address=NUMBER, state="refused").exists()
    assert Task.objects.filter(kind="address").count() == 1


def test_a_receipt_for_a_text_whose_answer_was_lost_ends_the_tries(ana, carrier, tell, settle, receipt):
    carrier.plan = ["500 taken"]
    delivery = tell()
    settle()
    assert fresh(delivery).state == State.QUEUED
    receipt(carrier.messages[0], "delivered")
    assert fresh(delivery).state == State.SENT
    Delivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now())
    settle()
    assert len(carrier.messages) == 1


def test_a_text_that_failed_while_it_was_being_recorded_comes_back_all_the_same(sent, carrier, cast):
    Text.objects.update(status="failed", error="30006", told_at=timezone.now())
    assert receipts.settle([sent.pk], cast.now) == 1
    assert fresh(sent).state == State.BOUNCED
    assert receipts.settle([sent.pk], cast.now) == 0


def test_a_receipt_that_is_faster_than_we_are(ana, carrier, tell, settle, receipt, monkeypatch):
    from notifications.outbox import sending

    record = sending._record

    def slowly(deliveries, outcome):
        if deliveries[0].channel == "sms":
            receipt(carrier.messages[0], "failed", "30007")
        record(deliveries, outcome)

    monkeypatch.setattr(sending, "_record", slowly)
    delivery = tell()
    settle()
    assert fresh(delivery).state == State.BOUNCED


@pytest.mark.parametrize("wrong", ["unknown status", "unknown text", "another sid"])
def test_unknown_receipts_change_nothing(sent, carrier, receipt, wrong):
    message = dict(carrier.messages[0])
    if wrong == "unknown text":
        message["callback"] = message["callback"][:-13] + "000000000000/"
    if wrong == "another sid":
        message["sid"] = "SM" + "f" * 32
    assert receipt(message, "teleported" if wrong == "unknown status" else "failed").status_code == 204
    assert fresh(sent).state == State.SENT
    assert Text.objects.get().status == "queued"


def test_a_forged_receipt_is_refused_and_changes_nothing(sent, carrier, receipt):
    assert receipt(carrier.messages[0], "failed", "30006", token="guessed").status_code == 403
    assert Text.objects.get().status == "queued"


# --- Budgets ----------------------------------------------------------------------------------------------------------
def test_the_days_budget_ends_texts_makes_a_task_and_an_event_once(ana, carrier, tell, settle, settings, monkeypatch):
    settings.TEXTS_BUDGET_A_DAY = 2
    told = [tell(key=str(number)) for number in range(4)]
    settle()
    assert [fresh(d).state for d in told] == [State.SENT, State.SENT, State.WITHHELD, State.WITHHELD]
    assert told[2].reason == "budget"
    tell(key="5")
    # Two senders looked at the same moment, when something was left: whoever comes second is told so at the till.
    monkeypatch.setattr(budget, "over", lambda *_: set())
    late = tell(key="6")
    settle()
    assert (fresh(late).state, late.reason, len(carrier.messages)) == (State.WITHHELD, "budget", 2)
    assert not Text.objects.filter(delivery=late).exists()
    assert Task.objects.filter(kind="sms_budget").count() == 1
    assert Event.objects.filter(kind="sms.budget_used").count() == 1


def test_long_texts_cost_what_the_carrier_bills(ana, carrier, tell, settle, settings):
    settings.TEXTS_BUDGET_A_DAY = 2
    Text.objects.create(number="+19095550199", segments=2)
    delivery = tell()
    settle()
    assert fresh(delivery).reason == "budget"


def test_yesterdays_texts_do_not_count_today(ana, carrier, tell, settle, settings, cast):
    settings.TEXTS_BUDGET_A_DAY = 1
    Text.objects.create(number="+19095550199", begun_at=cast.now - timedelta(hours=12))
    delivery = tell()
    settle()
    assert fresh(delivery).state == State.SENT


def test_one_number_gets_so_many_an_hour(ana, carrier, tell, settle, settings, cast):
    settings.TEXTS_TO_A_NUMBER_AN_HOUR = 1
    bo = sign_up(cast.another_trainee("Bo Other").user, "+19095550144", cast.now)
    first, second, other = tell(key="1"), tell(key="2"), tell(bo, key="3")
    settle()
    assert [fresh(d).state for d in (first, second, other)] == [State.SENT, State.WITHHELD, State.SENT]


def test_a_second_try_is_not_charged_again(ana, carrier, tell, settle, settings):
    settings.TEXTS_TO_A_NUMBER_AN_HOUR = settings.TEXTS_BUDGET_A_DAY = 1
    carrier.plan = [20429]
    delivery = tell()
    settle()
    Delivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now())
    settle()
    assert fresh(delivery).state == State.SENT


def test_put_back_in_the_queue_it_is_a_new_text(sent, carrier, receipt, settle):
    receipt(carrier.messages[0], "undelivered", "30007")
    assert outbox.again(Delivery.objects.filter(pk=sent.pk), by=None, at=timezone.now()) == 1
    settle()
    assert fresh(sent).state == State.SENT
    assert len(carrier.messages) == 2
    receipt(carrier.messages[0], "failed", "30006")  # of the former one
    assert fresh(sent).state == State.SENT
