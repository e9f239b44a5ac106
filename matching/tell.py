"""Telling both sides, once: the trainee of the openings that fit, the employer or hall of how many people pass."""

import logging
import time
from contextlib import nullcontext
from datetime import date

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.speech import spoken
from ledger import prepared
from notifications import outbox
from notifications.channels import Told
from openings.models import Opening

from . import queues
from .models import Match

log = logging.getLogger(__name__)

# A message speaks of so many matches; of the others it keeps which they are, to count them and to know if they hold.
SHOWN = 5
# So many matches are told in one transaction.
AT_ONCE = 100
STINT = 60  # seconds; after a drain's stint and with the lists that are read it is far from a worker's ten minutes
# What the database says after, or instead of, whom it told.
TOLD, FIRST, BUSY, AGAIN = "told", "first", "busy", "again"


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
        asked = [pks, *today(at), SHOWN, at, outbox.host()]
        cursor.execute("SELECT * FROM matching_tell(%s, %s, %s, %s, %s, %s)", asked)
        outbox.deliver([Told(*row) for row in cursor.fetchall()], at=at)


def waiting(*, yields: bool = False) -> bool:
    """Tell both sides of what was matched and waits for that (matching_untold); whether some of it may be left. With
    `yields` it is where something is to be matched, or a list to be read, that nobody is at.

    One worker tells at a time, and the others go back to matching: whoever tells looks again afterwards, and finds what
    they queued meanwhile. What goes wrong holds up nothing else: half as many are tried, and half of these, so that of
    all others everybody still reads few messages; at last it alone, and that again after longer and longer pauses, at
    most an hour. After a minute the rest is left to the next bell.
    """
    more, most, word, end = True, AT_ONCE, None, time.monotonic() + STINT
    while more and time.monotonic() < end:
        if most == 1:
            more, most = _first_alone(), AT_ONCE
            continue
        try:
            word, before, most = _some(most), word, AT_ONCE
            if yields and word == FIRST:
                return True
            more = word in (TOLD, FIRST) or word == AGAIN != before
        except Exception:
            log.warning("telling %s together went wrong, now half as many", most, exc_info=True)
            most //= 2
    return more


def _some(most: int, one: int | None = None) -> str | None:
    """Tell what waits, at most so much, or one row of it. TOLD: there may be more; FIRST: and something goes
    before it; BUSY: another is telling; AGAIN: others have it, look once more.

    One statement that is its own transaction, unless ways out besides letters are to see what was told.
    """
    at, others = timezone.now(), outbox.others()
    asked = [*today(at), SHOWN, at, outbox.host(), others, most, one]
    said = "SELECT * FROM matching_tell_waiting(%s, %s, %s::integer, %s, %s::text, %s, %s::integer, %s::bigint)"
    with transaction.atomic(durable=True) if others else nullcontext():
        with prepared.execute(said, asked) as cursor:
            *told, last = (Told(*row) for row in cursor.fetchall())
        outbox.deliver(told, at=at)
        if last.letter:
            outbox.ring()
    return last.topic


def _first_alone() -> bool:
    """Tell the first that waits, or put it off; whether there was one."""
    row = queues.first_free("matching_untold")
    if row is None:
        return False
    try:
        _some(1, row)
    except Exception:
        log.exception("telling row %s of matching_untold went wrong", row)
        queues.put_off("matching_untold", row)
    return True


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
