"""Providers of email: how a letter leaves by one, and what its reports do."""

import base64
import hashlib
import hmac
import json

import pytest
from anymail.signals import AnymailTrackingEvent
from django.urls import reverse
from django.utils import timezone

from notifications import actions, bounces, outbox
from notifications.models import Address, Delivery, Task

SECRET = "reporter:a long and random word"
SIGNED = {"MAILGUN_API_KEY": "key", "MAILGUN_WEBHOOK_SIGNING_KEY": "signing key", "WEBHOOK_SECRET": SECRET}


@pytest.fixture
def sent(cast, tell):
    """A letter to Ana that the provider took as <one@provider.example>."""
    cast.agree()
    tell(cast.ana)
    outbox.send_due()
    Delivery.objects.update(provider_id="<one@provider.example>")
    return cast


@pytest.fixture
def mailgun(settings):
    settings.EMAIL_PROVIDER, settings.EMAIL_WEBHOOK_VIEW = "mailgun", "mailgun.MailgunTrackingWebhookView"
    settings.ANYMAIL = SIGNED


def report(client, event, *, key="signing key", secret=SECRET, message="one@provider.example", **more):
    stamp, token = "1795539600", "t" * 50
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    data = {
        "signature": {"timestamp": stamp, "token": token, "signature": signature},
        "event-data": {
            "event": event, "timestamp": 1795539600.5, "id": "e", "recipient": "ana@throughline.example",
            "message": {"headers": {"message-id": message}}, **more,
        },
    }  # fmt: skip
    headers = {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()} if secret else {}
    return client.post(reverse("mail_webhook"), json.dumps(data), "application/json", headers=headers)


BOUNCE = {"severity": "permanent", "reason": "bounce", "delivery-status": {"code": 550, "message": "no such mailbox"}}


def test_a_report_that_is_quicker_than_our_own_note_is_asked_for_again(sent, mailgun, client):
    """The provider has the letter and says what became of it; we have not yet written down what it calls it."""
    Delivery.objects.update(state="sending", provider_id="", leased_until=timezone.now() + outbox.LEASE)
    assert report(client, "failed", **BOUNCE).status_code == 503
    Delivery.objects.update(state="sent", provider_id="<one@provider.example>", leased_until=None)
    assert report(client, "failed", **BOUNCE).status_code == 200
    assert Delivery.objects.get().state == "bounced"
    assert report(client, "failed", message="another@provider.example", **BOUNCE).status_code == 200


def test_a_letter_that_came_back_is_marked_and_somebody_is_asked(sent, mailgun, client):
    assert report(client, "failed", **BOUNCE).status_code == 200
    letter = Delivery.objects.get()
    assert (letter.state, letter.reason) == ("bounced", "refused")
    assert "no such mailbox" in letter.error
    assert Address.objects.get().state == "refused"
    assert Task.objects.get().about_id == sent.ana.pk


def test_a_letter_called_unwanted_stops_the_next(sent, tell, mailgun, client):
    report(client, "complained")
    assert Delivery.objects.values_list("state", "reason").get() == ("bounced", "complaint")
    tell(sent.ana, key="more")
    outbox.send_due()
    assert Delivery.objects.values_list("state", "reason").latest("pk") == ("withheld", "address")


def test_a_report_that_comes_twice_or_late_does_nothing_more(sent, mailgun, client):
    report(client, "failed", **BOUNCE)
    report(client, "failed", **BOUNCE)
    assert Task.objects.count() == 1
    outbox_again = actions.confirm_address("email", sent.ana.email, by=sent.carla, at=timezone.now())
    assert outbox_again == 1
    report(client, "failed", **BOUNCE)
    assert Address.objects.get().state == "ok"
    assert Delivery.objects.get().state == "queued"


def test_arrival_is_noted_and_what_only_takes_longer_is_not_a_bounce(sent, mailgun, client):
    report(client, "failed", **BOUNCE | {"severity": "temporary"})
    assert Delivery.objects.get().state == "sent"
    report(client, "delivered")
    assert Delivery.objects.get().delivered_at


@pytest.mark.parametrize("why", ["blocked", "timed_out", "spam"])
def test_what_a_provider_blocks_is_no_fault_of_the_address(sent, why):
    bounces.take(AnymailTrackingEvent(event_type="rejected", message_id="<one@provider.example>", reject_reason=why))
    assert Delivery.objects.get().state == "bounced"
    assert not Address.objects.exists()


def test_a_report_about_a_letter_that_is_not_ours_changes_nothing(sent, mailgun, client):
    assert report(client, "failed", message="other@provider.example", **BOUNCE).status_code == 200
    assert Delivery.objects.get().state == "sent"


@pytest.mark.parametrize("forged", [{"key": "guessed"}, {"secret": ""}, {"secret": "reporter:guessed"}])
def test_a_forged_report_is_refused(sent, mailgun, client, forged):
    assert report(client, "failed", **forged, **BOUNCE).status_code == 403
    assert Delivery.objects.get().state == "sent"
    assert not Task.objects.exists()


@pytest.mark.parametrize("missing", ["provider", "secret"])
def test_without_a_provider_or_a_secret_nobody_is_at_home(sent, mailgun, client, settings, missing):
    if missing == "provider":
        settings.EMAIL_PROVIDER = ""
    else:
        settings.ANYMAIL = SIGNED | {"WEBHOOK_SECRET": ""}
    assert report(client, "failed", **BOUNCE).status_code == 404
    assert client.get(reverse("mail_webhook")).status_code == 405


class Answer:
    """What the provider's API says, in place of the network."""

    def __init__(self, status, body):
        self.status_code, self.body, self.reason = status, body, "said so"
        self.text = json.dumps(body)
        self.content, self.encoding, self.headers, self.url = self.text.encode(), "utf-8", {}, "https://api.example"

    def json(self):
        return self.body

    def raise_for_status(self):
        return None


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (Answer(200, {"id": "<two@provider.example>", "message": "Queued."}), "sent", ""),
        (Answer(401, {"message": "Forbidden"}), "queued", "later"),
        (Answer(429, {"message": "Slow down"}), "queued", "later"),
        (Answer(503, {"message": "Away"}), "queued", "later"),
    ],
)
def test_what_the_providers_api_says_decides_like_smtp(
    cast, tell, mailgun, settings, monkeypatch, answer, state, reason
):
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    asked = {}
    monkeypatch.setattr("requests.Session.request", lambda self, **request: asked.update(request) or answer)
    tell(cast.ana)
    outbox.send_due()
    letter = Delivery.objects.get()
    assert (letter.state, letter.reason) == (state, reason)
    assert dict(asked["data"])["h:Message-Id"] == letter.message_id
    if state == "sent":
        assert letter.provider_id == "<two@provider.example>"


def test_every_provider_offered_can_send_and_report():
    from importlib import import_module

    from django.conf import settings as site
    from django.utils.module_loading import import_string

    from pipeline import settings as module

    for name, view in module._providers.items():
        import_string(f"anymail.backends.{name}.EmailBackend")
        assert hasattr(import_module(f"anymail.webhooks.{name}"), f"{view}TrackingWebhookView")
    assert site.EMAIL_PROVIDER == ""
