"""The browser a person signs in with: one we know, so that nobody else's tries lock them out; or one that is shared.

A known browser carries a signed cookie that names it and who signed in with it. It opens no door: its tries are merely
counted apart from those of everybody else. A visitor who only reads gets no cookie.
"""

import secrets
import time

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

COOKIE, SALT = "device", "accounts.devices"
AGE = 60 * 60 * 24 * 400  # as long as browsers keep a cookie
PEOPLE = 8  # of one household or office; whoever signed in longest ago is forgotten
IDLE = 30 * 60  # seconds without a click, after which a shared computer signs out
WISH, SHARED = "shared_wish", "shared_seen"


# --- Known browsers ---------------------------------------------------------------------------------------------------
def _read(request) -> dict:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
        return {"id": str(found["id"]), "people": [str(person) for person in found["people"]]}
    except (signing.BadSignature, KeyError, TypeError):
        return {"id": secrets.token_urlsafe(16), "people": []}


def known_to(request, user) -> str:
    """The name of the browser when this person signed in with it before; else nothing."""
    if request is None or user is None:
        return ""
    device = _read(request)
    return device["id"] if user.public_id.hex in device["people"] else ""


def key(request, name: str, user) -> str:
    """Under which name tries are counted: the person's own on a browser we know, else the one all strangers share."""
    device = known_to(request, user)
    return f"{name.lower()}:{device}" if device else name.lower()


def remember(request, response, user) -> None:
    """The person signed in here: next time we know the browser."""
    device = _read(request)
    people = [person for person in device["people"] if person != user.public_id.hex]
    value = signing.dumps({"id": device["id"], "people": [user.public_id.hex, *people][:PEOPLE]}, salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=AGE, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


# --- Shared computers -------------------------------------------------------------------------------------------------
class SharedField(forms.BooleanField):
    """The tick for a computer that others use, too."""

    def __init__(self, **kwargs):
        super().__init__(
            label=gettext_lazy("This is a shared computer"),
            help_text=gettext_lazy("For example in a library. You are signed out when you close it or leave it alone."),
            required=False,
            **kwargs,
        )


def wish(request, shared: bool) -> None:
    """What was ticked on the way in is remembered until the person is in."""
    if shared:
        request.session[WISH] = True
    else:
        request.session.pop(WISH, None)


def settle_in(request, response, user) -> None:
    """The person is in: on a shared computer for as long as the browser is open, elsewhere as someone we know."""
    if request.session.pop(WISH, False) or request.POST.get("shared"):
        request.session[SHARED] = int(time.time())
    else:
        request.session.pop(SHARED, None)
        remember(request, response, user)
    keep_term(request)


def keep_term(request) -> None:
    """How long the session lasts: on a shared computer as long as the browser is open."""
    request.session.set_expiry(0 if SHARED in request.session else None)


def idle(get_response):
    """Signs out a shared computer that nobody used for half an hour."""

    def middleware(request):
        if request.user.is_authenticated and (seen := request.session.get(SHARED)):
            now = int(time.time())
            if now - seen > IDLE:
                logout(request)
                messages.warning(
                    request, _("You were signed out, because nobody used this shared computer for half an hour.")
                )
            elif now - seen > 60:  # not on every click
                request.session[SHARED] = now
        return get_response(request)

    return middleware
