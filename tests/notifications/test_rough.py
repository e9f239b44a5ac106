"""Rough days at the post office: a message that cannot be judged, a slow server, two days of "later", sending again."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts import timeline
from ledger.models import Event
from notifications import actions, addresses, outbox, tasks, todo, words
from notifications.channels import Later, Refused, Sent, email
from notifications.models import Address, Delivery, Preference, Task
from notifications.outbox import sending

State = Delivery.State


def states(**which):
    return list(Delivery.objects.filter(**which).order_by("pk").values_list("state", "reason"))


# --- What holds up nobody ---------------------------------------------------------------------------------------------
def test_a_message_that_cannot_be_judged_holds_up_no_other(cast, tell, monkeypatch):
    def broken(notice):
        raise KeyError("gone")

    monkeypatch.setattr(words, "_relevance", {"plain": lambda n: broken(n) if n.once_key == "bad" else True})
    for key in ("a", "bad", "c"):
        tell(cast.ana, key=key)
    outbox.send_due()
    assert states() == [("sent", ""), ("queued", "later"), ("sent", "")]
    assert "KeyError" in Delivery.objects.get(notice__once_key="bad").error
    assert len(mail.outbox) == 2


def test_words_of_ours_that_fail_are_no_silence_of_the_server(cast, tell, monkeypatch):
    def broken(notice):
        raise KeyError("no such word")

    tell(cast.ana)
    monkeypatch.setattr(words, "_writers", words._writers | {"plain": broken})
    outbox.send_due()
    assert states() == [("queued", "later")]


def test_a_letter_without_its_subject_ends_after_two_days_and_holds_up_no_other(db):
    """No words can be made of it. It was the end that failed, and with it every sweep from then on."""
    begun = timezone.now() - timedelta(days=3)
    for number, letter in enumerate(({"text": "x"}, {"subject": "b", "text": "x"})):
        Delivery.objects.create(
            address=f"{number}@b.example", letter=letter, message_id=str(number), first_tried_at=begun
        )
    outbox.send_due()
    assert states() == [("failed", "expired"), ("sent", "")]


def test_an_outcome_that_cannot_be_kept_holds_up_no_other(cast, tell, monkeypatch):
    keep = sending._record

    def broken(deliveries, outcome):
        if deliveries[0].notice.once_key == "bad":
            raise KeyError("subject")
        keep(deliveries, outcome)

    monkeypatch.setattr(sending, "_record", broken)
    for key in ("a", "bad", "c"):
        tell(cast.ana, key=key)
    outbox.send_due()
    assert [state for state, _reason in states()] == ["sent", "sending", "sent"]


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Sent("id\0\ud800"), ("sent", "")),
        (Later("busy\0 \ud800"), ("queued", "later")),
        (Refused("refused", "no\0 such user"), ("failed", "refused")),
    ],
)
def test_what_the_other_side_says_is_kept_however_it_is_written(cast, tell, monkeypatch, outcome, told):
    """A server may say anything. What could not be kept left again every five minutes, for ever."""
    monkeypatch.setattr(email.Email, "send", lambda self, deliveries: outcome)
    tell(cast.ana)
    outbox.send_due()
    assert states() == [told]


@pytest.mark.parametrize("letter", ["words", ["words"], {"text": "x"}])
def test_a_letter_that_is_none_ends_after_two_days(db, letter):
    begun = timezone.now() - timedelta(days=3)
    Delivery.objects.create(address="a@b.example", letter=letter, message_id="1", first_tried_at=begun)
    outbox.send_due()
    assert states() == [("failed", "expired")]


@pytest.mark.parametrize("data", [{}, {"channel": "email"}, {"channel": "email", "address": None}, ["email"]])
def test_a_task_without_its_address_holds_up_no_other_and_staff_see_it(cast, sign_in, data):
    cast.agree()
    addresses.mark_refused("email", cast.ana.email, "550", at=cast.now)
    settled = Task.objects.get()
    path = f"/post/{cast.ana.public_id}/"
    bad = todo.ask(addresses.DEAD, topic="address", once_key="bad", about=cast.ana, path=path, at=cast.now)
    Task.objects.filter(pk=bad.pk).update(data=data)
    Address.objects.update(state=Address.State.OK)
    tasks.sweep()
    settled.refresh_from_db()
    assert settled.done_at
    assert addresses.nameless() == [bad]
    page = sign_in(cast.carla).get(reverse("ops")).content.decode()
    assert "Tasks that lack their address" in page
    assert f'href="{path}"' in page
    actions.finish_task(bad, by=cast.carla, at=timezone.now())
    assert "lack their address" not in sign_in(cast.carla).get(reverse("ops")).content.decode()


class Slow:
    """A mail server that takes its time, and what happens meanwhile."""

    def __init__(self, meanwhile):
        self.meanwhile, self.sent = meanwhile, []

    def open(self):
        pass

    def close(self):
        pass

    def send_messages(self, mails):
        self.sent += [m.extra_headers["Message-ID"] for m in mails]
        self.meanwhile()


def test_what_changes_while_the_server_is_slow_still_counts(cast, tell, monkeypatch):
    """The second of one batch is not sent when its reader closes the account while the first is on its way."""
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def close_account():
            clock.shift(3)
            type(cast.elliot).objects.filter(pk=cast.elliot.pk).update(is_active=False)

        slow = Slow(close_account)
        monkeypatch.setattr(email, "get_connection", lambda: slow)
        tell(cast.ana, cast.elliot)
        outbox.send_due()
    assert len(slow.sent) == 1
    assert states(user=cast.elliot) == [("withheld", "closed")]


def test_a_long_queue_is_left_to_the_next_bell_before_the_worker_is_ended_by_force(cast, tell, monkeypatch):
    monkeypatch.setattr(sending, "STINT", -1)
    tell(cast.ana, cast.elliot)
    assert outbox.send_due() == 2
    assert not mail.outbox
    assert set(Delivery.objects.values_list("state", "attempts", "leased_until")) == {("queued", 0, None)}
    monkeypatch.setattr(sending, "STINT", 60)
    outbox.send_due()
    assert len(mail.outbox) == 2


# --- One message stays one message ------------------------------------------------------------------------------------
@pytest.fixture
def digest(cast, tell):
    """Three things that wait for Ana's daily letter."""
    Preference.objects.create(user=cast.ana, topic="referrals", frequency="daily")
    for key in "abc":
        tell(cast.ana, key=key)
    Delivery.objects.update(due_at=cast.now)
    return cast


