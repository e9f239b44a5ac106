"""What tests of sign-in do through the pages: ask for codes, read them, use an app."""

import re
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.urls import reverse

from notifications.models import Delivery

ASK, TYPE = reverse("account_request_login_code"), reverse("account_confirm_login_code")
SECOND_STEP, USE_IT = reverse("second_step"), reverse("mfa_authenticate")


def letters(address=None):
    """What we wrote besides notices, oldest first."""
    rows = Delivery.objects.filter(letter__isnull=False).order_by("pk")
    return [row.letter for row in (rows.filter(address=address) if address else rows)]


def code(address=None) -> str:
    """The code in our newest letter or text."""
    return re.search(r"\b(?:[A-Z]{4}-[A-Z]{4}|\d{6})\b", letters(address)[-1]["text"])[0]


def come_in(client, who: str, **more):
    """By a code; what the last page answers."""
    client.post(ASK, {"email": who, **more})
    return client.post(TYPE, {"code": code()})


def app_of(user) -> str:
    """The person has set up an app and recovery codes; the app's key."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def digits(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def recovery_codes(user) -> list[str]:
    return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()


def is_in(client) -> bool:
    return client.get(reverse("inbox")).status_code == 200
