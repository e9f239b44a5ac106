"""A link that lets one person in, once: how the first administrator comes in where no mail leaves yet."""

import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from ledger.log import record

from . import entry
from .models import EntryLink

HOURS = 24


@transaction.atomic(durable=True)
def make(user, *, at) -> str:
    """The link's address; earlier ones work no longer. Who runs the command vouches for the person's email."""
    user.entry_links.filter(used_at=None, expires_at__gt=at).update(expires_at=at)
    entry.know_address(user)
    EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)
    secret = secrets.token_urlsafe(32)
    link = EntryLink(user=user, digest=_digest(secret), made_at=at, expires_at=at + timedelta(hours=HOURS))
    link.save()
    record("entry_link.made", user, by=None, at=at)
    return settings.SITE_URL + reverse("entry_link", args=[secret])


def standing(secret: str, *, at) -> EntryLink | None:
    """The link, while it works."""
    return _works(secret, at).select_related("user").first()


@transaction.atomic(durable=True)
def take(secret: str, *, at) -> EntryLink | None:
    """Use the link up; None when somebody was first, or it ran out."""
    link = _works(secret, at).select_for_update(of=("self",)).select_related("user").first()
    if link:
        link.used_at = at
        link.save(update_fields=["used_at"])
        record("entry_link.used", link.user, by=link.user, at=at)
    return link


def _works(secret: str, at):
    return EntryLink.objects.filter(digest=_digest(secret), used_at=None, expires_at__gt=at, user__is_active=True)


def _digest(secret: str) -> str:
    return salted_hmac("accounts.entry_links", secret, algorithm="sha256").hexdigest()