def test_a_digest_that_may_have_left_leaves_again_as_the_same_whatever_came_since(digest, tell, monkeypatch):
    class Cut:
        def open(self):
            pass

        def close(self):
            pass

        def send_messages(self, mails):
            raise smtplib.SMTPServerDisconnected("after the data")

    with monkeypatch.context() as patch:
        patch.setattr(email, "get_connection", Cut)
        outbox.send_due()
    first = Delivery.objects.order_by("pk").first().message_id
    assert set(Delivery.objects.values_list("state", "sent_as")) == {("queued", first)}
    tell(digest.ana, key="d")
    Delivery.objects.update(due_at=digest.now)
    actions.choose_frequencies(
        digest.ana, dict.fromkeys(("matches", "people", "councils"), "now") | {"referrals": "daily"}, at=digest.now
    )
    Delivery.objects.update(due_at=digest.now)
    outbox.send_due()
    again, new = sorted(mail.outbox, key=lambda m: m.extra_headers["Message-ID"] != first)
    assert again.extra_headers["Message-ID"] == first
    assert "3" in again.subject
    assert new.extra_headers["Message-ID"] != first


def test_a_digest_that_certainly_did_not_leave_takes_up_what_came_since(digest, tell, monkeypatch):
    class Busy(Slow):
        def __init__(self):
            pass

        def send_messages(self, mails):
            raise smtplib.SMTPDataError(451, b"later")

    with monkeypatch.context() as patch:
        patch.setattr(email, "get_connection", Busy)
        outbox.send_due()
    tell(digest.ana, key="d")
    Delivery.objects.update(due_at=digest.now)
    outbox.send_due()
    assert [m.subject[:1] for m in mail.outbox] == ["4"]


def test_how_often_emails_come_does_not_move_a_text(cast, tell):
    (notice,) = tell(cast.ana)
    morning = cast.now + timedelta(hours=9)
    Delivery.objects.create(
        notice=notice, user=cast.ana, channel="sms", address="+19095550127", message_id="x", state="waiting",
        held=True, reason="quiet", due_at=morning,
    )  # fmt: skip
    weekly = dict.fromkeys(("matches", "people", "referrals", "councils"), "weekly")
    actions.choose_frequencies(cast.ana, weekly, at=cast.now)
    assert Delivery.objects.get(channel="sms").due_at == morning


