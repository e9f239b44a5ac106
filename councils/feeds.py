"""Calendars that read by themselves: a secret address per person, made and taken back by them."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ledger.log import record
from notifications.calendar import Entry

from . import calendar, policies
from .models import Feed, Meeting

BACK = timedelta(days=60)  # calendars keep what was; those that subscribe anew get two months of it


def fingerprint(token: str) -> str:
    """What we keep of a secret address."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic(durable=True)
def make(council, *, by, at) -> tuple[Feed, str]:
    """A new address for the meetings of one council, or of all of theirs; returned with its secret, shown once."""
    token = secrets.token_urlsafe(24)
    feed = Feed.objects.create(user=by, council=council, fingerprint=fingerprint(token), made_at=at)
    record("feed.made", feed, by=by, at=at)
    return feed, token


@transaction.atomic(durable=True)
def revoke(feed, *, by, at) -> None:
    """From now on the address answers as if it had never been."""
    if Feed.objects.filter(pk=feed.pk, user=by, revoked_at=None).update(revoked_at=at):
        record("feed.revoked", feed, by=by, at=at)


def by_token(token: str, *, at) -> Feed | None:
    """The feed of this address, unless it was taken back or its owner's account is closed; notes when it was read."""
    rows = Feed.objects.filter(fingerprint=fingerprint(token), revoked_at=None, user__is_active=True)
    feed = rows.select_related("user", "council").first()
    if feed and feed.read_on != timezone.localdate(at):
        Feed.objects.filter(pk=feed.pk).update(read_on=timezone.localdate(at))
    return feed


def entries(feed: Feed, *, at) -> list[Entry]:
    """The meetings of the councils in which the owner takes part today, planned ones and called off ones too."""
    councils = set(policies.councils_of(feed.user))
    if feed.council_id:
        councils &= {feed.council_id}
    rows = Meeting.objects.filter(council__in=councils, starts_at__gte=at - BACK).select_related("council")
    return [calendar.entry(meeting, meeting.changed_at, inside=True) for meeting in rows]


def public_entries(council, *, at) -> list[Entry]:
    """The called meetings of a council that publishes them; without the link to join."""
    rows = Meeting.objects.filter(council=council, starts_at__gte=at - BACK, called_at__isnull=False)
    return [calendar.entry(m, m.changed_at, inside=False) for m in rows.select_related("council")]
