"""The phone of the demo: texts arrive on it, answers go the same way as from a real one, and nobody else has it."""

import pytest
from django.urls import reverse

from accounts.models import Consent
from notifications.models import Address
from notifications.sms import gateway, phones
from notifications.sms.console import Console
from notifications.sms.gateway import Busy, Out
from notifications.sms.models import ConsoleText, Text
from pipeline import doors

from .conftest import NUMBER


@pytest.fixture
def console(settings):
    settings.DEMO, settings.SMS_GATEWAY = True, "console"


@pytest.fixture
def demo_urls(settings):
    """The addresses of a site whose DEMO is on, whatever this one's is."""
    settings.ROOT_URLCONF = "tests.sms.demo_urls"


def test_the_whole_conversation_on_the_phone(cast, console, demo_urls, client, settle):
    url = reverse("demo_phone")
    assert "No text messages yet" in client.get(url).content.decode()
    phones.ask_code(cast.ana, NUMBER, by=cast.ana, at=cast.now)
    settle()
    shown = client.get(url, {"number": NUMBER}).content.decode()
    code = ConsoleText.objects.get().body.split()[1]
    assert code in shown
    assert "(909) 555-0127" in shown
    assert Text.objects.get().status == "delivered"
    assert phones.verify(cast.ana, code, by=cast.ana, at=cast.now) == "right"
    settle()
    assert client.post(url, {"number": NUMBER, "body": "STOP"}).status_code == 302
    assert Address.objects.get(address=NUMBER).state == "stopped"
    assert not Consent.objects.standing().filter(purpose="sms").exists()
    bubbles = list(ConsoleText.objects.values_list("from_phone", flat=True))
    assert bubbles == [False, False, True, False]
    assert "Ana Morales" in client.get(url).content.decode()


def test_the_phone_is_called_by_the_name_of_who_proved_the_number(cast, console, demo_urls, client):
    former = cast.another_trainee("Former Holder").user
    former.phone = cast.ana.phone = NUMBER
    former.save()
    cast.ana.phone_verified_at = cast.now
    cast.ana.save()
    ConsoleText.objects.create(number=NUMBER, body="hello", sid="1")
    for asked in ({}, {"number": NUMBER}):
        page = client.get(reverse("demo_phone"), asked).content.decode()
        assert "Ana Morales" in page
        assert "Former Holder" not in page


def test_the_screen_is_read_out_only_when_something_is_new(cast, console, demo_urls, client):
    text = ConsoleText.objects.create(number=NUMBER, body="hello", sid="1")
    url, htmx = reverse("demo_phone"), {"HX-Request": "true"}
    assert client.get(url, {"number": NUMBER, "seen": text.pk}, headers=htmx).status_code == 204
    answer = client.get(url, {"number": NUMBER, "seen": ""}, headers=htmx).content.decode()
    assert "hello" in answer
    assert "<html" not in answer


@pytest.mark.parametrize("body", ["", "  ", "\x00", "<script>alert(1)</script>", "x" * 5000])
def test_the_phone_takes_what_people_type(cast, console, demo_urls, client, body):
    url = reverse("demo_phone")
    assert client.post(url, {"number": NUMBER, "body": body}).status_code == 302
    assert "<script>alert" not in client.get(url, {"number": NUMBER}).content.decode()
    assert client.post(url, {"number": "nonsense", "body": "1"}).status_code == 200


@pytest.mark.parametrize(("demo", "chosen"), [(False, "console"), (True, "twilio"), (True, "off"), (False, "twilio")])
def test_anywhere_else_the_phone_is_not_there(db, settings, demo_urls, client, demo, chosen):
    settings.DEMO, settings.SMS_GATEWAY = demo, chosen
    assert client.get(reverse("demo_phone")).status_code == 404
    assert client.post(reverse("demo_phone"), {"number": NUMBER, "body": "STOP"}).status_code == 404
    assert not Address.objects.exists()
    if not demo:
        assert isinstance(Console().send(Out(NUMBER, "x", "x")), Busy)
    assert not ConsoleText.objects.exists()


def test_the_phone_has_its_row_in_the_table():
    assert doors.line_of("demo_phone", doors.table()).roles == ["everybody"]


def test_handed_over_twice_it_is_there_once(cast, console):
    out = Out(NUMBER, "hello", "https://hire.example.org/texts/x/")
    assert Console().send(out) == Console().send(out)
    assert ConsoleText.objects.count() == 1


def test_off_is_off(settings):
    settings.SMS_GATEWAY = "off"
    assert gateway.current() is None
    assert not gateway.is_on()
