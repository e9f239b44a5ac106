"""The post office: a message is a row before it is a message, leaves once, and says why when it does not."""

import itertools
import smtplib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from matching import nightly
from matching.models import Match
from notifications import actions, outbox, preferences
from notifications.channels import email
from notifications.models import Delivery, Notice, Preference


@pytest.fixture
def told(cast):
    """Ana was told of one opening; nothing has left yet."""
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=timezone.now())
    return cast


def of_ana():
    return Delivery.objects.get(address="ana@throughline.example")


def test_a_message_leaves_once_with_its_own_fixed_id(told):
    outbox.send_due()
    outbox.send_due()
    assert len(mail.outbox) == 2
    assert of_ana().state == "sent"
    assert mail.outbox[0].extra_headers["Message-ID"] in set(Delivery.objects.values_list("message_id", flat=True))


def test_the_same_thing_is_never_told_twice(told):
    notice = Notice.objects.get(user=told.ana)
    again = outbox.post(
        told.ana, "matches", topic="matches", once_key=notice.once_key, data={}, path="", at=timezone.now()
    )
    assert again is None
    assert Delivery.objects.filter(user=told.ana).count() == 1


def test_two_workers_never_hold_the_same_letter(told):
    now = timezone.now()
    assert len(outbox.claim(now)) == 2
    assert outbox.claim(now) == []


def test_a_letter_whose_worker_died_is_sent_by_another_with_the_same_id(told):
    first = {d.pk: d.message_id for d in outbox.claim(timezone.now())}
    again = outbox.claim(timezone.now() + outbox.LEASE + timedelta(seconds=1))
    assert {d.pk: d.message_id for d in again} == first


class Refusing:
    """A mail server that is away, or refuses the recipient."""

    def __init__(self, error, at_open=False):
        self.error, self.at_open = error, at_open

    def open(self):
        if self.at_open:
            raise self.error

    def send_messages(self, mails):
        raise self.error

    def close(self):
        pass


def test_while_the_mail_server_is_away_nothing_is_lost(told, monkeypatch):
    monkeypatch.setattr(email, "get_connection", lambda: Refusing(ConnectionRefusedError("away"), at_open=True))
    outbox.send_due()
    waiting = of_ana()
    assert (waiting.state, waiting.attempts) == ("queued", 1)
    assert waiting.due_at > timezone.now()
    monkeypatch.undo()
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        outbox.send_due()
    assert of_ana().state == "sent"


def test_tries_grow_apart_and_end_after_two_days(told, monkeypatch):
    monkeypatch.setattr(email, "get_connection", lambda: Refusing(ConnectionRefusedError("away"), at_open=True))
    gaps = []
    start = timezone.now()
    moment = start
    while of_ana().state == "queued":
        moment = of_ana().due_at + timedelta(seconds=1)
        with time_machine.travel(moment, tick=False):
            outbox.send_due()
            gaps.append(of_ana().due_at - moment)
    assert gaps[-1] > 100 * gaps[0]
    assert all(later > earlier * 0.8 for earlier, later in itertools.pairwise(gaps))
    assert of_ana().state == "failed"
    assert moment - start > timedelta(hours=47)


def test_an_address_the_server_refuses_for_good_is_not_tried_again(told, monkeypatch):
    error = smtplib.SMTPRecipientsRefused({"ana@throughline.example": (550, b"no such mailbox")})
    monkeypatch.setattr(email, "get_connection", lambda: Refusing(error))
    outbox.send_due()
    assert (of_ana().state, of_ana().reason) == ("failed", "refused")
    assert "550" in of_ana().error


def test_a_match_that_ended_meanwhile_is_not_told(told):
    Match.objects.update(state="ended", ended_at=timezone.now())
    outbox.send_due()
    assert mail.outbox == []
    assert (of_ana().state, of_ana().reason) == ("withheld", "past")


def test_turning_mail_off_counts_for_what_is_already_waiting(told):
    Preference.objects.create(user=told.ana, topic="matches", frequency="off")
    outbox.send_due()
    assert (of_ana().state, of_ana().reason) == ("withheld", "preference")
    assert [m.to for m in mail.outbox] == [["elliot@throughline.example"]]


def test_a_daily_reader_gets_one_digest_at_seven_on_their_own_clock(cast):
    cast.agree()
    Preference.objects.create(user=cast.ana, topic="matches", frequency="daily")
    for title in ("Welder", "Fitter"):
        cast.opening(title=title, title_es="")
        cast.certify("osha10" if title == "Fitter" else "aws_cw")
        nightly.rematch(at=timezone.now())
    assert {d.state for d in Delivery.objects.filter(user=cast.ana)} == {"waiting"}
    outbox.send_due()
    assert not [m for m in mail.outbox if m.to == ["ana@throughline.example"]]
    with time_machine.travel(datetime(2026, 11, 25, 15, 0, 1, tzinfo=UTC)):  # 7:00:01 in California
        outbox.send_due()
    digests = [m for m in mail.outbox if m.to == ["ana@throughline.example"]]
    assert len(digests) == 1
    assert "Fitter" in digests[0].body
    assert {d.state for d in Delivery.objects.filter(user=cast.ana)} == {"sent"}


