"""When messages leave: nights on the reader's own clock, a number a day, and the morning after."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from accounts.models import Consent, User
from notifications import channels, outbox, preferences
from notifications.channels import Channel, Going, Sent
from notifications.models import Delivery, Notice, Preference

LA = "America/Los_Angeles"


def moment(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-24T07:59:59-08:00", "2026-11-24T08:00:00-08:00"),
        ("2026-11-24T08:00:00-08:00", None),
        ("2026-11-24T20:59:59-08:00", None),
        ("2026-11-24T21:00:00-08:00", "2026-11-25T08:00:00-08:00"),
        ("2026-11-25T00:00:00-08:00", "2026-11-25T08:00:00-08:00"),
        # The night the clocks go back has an hour more, the one they go forward an hour less.
        ("2026-10-31T22:00:00-07:00", "2026-11-01T08:00:00-08:00"),
        ("2026-11-01T01:30:00-07:00", "2026-11-01T08:00:00-08:00"),
        ("2026-11-01T01:30:00-08:00", "2026-11-01T08:00:00-08:00"),
        ("2026-11-01T08:00:00-08:00", None),
        ("2027-03-13T22:00:00-08:00", "2027-03-14T08:00:00-07:00"),
        ("2027-03-14T01:59:00-08:00", "2027-03-14T08:00:00-07:00"),
        ("2027-03-14T07:59:00-07:00", "2027-03-14T08:00:00-07:00"),
        ("2027-03-14T20:59:00-07:00", None),
    ],
)
def test_the_night_is_the_readers_own_on_every_day_of_the_year(at, until):
    found = preferences.quiet_until(moment(at).astimezone(UTC), LA)
    assert found == (moment(until) if until else None)


def test_the_same_moment_is_day_for_one_and_night_for_another():
    at = moment("2026-11-24T20:30:00-08:00")
    assert preferences.quiet_until(at, LA) is None
    assert preferences.quiet_until(at, "America/New_York") == moment("2026-11-25T08:00:00-05:00")


@pytest.mark.parametrize(
    ("at", "quiet", "morning"),
    [
        ("2026-10-31T17:00:00-07:00", False, "2026-11-01T07:00:00-08:00"),
        ("2026-10-31T17:00:00-07:00", True, "2026-11-01T08:00:00-08:00"),
        ("2027-03-13T17:00:00-08:00", False, "2027-03-14T07:00:00-07:00"),
        ("2027-03-13T23:59:00-08:00", True, "2027-03-14T08:00:00-07:00"),
    ],
)
def test_what_is_too_much_comes_the_next_morning(at, quiet, morning):
    assert preferences.next_morning(moment(at), LA, quiet) == moment(morning)


class Loud(Channel):
    """A way that makes a sound; it keeps what it was handed."""

    name, keeps_quiet, handed = "sms", True, []

    def a_day(self):
        return 3

    def write(self, told, at):
        return [Going(one.notice, one.user, "+1", at) for one in told]

    def address_of(self, user):
        return "+1"

    def send(self, deliveries):
        self.handed.append([delivery.notice.once_key if delivery.notice else "letter" for delivery in deliveries])
        return Sent("id")


@pytest.fixture
def loud(monkeypatch):
    monkeypatch.setattr(channels, "_known", {"sms": Loud})
    Loud.handed = []
    return Loud.handed


def at_and_send(text):
    with time_machine.travel(moment(text), tick=False):
        outbox.send_due()


def test_nothing_that_makes_a_sound_comes_at_night_but_what_was_just_asked_for(cast, tell, loud):
    evening = moment("2026-11-24T21:30:00-08:00")
    with time_machine.travel(evening, tick=False):
        tell(cast.ana, key="a", at=evening)
        tell(cast.ana, key="b", at=evening)
        outbox.send_letter("+1", text="Help is on the way.", channel="sms", at=evening)
        outbox.send_due()
    assert loud == [["letter"]]
    waiting = Delivery.objects.filter(notice__isnull=False, channel="sms")
    assert set(waiting.values_list("state", "reason", "attempts")) == {("waiting", "quiet", 0)}
    assert set(waiting.values_list("due_at", flat=True)) == {moment("2026-11-25T08:00:00-08:00")}
    at_and_send("2026-11-25T07:59:00-08:00")
    assert len(loud) == 1
    at_and_send("2026-11-25T08:00:01-08:00")
    # One sound for the whole night.
    assert loud[1:] == [["a", "b"]]
    assert set(waiting.values_list("state", "reason")) == {("sent", "")}


def test_what_was_true_in_the_evening_and_is_not_in_the_morning_is_not_told(cast, tell, loud):
    evening = moment("2026-11-24T21:30:00-08:00")
    with time_machine.travel(evening, tick=False):
        tell(cast.ana, at=evening)
        outbox.send_due()
    User.objects.filter(pk=cast.ana.pk).update(is_active=False)
    at_and_send("2026-11-25T08:00:01-08:00")
    assert loud == []
    assert Delivery.objects.filter(channel="sms").values_list("state", "reason").get() == ("withheld", "closed")


def test_what_is_above_the_days_number_comes_in_one_letter_the_next_morning(cast, tell, settings):
    settings.EMAILS_A_DAY = 2
    for key in "abcde":
        tell(cast.ana, key=key)
    tell(cast.elliot, key="his")
    outbox.send_letter(cast.ana.email, subject="Code", text="123456", at=cast.now)
    outbox.send_due()
    assert sorted(m.subject for m in mail.outbox) == ["Code", "News a", "News b", "News his"]
    rest = Delivery.objects.filter(state="waiting")
    assert set(rest.values_list("reason", "due_at")) == {("cap", moment("2026-11-25T07:00:00-08:00"))}
    # Later the same day the number is still used up; the day after, it is not.
    with time_machine.travel(moment("2026-11-24T22:00:00-08:00"), tick=False):
        tell(cast.ana, key="f", at=cast.now)
        outbox.send_due()
    assert rest.count() == 4
    mail.outbox.clear()
    at_and_send("2026-11-25T07:00:01-08:00")
    assert len(mail.outbox) == 1
    assert all(f"News {key}" in mail.outbox[0].body for key in "cdef")
    assert len(set(Delivery.objects.filter(notice__once_key__in="cdef").values_list("sent_as", flat=True))) == 1
    # That letter counts as one.
    with time_machine.travel(moment("2026-11-25T09:00:00-08:00"), tick=False):
        for key in "gh":
            tell(cast.ana, key=key, at=cast.now)
        outbox.send_due()
    assert Delivery.objects.get(notice__once_key="g").state == "sent"
    assert Delivery.objects.get(notice__once_key="h").reason == "cap"


def test_the_days_number_counts_what_another_worker_is_just_sending(cast, tell, settings, monkeypatch):
    settings.EMAILS_A_DAY = 2
    monkeypatch.setattr(outbox.sending, "BATCH", 2)
    for key in "abc":
        tell(cast.ana, key=key)
    elsewhere = outbox.claim(cast.now + timedelta(seconds=5))
    assert len(elsewhere) == 2
    outbox.send_due()
    assert Delivery.objects.get(notice__once_key="c").reason == "cap"
    outbox.sending._send(elsewhere)
    assert len(mail.outbox) == 2


def test_a_daily_readers_letter_and_what_was_too_much_are_one(cast, tell, settings):
    settings.EMAILS_A_DAY = 1
    Preference.objects.create(user=cast.ana, topic="councils", frequency="daily")
    tell(cast.ana, key="daily", topic="councils")
    tell(cast.ana, key="a")
    tell(cast.ana, key="b")
    outbox.send_due()
    mail.outbox.clear()
    at_and_send("2026-11-25T07:00:01-08:00")
    assert [m.subject for m in mail.outbox] == ["2 mensajes de Throughline"]


def test_a_reminder_is_a_rung_of_its_own_and_told_once_too(cast, tell):
    assert len(tell(cast.ana, key="answer")) == 1
    assert len(tell(cast.ana, key="answer", rung=1)) == 1
    assert tell(cast.ana, key="answer") == tell(cast.ana, key="answer", rung=1) == []
    assert list(Notice.objects.order_by("rung").values_list("rung", flat=True)) == [0, 1]
    assert Delivery.objects.count() == 2


def test_what_rests_on_an_agreement_is_withheld_once_it_was_taken_back(cast, tell, monkeypatch):
    cast.agree()
    monkeypatch.setattr("notifications.words._needs", {"plain": Consent.Purpose.MATCH})
    cast.agree(cast.elliot)
    tell(cast.ana, cast.elliot)
    Consent.objects.filter(user=cast.ana).update(withdrawn_at=cast.now)
    outbox.send_due()
    assert [m.to for m in mail.outbox] == [[cast.elliot.email]]
    assert Delivery.objects.values_list("state", "reason").get(user=cast.ana) == ("withheld", "consent")


def test_a_match_is_withheld_for_the_agreement_that_was_taken_back(cast):
    from matching import nightly

    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now)
    Consent.objects.filter(user=cast.ana).update(withdrawn_at=cast.now)
    outbox.send_due()
    assert Delivery.objects.values_list("state", "reason").get(user=cast.ana) == ("withheld", "consent")
