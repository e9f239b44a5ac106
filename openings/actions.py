"""What people and the clock do with openings. Each action is one durable sentence."""

import uuid
from datetime import datetime, time

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Zip
from ledger.log import history, record

from . import first, old_words, policies
from .lifecycle import OPENING
from .models import Opening, Requirement
from .publishing import Refused, problems_of, publish_row
from .queries import asks_of, version_of


class Changed(Exception):
    """Somebody else changed the opening since this page was loaded. Nothing was saved; `opening` is how it is now."""

    def __init__(self, opening: Opening):
        super().__init__(_("Somebody else changed this opening while you were writing. Nothing was saved yet."))
        self.opening = opening


@transaction.atomic(durable=True)
def draft(organization, *, facts, asks, by, at, public_id=None) -> Opening:
    """Write an opening that only its organization and coordinators see.

    `public_id` is the form's own number: the same form sent twice is one opening.
    """
    policies.offer.check(by, organization)
    public_id = public_id or uuid.uuid4()
    with connection.cursor() as cursor:  # the same form sent twice at once: the second waits, and finds the first's
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(public_id)])
    if twin := Opening.objects.filter(public_id=public_id, organization=organization).first():
        return twin
    opening = Opening(
        public_id=public_id,
        organization=organization,
        contact=by,
        is_example=organization.is_example,
        created_at=at,
    )
    _write(opening, facts)
    opening.save(force_insert=True)
    _ask(opening, asks)
    record("opening.drafted", opening, by=by, at=at, organization=organization)
    return opening


@transaction.atomic(durable=True)
def amend(opening, *, facts, asks, version, by, at) -> Opening:
    """Change what an opening says.

    Raises Changed when it is no longer the one `version` was taken of, and Refused when a published opening would lose
    what it was published with or gain words that shut people out.
    """
    fresh = OPENING.lock(opening)
    policies.edit.check(by, fresh)
    if version_of(fresh) != version:
        raise Changed(fresh)
    changed = _write(fresh, facts)
    published = fresh.state == Opening.State.PUBLISHED
    if published and (problems := problems_of(fresh, today=timezone.localdate(at))):
        raise Refused(problems)
    if changed:
        fresh.save(update_fields=changed)
    if _ask(fresh, asks):
        changed.append("requirements")
    if changed:
        kind = "opening.amended" if published else "opening.edited"
        record(kind, fresh, by=by, at=at, organization=fresh.organization, changed=changed)
    if published:
        old_words.settle(fresh, by=by, at=at)
    return fresh


@transaction.atomic(durable=True)
def publish(opening, *, by, at) -> Opening:
    """Show an opening to everybody, for the first time or again; matching hears of it.

    The first opening of an unverified organization stays a draft until a second person publishes it (first.py).
    """
    policies.edit.check(by, opening)
    if problems := problems_of(opening, today=timezone.localdate(at)):
        raise Refused(problems)
    if first.held(opening, by=by, at=at):
        return opening
    published = publish_row(opening, by=by, at=at)
    first.settle(published, by=by, at=at)
    return published


@transaction.atomic(durable=True)
def close(opening, *, reason, note="", by, at) -> Opening:
    """Take an opening back from the public list; the page stays and says so."""
    policies.edit.check(by, opening)
    return _close(opening, by=by, at=at, reason=reason, note=note)


@transaction.atomic(durable=True)
def close_past(opening, *, at) -> Opening:
    """The opening's last day is over."""
    return _close(opening, by=None, at=at, reason="window")


def close_filled(opening, *, at) -> Opening:
    """The opening's last place was filled. For this room's jobs, which hold a transaction of their own."""
    return _close(opening, by=None, at=at, reason="filled")


def _close(opening, *, by, at, **facts) -> Opening:
    """Close, and open the seal: from now on the ledger holds the seed, so that everybody can draw again."""
    fresh = OPENING.lock(opening)
    if fresh.lottery_seed:
        facts["lottery_seed"] = fresh.lottery_seed
    old_words.settle(fresh, by=by, at=at)
    return OPENING.advance(
        fresh, "closed", by=by, at=at, organization=fresh.organization, changes={"closed_at": at}, **facts
    )


def _write(opening: Opening, facts: dict) -> list[str]:
    """Set what differs and return the names of the columns set. A new ZIP code brings its place."""
    changed = [name for name, value in facts.items() if getattr(opening, name) != value]
    for name in changed:
        setattr(opening, name, facts[name])
    if "zip" in changed:
        place = Zip.objects.filter(code=opening.zip).first()
        opening.latitude, opening.longitude = (place.latitude, place.longitude) if place else (None, None)
        changed += ["latitude", "longitude"]
    if {"wage_min_cents", "wage_max_cents"} & set(changed) and opening.wage_origin:
        opening.wage_origin = ""  # it told how an older figure came about
        changed.append("wage_origin")
    return changed


def _ask(opening: Opening, asks: set) -> bool:
    """Make the requirements those of `asks`; whether anything changed."""
    now = asks_of(opening)
    for kind, group, key in sorted(now - asks):
        opening.requirements.filter(kind=kind, group=group, credential=key).delete()
    Requirement.objects.bulk_create(
        Requirement(opening=opening, kind=kind, group=group, credential_id=key)
        for kind, group, key in sorted(asks - now)
    )
    return now != asks


@transaction.atomic(durable=True)
def open_window(opening, *, at) -> None:
    """The first day of an opening's window has come: matching hears of it, once for each first day it is given."""
    fresh = OPENING.lock(opening)
    begins = timezone.make_aware(datetime.combine(fresh.opens_on, time()))
    heard = history(fresh).filter(kind="opening.opened", at__gte=begins)
    if fresh.state == Opening.State.PUBLISHED and not heard.exists():
        record("opening.opened", fresh, by=None, at=at, organization=fresh.organization)