@pytest.mark.parametrize(
    ("at", "frequency", "expected"),
    [
        ("2026-11-24T17:00+00:00", "daily", "2026-11-25T15:00+00:00"),
        ("2026-11-24T17:00+00:00", "weekly", "2026-11-30T15:00+00:00"),
        ("2026-11-01T07:30+00:00", "daily", "2026-11-02T15:00+00:00"),  # the night the clocks go back
        ("2027-03-13T20:00+00:00", "daily", "2027-03-14T14:00+00:00"),  # the night they go forward
    ],
)
def test_the_digest_hour_is_the_persons_own_on_every_day_of_the_year(at, frequency, expected):
    due = preferences.next_digest(datetime.fromisoformat(at), "America/Los_Angeles", frequency)
    assert due == datetime.fromisoformat(expected)


def test_posting_outside_a_transaction_is_refused(told, monkeypatch):
    from types import SimpleNamespace

    monkeypatch.setattr(outbox.posting, "connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(RuntimeError, match="transaction"):
        outbox.post(told.ana, "matches", topic="matches", once_key="x", data={}, path="", at=timezone.now())


def test_a_sign_in_code_is_gone_from_the_database_once_it_left(told):
    outbox.send_letter("ana@throughline.example", subject="Code", text="Your code is 123456", at=timezone.now())
    outbox.send_due()
    assert any("123456" in m.body for m in mail.outbox)
    letter = Delivery.objects.get(notice=None)
    assert letter.state == "sent"
    assert "123456" not in str(letter.letter)


def test_a_sign_in_code_leaves_even_while_the_broker_is_away(told, monkeypatch, django_capture_on_commit_callbacks):
    def away(**_):
        raise ConnectionError("no broker")

    monkeypatch.setattr("notifications.tasks.send.delay", away)
    with django_capture_on_commit_callbacks(execute=True):
        outbox.send_letter("ana@throughline.example", subject="Code", text="123456", at=timezone.now())
    assert [m.body for m in mail.outbox] == ["123456"]


def test_a_letter_on_which_the_server_hangs_up_does_not_cost_the_others_theirs(told, monkeypatch):
    sent = []

    class Moody(Refusing):
        def __init__(self):
            self.dead = False

        def open(self):
            self.dead = False

        def send_messages(self, mails):
            if self.dead:
                raise smtplib.SMTPServerDisconnected("please run connect() first")
            if mails[0].to == ["ana@throughline.example"]:
                self.dead = True
                raise smtplib.SMTPResponseException(421, b"closing")
            sent.extend(mails)

    monkeypatch.setattr(email, "get_connection", Moody)
    outbox.send_due()
    assert [m.to for m in sent] == [["elliot@throughline.example"]]


def test_a_slow_server_does_not_make_two_of_one_letter(told):
    late = outbox.claim(timezone.now())
    again = outbox.claim(timezone.now() + outbox.LEASE + timedelta(seconds=1))
    assert outbox.sending._still_ours(again)
    assert not outbox.sending._still_ours(late)


def test_a_corrected_address_gets_what_still_waits(told):
    told.ana.email = "ana.new@throughline.example"
    told.ana.save(update_fields=["email"])
    outbox.send_due()
    assert ["ana.new@throughline.example"] in [m.to for m in mail.outbox]


def test_a_digest_is_one_letter_however_many_people_read_at_seven(cast, monkeypatch):
    monkeypatch.setattr(outbox.sending, "BATCH", 3)
    at = timezone.now()
    for number in range(4):
        person = cast.another_trainee(f"Pat {number}").user
        Preference.objects.create(user=person, topic="councils", frequency="daily")
        for piece in range(4):
            outbox.post(person, "matches", topic="councils", once_key=str(piece), data=ONE, path="/me/", at=at)
    monkeypatch.setattr("notifications.words._relevance", {})
    with time_machine.travel(datetime(2026, 11, 25, 15, 0, 1, tzinfo=UTC)):
        outbox.send_due()
    assert len(mail.outbox) == 4


def test_choosing_at_once_sends_what_waited_for_monday(cast):
    Preference.objects.create(user=cast.ana, topic="councils", frequency="weekly")
    outbox.post(cast.ana, "matches", topic="councils", once_key="x", data=ONE, path="/me/", at=timezone.now())
    choices = dict.fromkeys(("matches", "people", "referrals", "councils"), "now")
    actions.choose_frequencies(cast.ana, choices, at=timezone.now())
    assert of_ana().state == "queued"


ONE = {"matches": []}