# --- Two days of "later" ----------------------------------------------------------------------------------------------
@pytest.fixture
def put_off(cast, tell, monkeypatch):
    """The server puts off whatever is for Ana; her letter was tried for two days."""
    cast.agree()
    cast.trainee.coordinator = cast.carla
    cast.trainee.save()

    class PuttingOff:
        def open(self):
            pass

        def close(self):
            pass

        def send_messages(self, mails):
            if "ana@" in mails[0].to[0]:
                raise smtplib.SMTPRecipientsRefused({mails[0].to[0]: (451, b"mailbox busy")})
            mail.outbox.extend(mails)

    monkeypatch.setattr(email, "get_connection", PuttingOff)
    for key in "ab":
        tell(cast.ana, key=key)
    outbox.send_due()
    long_ago = cast.now - timedelta(hours=49)
    Delivery.objects.filter(user=cast.ana).update(first_tried_at=long_ago, due_at=cast.now - timedelta(minutes=1))
    return cast


def test_what_expires_for_one_person_makes_one_task_for_their_coordinator(put_off, tell, sign_in):
    Delivery.objects.filter(user=put_off.ana).update(due_at=put_off.now + timedelta(hours=1))
    tell(put_off.elliot)
    outbox.send_due()
    Delivery.objects.filter(user=put_off.ana).update(due_at=put_off.now)
    outbox.send_due()
    assert states(user=put_off.ana) == [("failed", "expired")] * 2
    task = Task.objects.get()
    assert (task.kind, task.owner, task.about_id) == ("unreached", put_off.carla, put_off.ana.pk)
    page = sign_in(put_off.carla).get(reverse("task_list")).content.decode()
    assert "mailbox busy" in page
    assert put_off.ana.full_name in page
    # It is settled by itself once something reaches her.
    assert addresses.close_answered(at=timezone.now()) == 0
    later = timezone.now() + timedelta(hours=1)
    Delivery.objects.filter(user=put_off.ana).update(state="sent", sent_at=later)
    assert addresses.close_answered(at=later) == 1


def test_what_expires_for_everybody_is_one_task_for_the_coalition(put_off, sign_in):
    outbox.send_due()
    task = Task.objects.get()
    assert (task.kind, task.owner, task.about_id) == ("post_stuck", None, None)
    assert "mailbox busy" in sign_in(put_off.carla).get("/tasks/?list=ours").content.decode()


def test_a_letter_that_expires_makes_a_task_too(put_off, tell):
    Delivery.objects.all().delete()
    tell(put_off.elliot)
    outbox.send_letter(put_off.ana.email, subject="Code", text="123456", at=put_off.now)
    outbox.send_due()
    letter = Delivery.objects.filter(notice=None)
    letter.update(first_tried_at=put_off.now - timedelta(hours=49), due_at=put_off.now - timedelta(minutes=1))
    outbox.send_due()
    assert letter.get().letter == {"subject": "Code"}
    assert Task.objects.get().about_id == put_off.ana.pk


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("550 5.7.1 <ana@throughline.example>: blocked", "550 5.7.1 <…>: blocked"),
        ("400 21608 The number +19095550127 is unverified", "400 21608 The number … is unverified"),
        ("(909) 555-0127 refused", "… refused"),
        ("451 4.3.2 try again in 300 seconds", "451 4.3.2 try again in 300 seconds"),
    ],
)
def test_a_task_about_nobody_names_nobody(said, told):
    assert todo.impersonal(said) == told


# --- Whose address it is ----------------------------------------------------------------------------------------------
def test_a_number_that_moved_is_the_new_persons(cast):
    former = cast.another_trainee("Former Holder").user
    former.phone = cast.ana.phone = "+19095550127"
    former.save()
    cast.ana.phone_verified_at = cast.now
    cast.ana.save()
    assert addresses.holder("sms", "+19095550127") == cast.ana
    Address.objects.create(channel="sms", address="+19095550127", state="refused")
    assert addresses.of_person(cast.ana)
    assert not addresses.of_person(former)


