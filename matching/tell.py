"""Telling both sides, once: the trainee of the openings that fit, the employer or hall of how many people pass."""

from datetime import date

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.speech import spoken
from notifications import outbox
from notifications.channels import Told
from openings.models import Opening

from .models import Match

# A message speaks of so many matches; of the others it keeps which they are, to count them and to know if they hold.
SHOWN = 5


def mark_told(pks: list[int], *, at) -> None:
    """Take these matches as told (a first filling of the database tells nobody)."""
    if not pks:
        return
    Match.objects.filter(pk__in=pks, trainee_told_at=None).update(trainee_told_at=at)
    Match.objects.filter(pk__in=pks, state=Match.State.FITS, hirer_told_at=None).update(hirer_told_at=at)


def both_sides(pks: list[int], *, at) -> None:
    """Post notices about matches nobody was told of yet; inside the transaction that made the matches.

    Costs the same two statements for one match and for a thousand (matching/sql/tell.sql).
    """
    if not pks:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM matching_tell(%s, %s, %s, %s, %s)", [pks, *today(at), SHOWN, at])
        deliver(cursor.fetchall(), at=at)


def deliver(told: list[tuple], *, at) -> None:
    """Put what the database just posted on its ways."""
    outbox.deliver([Told(*row) for row in told], at=at)


def today(at) -> tuple[date, str]:
    """The region's day at this moment, and its time zone."""
    return timezone.localdate(at), settings.TIME_ZONE


def people_of(opening: Opening) -> list[User]:
    """Who hears about this opening: its contact, else everybody who acts for the organization today."""
    return list(
        User.objects.raw(
            "SELECT u.* FROM matching_hearing(%s, %s, %s) h JOIN accounts_user u ON u.id = h.user_id ORDER BY h.place",
            [[opening.pk], *today(timezone.now())],
        )
    )


def about(opening: Opening) -> dict:
    """What a message says of an opening; matching/sql/tell.sql says the same of those it tells of."""
    return {
        "id": opening.pk,
        "public_id": str(opening.public_id),
        "title": opening.title,
        "title_es": opening.title_es,
        "kind": opening.kind,
        "organization": opening.organization.name,
        "zip": opening.zip,
        "wage": [opening.wage_min_cents, opening.wage_max_cents],
        "closes_on": opening.closes_on.isoformat() if opening.closes_on else None,
    }


def spoken_title(opening: dict) -> str:
    """The title of an opening as `about` keeps it, in the reader's language."""
    return spoken(opening["title"], opening["title_es"])
