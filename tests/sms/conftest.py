"""A carrier on a port, and Ana with a verified number and her agreement."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from accounts import consents
from accounts.models import Consent
from notifications import outbox
from notifications.models import Delivery

from .fake_twilio import ACCOUNT, SERVICE, TOKEN, FakeTwilio

NUMBER = "+19095550127"


@pytest.fixture(scope="session")
def _one_carrier():
    fake = FakeTwilio()
    yield fake
    fake.close()


@pytest.fixture
def carrier(_one_carrier, settings, monkeypatch):
    """Texts leave through Twilio's API, spoken by a server of ours."""
    fake = _one_carrier
    fake.plan.clear(), fake.messages.clear(), fake.requests.clear()
    settings.SMS_GATEWAY = "twilio"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = ACCOUNT, TOKEN
    settings.TWILIO_MESSAGING_SERVICE_SID, settings.TWILIO_API_URL = SERVICE, fake.url
    return fake


def sign_up(user, number, at):
    """The person has proved the number and agreed, some time ago."""
    user.phone, user.phone_verified_at = number, at - timedelta(days=1)
    user.save()
    with transaction.atomic():
        consents.give(
            user, Consent.Purpose.SMS, source="web", at=at - timedelta(days=1), by=user, number=number, language="en"
        )
    return user


@pytest.fixture
def ana(cast):
    return sign_up(cast.ana, NUMBER, cast.now)


@pytest.fixture
def tell(cast):
    """Post Ana (or whoever) a notice of a kind that is always so."""

    def post(user=None, key="1", topic="matches", kind="certificate_revoked", **data):
        data = data or {"credential": "osha10", "by": "Inland Trades", "reason": "a mistake"}
        with transaction.atomic():
            outbox.post(user or cast.ana, kind, topic=topic, once_key=key, data=data, path="/me/", at=cast.now)
        return Delivery.objects.filter(channel="sms", notice__once_key=key).first()

    return post


@pytest.fixture
def texted(carrier, client, settings):
    """A text comes in, signed by the carrier: `texted("1")`; returns what is answered to the person."""
    counter = iter(range(1000))

    def write(body, number=NUMBER, sid=None, **more):
        url = reverse("carrier_text")
        form = carrier.incoming(number, body, sid or f"SMin{next(counter)}", **more)
        answer = client.post(url, form, headers=carrier.signed(settings.SITE_URL + url, form))
        assert answer.status_code == 200, answer.status_code
        text = answer.content.decode()
        assert text.startswith('<?xml version="1.0" encoding="UTF-8"?><Response>')
        return text.split("<Message>")[1].split("</Message>")[0] if "<Message>" in text else ""

    return write


@pytest.fixture
def receipt(carrier, client, settings):
    """The carrier tells what became of a text."""

    def tell(message, status, code="", token=TOKEN):
        url = message["callback"].removeprefix(settings.SITE_URL)
        form = carrier.receipt(message, status, code)
        return client.post(url, form, headers=carrier.signed(settings.SITE_URL + url, form, token))

    return tell
