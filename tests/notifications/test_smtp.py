"""What each answer of a real mail server does to a letter: 2xx, 4xx, 5xx, silence, and a line that breaks."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from ledger.models import Event
from notifications import actions, addresses, outbox
from notifications.models import Address, Delivery, Task

from .smtp import Server

ANA = "ana@throughline.example"


@pytest.fixture
def server(settings):
    """Starts a mail server that answers as told, and has the site send through it."""
    started = []

    def start(**says):
        server = Server(**says)
        started.append(server)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 0.3
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        return server

    yield start
    for server in started:
        server.close()


@pytest.fixture
def told(cast, tell):
    """Ana has one letter in the post, about nothing that could change."""
    cast.agree()
    tell(cast.ana)
    return cast


def of_ana():
    return Delivery.objects.filter(address=ANA).latest("pk")


def test_a_letter_is_handed_over_with_its_own_id_and_in_both_forms(told, server):
    taken = server().letters
    outbox.send_due()
    assert of_ana().state == "sent"
    (letter,) = taken
    assert letter["Message-ID"] == of_ana().message_id == of_ana().sent_as
    assert letter["To"] == ANA
    assert letter["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in letter.get_payload()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ({"RCPT": "451 4.7.1 greylisted, come back"}, "later"),
        ({"RCPT": "452 4.2.2 mailbox full"}, "later"),
        ({"DATA": "451 4.3.0 not now"}, "later"),
        ({"END": "421 4.3.2 closing"}, "later"),
        ({"HELLO": "421 too busy"}, "away"),
        ({"HELLO": Server.MUTE}, "away"),
        ({"RCPT": Server.MUTE}, "away"),
        ({"END": Server.MUTE}, "away"),
        ({"MAIL": Server.DROP}, "away"),
        ({"END": Server.DROP}, "away"),
        # About us, not about Ana: mended by somebody meanwhile.
        ({"MAIL": "550 5.7.1 sender not allowed"}, "later"),
    ],
)
def test_whatever_may_pass_is_tried_again(told, server, says, why):
    server(**says)
    outbox.send_due()
    letter = of_ana()
    assert (letter.state, letter.reason, letter.attempts) == ("queued", why, 1)
    assert letter.error
    assert letter.due_at > timezone.now()
    assert not Address.objects.exists()
    assert not Task.objects.exists()
    server()
    with time_machine.travel(letter.due_at + timedelta(seconds=1)):
        outbox.send_due()
    assert (of_ana().state, of_ana().reason, of_ana().error) == ("sent", "", "")


def test_a_line_that_breaks_after_the_letter_was_taken_makes_a_second_with_the_same_id(told, server):
    first = server(END=Server.DROP)
    outbox.send_due()
    second = server()
    with time_machine.travel(of_ana().due_at + timedelta(seconds=1)):
        outbox.send_due()
        outbox.send_due()
    assert [letter["Message-ID"] for letter in first.letters + second.letters] == [of_ana().message_id] * 2


def test_a_mute_server_is_waited_for_once_and_not_for_each_letter(told, tell, server):
    for number in range(5):
        tell(told.ana, key=f"more {number}")
    mute = server(HELLO=Server.MUTE)
    outbox.send_due()
    assert mute.connections == 1
    assert set(Delivery.objects.values_list("state", "reason", "attempts")) == {("queued", "away", 1)}


def test_tries_of_a_server_that_says_later_go_on_for_more_than_a_day_with_growing_gaps(told, server):
    busy = server(RCPT="451 4.7.1 come back")
    start, gaps = timezone.now(), []
    while of_ana().state == "queued":
        moment = of_ana().due_at + timedelta(seconds=1)
        with time_machine.travel(moment, tick=False):
            outbox.send_due()
        gaps.append(of_ana().due_at - moment)
    assert (of_ana().state, of_ana().reason) == ("failed", "expired")
    assert "451" in of_ana().error
    assert timedelta(hours=47) < moment - start < timedelta(hours=51)
    assert gaps[0] < timedelta(minutes=1)
    assert gaps[-1] >= timedelta(hours=1)
    assert busy.connections == len(gaps) < 80


def test_what_waited_a_week_for_its_digest_is_tried_for_two_days_all_the_same(told, server):
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=7))
    server(RCPT="451 4.7.1 come back")
    outbox.send_due()
    assert of_ana().state == "queued"


@pytest.mark.parametrize(
    "says", [{"RCPT": "550 5.1.1 no such mailbox"}, {"RCPT": "550 unknown"}, {"END": "554 5.2.1 mailbox disabled"}]
)
def test_an_address_refused_for_good_gets_nothing_more_and_somebody_is_asked(told, tell, server, says):
    told.trainee.coordinator = told.carla
    told.trainee.save()
    refusing = server(**says)
    outbox.send_due()
    assert (of_ana().state, of_ana().reason) == ("failed", "refused")
    address = Address.objects.get()
    assert (address.channel, address.address, address.state) == ("email", ANA, "refused")
    assert address.reason == next(iter(says.values()))
    task = Task.objects.get()
    assert (task.kind, task.owner, task.about_id) == ("address", told.carla, told.ana.pk)
    assert Event.objects.get(kind="address.refused").subject_id == told.ana.pk
    tell(told.ana, key="more")
    before = refusing.connections
    outbox.send_due()
    assert refusing.connections == before
    assert (of_ana().state, of_ana().reason) == ("withheld", "address")
    assert Task.objects.count() == 1


def test_others_get_their_letters_while_one_address_is_refused(told, tell, server):
    refusing = server(RCPT="550 5.1.1 no such mailbox")
    outbox.send_due()
    del refusing.says["RCPT"]
    tell(told.elliot)
    outbox.send_due()
    assert Delivery.objects.get(user=told.elliot).state == "sent"


def test_a_refusal_about_us_leaves_the_address_alone_and_asks_once_a_day(told, tell, server):
    tell(told.elliot)
    server(RCPT="550 5.7.1 listed as spam")
    outbox.send_due()
    assert set(Delivery.objects.values_list("state", "reason")) == {("failed", "refused")}
    assert not Address.objects.exists()
    task = Task.objects.get()
    assert (task.kind, task.owner, task.organization) == ("mail_blocked", None, None)
    assert "listed as spam" in task.data["said"]


def test_a_confirmed_address_gets_what_did_not_reach_it(told, tell, server):
    server(RCPT="550 5.1.1 no such mailbox")
    outbox.send_due()
    tell(told.ana, key="more")
    outbox.send_due()
    working = server()
    assert actions.confirm_address("email", ANA, by=told.carla, at=timezone.now()) == 2
    outbox.send_due()
    assert len(working.letters) == 2
    assert Task.objects.get().done_by == told.carla
    assert addresses.closed("email", [ANA]) == {}
    assert Event.objects.filter(kind="address.confirmed", actor_id=told.carla.pk).count() == 1
    # Refused again is a new task.
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        server(RCPT="550 5.1.1 no such mailbox")
        tell(told.ana, key="even more")
        outbox.send_due()
    assert Task.objects.filter(done_at=None).count() == 1


def test_a_changed_address_gets_letters_and_settles_the_task(told, tell, server):
    server(RCPT="550 5.1.1 no such mailbox")
    outbox.send_due()
    told.ana.email = "ana.new@throughline.example"
    told.ana.save()
    working = server()
    tell(told.ana, key="more")
    outbox.send_due()
    assert [letter["To"] for letter in working.letters] == [told.ana.email]
    assert addresses.close_answered(at=timezone.now()) == 1
    assert Task.objects.get().done_by is None


def test_a_sign_in_code_is_tried_even_at_an_address_that_refused(told, server):
    addresses.mark_refused("email", ANA, "550", at=timezone.now())
    working = server()
    outbox.send_letter(ANA, subject="Code", text="123456", at=timezone.now())
    outbox.send_due()
    assert [letter["Subject"] for letter in working.letters] == ["Code"]


def test_what_a_refused_code_said_is_gone(told, server):
    server(RCPT="550 5.1.1 no such mailbox")
    outbox.send_letter("new@throughline.example", subject="Code", text="123456", at=timezone.now())
    outbox.send_due()
    letter = Delivery.objects.get(address="new@throughline.example")
    assert letter.state == "failed"
    assert "123456" not in str(letter.letter)
    # It is nobody's address, so nobody is asked about it.
    assert not Task.objects.filter(data__address="new@throughline.example").exists()