def test_only_who_proved_a_number_says_that_it_is_right(cast, sign_in):
    cast.elliot.phone = "+19095550127"
    cast.elliot.save()
    Address.objects.create(channel="sms", address="+19095550127", state="refused")
    sign_in(cast.elliot).post(reverse("address_mine", args=["sms"]))
    assert Address.objects.get().state == "refused"


def test_a_thousand_dead_addresses_cost_the_sweep_no_more_than_one(cast, django_assert_num_queries):
    for number in range(4):
        person = cast.another_trainee(f"Pat {number}").user
        addresses.mark_refused("email", person.email, "550", at=cast.now)
    assert Task.objects.filter(done_at=None).count() == 4
    with django_assert_num_queries(3):
        assert addresses.close_answered(at=cast.now) == 0
    Address.objects.filter(address=person.email).update(state="ok")
    with django_assert_num_queries(4):
        assert addresses.close_answered(at=cast.now) == 1


# --- Sending again ----------------------------------------------------------------------------------------------------
@pytest.fixture
def failed(cast, tell):
    cast.agree()
    tell(cast.ana, cast.elliot)
    tell(cast.ana, key="held back")
    Delivery.objects.update(state="failed", reason="refused", error="550", attempts=3)
    Delivery.objects.filter(notice__once_key="held back").update(state="withheld", reason="aborted", error="")
    return cast


def test_a_coordinator_sends_one_message_again(failed, sign_in):
    browser = sign_in(failed.carla)
    one = Delivery.objects.get(user=failed.ana, state="failed")
    path = reverse("post_person", args=[failed.ana.public_id])
    assert browser.get(path).content.decode().count('name="message"') == 2
    answer = browser.post(reverse("post_again"), {"message": one.pk, "back": failed.ana.public_id})
    assert answer.headers["Location"] == path
    assert states(pk=one.pk) == [("queued", "")]
    outbox.send_due()
    browser.post(reverse("post_again"), {"message": one.pk})
    assert states(pk=one.pk) == [("sent", "")]
    assert len(mail.outbox) == 1
    (noted,) = Event.objects.filter(kind="message.again")
    assert (noted.actor_id, noted.subject_id, noted.facts) == (failed.carla.pk, failed.ana.pk, {"deliveries": [one.pk]})
    assert "a message sent once more" in timeline.of_person(failed.ana, reader=failed.ana)[0].words
    call_command("outbox", "retry", "--state", "withheld")
    call_command("outbox", "abort", "--person", "Ana")
    kinds = Event.objects.order_by("pk").values_list("kind", "actor_id", "subject_id")
    assert list(kinds)[-2:] == [("message.again", None, failed.ana.pk), ("message.stopped", None, failed.ana.pk)]


def test_a_coordinator_sends_all_that_failed_again_and_nothing_that_was_held_back(failed, sign_in):
    browser = sign_in(failed.carla)
    assert "Send all 2 messages again" in browser.get("/post/?state=failed&lang=en", follow=True).content.decode()
    browser.post(reverse("post_again"), {"state": "withheld"})
    assert Delivery.objects.filter(state="queued").count() == 0
    browser.post(reverse("post_again"), {"state": "failed", "q": "ana", "channel": "email"})
    assert [d.user for d in Delivery.objects.filter(state="queued")] == [failed.ana]
    browser.post(reverse("post_again"), {"state": "failed", "q": "", "channel": ""})
    assert Delivery.objects.filter(state="queued").count() == 2
    assert states(notice__once_key="held back") == [("withheld", "aborted")]


@pytest.mark.parametrize("who", ["elliot", "priya", "ana"])
def test_nobody_else_sends_again_and_no_link_does(failed, sign_in, who):
    one = Delivery.objects.get(user=failed.ana, state="failed")
    assert sign_in(getattr(failed, who)).post(reverse("post_again"), {"message": one.pk}).status_code == 403
    assert sign_in(failed.carla).get(reverse("post_again")).status_code == 405
    assert sign_in(failed.carla).post(reverse("post_again"), {"message": "1;"}).status_code == 404
    nobody = sign_in(failed.carla).post(reverse("post_again"), {"message": "0", "back": "nobody"})
    assert nobody.headers["Location"] == reverse("post_list")
    assert states(pk=one.pk) == [("failed", "refused")]
