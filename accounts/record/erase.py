"""Erasing a person: asked for on a page or at the command line, done after seven days or at once, and again after a
restore.

What is erased is in the rooms' `personal.py`. What stays for the counts has no name, no contact and no ZIP code; the
account's row stays as a number that the ledger points at, with nothing in it. Before the transaction commits, the
person's number (their UUID, which is nobody's name) is written to the file TOMBSTONES: a backup from before knows the
person still, and `manage.py erase_person --from-tombstones FILE` after a restore erases them again.
"""

import json
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.log import record

from .. import consents, region
from ..models import Erasure, User
from ..policies import Denied, memberships_of
from . import registry

GRACE = timedelta(days=7)


def asked(user) -> Erasure | None:
    """The person's wish to be erased, while it waits."""
    return Erasure.objects.filter(person=user.public_id, done_at=None).first()


@transaction.atomic(durable=True)
def ask(user, *, by, at) -> Erasure:
    """The person wants to be erased: from now on nothing is matched or shared; in seven days everything is gone."""
    if by.pk != user.pk:
        raise Denied(_("Only you can ask for this."))
    user = consents.lock(user)  # an invitation is accepted before this or refused after it
    _may_go(user)
    found, made = Erasure.objects.get_or_create(person=user.public_id, defaults={"asked_at": at, "due_at": at + GRACE})
    if made:
        record("person.erasure_asked", user, by=by, at=at)
        consents.withdraw_all(user, at=at, by=by)
    return found


@transaction.atomic(durable=True)
def change_mind(user, *, by, at) -> bool:
    """The person stays. What they had agreed to they agree to again, if they want."""
    if by.pk != user.pk:
        raise Denied(_("Only you can ask for this."))
    gone, _per_model = Erasure.objects.filter(person=user.public_id, done_at=None).delete()
    if gone:
        record("person.erasure_stopped", user, by=by, at=at)
    return bool(gone)


def _may_go(user) -> None:
    if memberships_of(user):
        raise Denied(_("You act for an organization. First leave it, or let its administrator end your membership."))


@transaction.atomic(durable=True)
def erase(user, *, at, by=None) -> dict[str, int]:
    """The person is gone; how many rows of each kind were erased or emptied. Doing it twice is doing it once."""
    user = consents.lock(user)
    if is_erased(user):
        return {}
    _may_go(user)
    subject = registry.subject(user)
    # Matching hears of it as of any agreement taken back, and takes the person off its lists.
    consents.withdraw_all(user, at=at, by=by)
    done = {}
    for entry in registry.every():
        rows = entry.rows(subject)
        if count := rows.count():
            entry.erase(rows, subject, at)
            done[entry.model] = count
    _sign_out(user)
    record("person.erased", user, by=by, at=at)
    Erasure.objects.update_or_create(
        person=user.public_id, defaults={"done_at": at}, create_defaults={"asked_at": at, "due_at": at, "done_at": at}
    )
    carve([(user.public_id, at)])
    return done


def _sign_out(user) -> None:
    """Sessions are sealed: each is opened to see whose it is."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator(chunk_size=500):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def carve(people: Iterable[tuple[UUID, datetime]]) -> None:
    """Add to the file of tombstones, on disk before the transaction ends."""
    path = Path(settings.TOMBSTONES)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        # A copy may have come without the end of its last line, or the disk was full: a number of its own line each.
        if file.tell() and os.pread(file.fileno(), 1, file.tell() - 1) != b"\n":
            file.write(b"\n")
        for person, at in people:
            file.write(json.dumps({"person": str(person), "at": at.isoformat()}).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_tombstones(path) -> dict[UUID, datetime]:
    """Who is in the file. Raises ValueError with the line that cannot be read."""
    found = {}
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            found[UUID(said["person"])] = datetime.fromisoformat(said["at"])
        except (ValueError, KeyError, TypeError) as wrong:
            raise ValueError(f"line {number}: {wrong}") from wrong
    return found


def erase_again(tombstones: dict[UUID, datetime], *, at) -> int:
    """After a restore: erase everybody of the file who is here with a name, or in any row, still. Returns how many."""
    done = 0
    for user in User.objects.filter(public_id__in=tombstones).order_by("pk"):
        if not is_erased(user):
            _end_memberships(user, at)
            erase(user, at=at)
            done += 1
    return done


def _end_memberships(user, at) -> None:
    """Whoever is erased acts for nobody: a backup may know a membership that was over, a sheet may have begun one."""
    today = region.day(at)
    for membership in user.memberships.filter(Q(ends_on=None) | Q(ends_on__gte=today), ended_at=None):
        membership.ended_at, membership.ends_on = at, max(membership.starts_on, today)
        membership.save(update_fields=["ended_at", "ends_on"])


def is_erased(user) -> bool:
    """Whether nothing says any more who this was."""
    return not (user.is_active or user.full_name or user.email or user.phone)


def erase_due(*, at) -> int:
    """Erase those whose seven days are over. Who was made to act for an organization meanwhile no longer does: they
    asked to go, and nothing that others do keeps them."""
    due = Erasure.objects.filter(done_at=None, due_at__lte=at).values_list("person", flat=True)
    people = list(User.objects.filter(public_id__in=list(due)).order_by("pk"))
    for user in people:
        _end_memberships(user, at)
        erase(user, at=at)
    return len(people)


def leaves() -> list[str]:
    """What stays after an erasure and why, in sentences."""
    return [str(entry.stays) for entry in registry.every() if entry.stays]
