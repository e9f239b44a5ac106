"""A lost second step, restored by two people: one coordinator asks after a call, another one agrees.

Neither may be the person themselves. The person is told at once by every way we have, when it is asked and when it is
done, and can stop it. Once agreed, their passkeys, app and recovery codes are gone and every session of theirs ends;
who acts for others makes a new second step when they sign in next.
"""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ledger.log import record

from .models import FactorRestore, User
from .policies import Denied, is_coordinator

ASKED, DONE, ENDED = "factors.restore_asked", "factors.restored", "factors.restore_ended"
# How a person is told, inside the same transaction: filled by the room that knows the ways when it starts.
_tellers: list[Callable] = []


def tell_by(tell: Callable) -> None:
    """`tell(kind, restore, at=)` lets the person know by every way there is."""
    _tellers.append(tell)


def waiting():
    """Those that a second coordinator has to look at, oldest first."""
    rows = FactorRestore.objects.filter(agreed_at=None, ended_at=None)
    return rows.select_related("user", "asked_by").order_by("asked_at")


@transaction.atomic(durable=True)
def ask(user, *, checked: str, by, at) -> FactorRestore:
    """A coordinator made sure on another way who it is, and asks a colleague to agree."""
    _may(user, by)
    if not Authenticator.objects.filter(user=user).exists():
        raise Denied(_("This person has no second step. They can sign in with a code."))
    try:
        with transaction.atomic():
            restore = FactorRestore.objects.create(user=user, checked=checked, asked_by=by, asked_at=at)
    except IntegrityError as twice:
        raise Denied(_("Somebody asked for this already. A colleague of theirs has to agree.")) from twice
    record("factors.restore_asked", restore.user, by=by, at=at, restore=restore.pk)
    _tell(ASKED, restore, at)
    return restore


@transaction.atomic(durable=True)
def agree(restore, *, by, at) -> None:
    """A second coordinator agrees: the old second step is gone, and every session ends."""
    restore = _open(restore)
    _may(restore.user, by)
    if restore.asked_by_id == by.pk:
        raise Denied(_("Somebody else has to agree, not the one who asked."))
    if not restore.asked_by or not is_coordinator(restore.asked_by):
        raise Denied(_("Who asked is no coordinator any more. Please ask anew."))
    restore.agreed_by, restore.agreed_at = by, at
    restore.save(update_fields=["agreed_by", "agreed_at"])
    Authenticator.objects.filter(user=restore.user).delete()
    _end_sessions(restore.user)
    record("factors.restored", restore.user, by=by, at=at, restore=restore.pk)
    _tell(DONE, restore, at)


@transaction.atomic(durable=True)
def end(restore, *, by, at) -> None:
    """It shall not be: said by a coordinator, or by the person themselves."""
    restore = _open(restore)
    if by.pk != restore.user_id and not is_coordinator(by):
        raise Denied(_("This is for coordinators."))
    restore.ended_by, restore.ended_at = by, at
    restore.save(update_fields=["ended_by", "ended_at"])
    record("factors.restore_ended", restore.user, by=by, at=at, restore=restore.pk)
    _tell(ENDED, restore, at)


def _may(user, by) -> None:
    if not is_coordinator(by):
        raise Denied(_("This is for coordinators."))
    if user.pk == by.pk:
        raise Denied(_("Two other people have to do this for you."))


def _open(restore) -> FactorRestore:
    fresh = FactorRestore.objects.select_for_update(of=("self",)).select_related("user", "asked_by").get(pk=restore.pk)
    if fresh.agreed_at or fresh.ended_at:
        raise Denied(_("This was settled already."))
    return fresh


def _end_sessions(user) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
    # Also those that were never listed: a session ends when what signs it changes. An old password goes with it.
    fresh = User.objects.select_for_update().get(pk=user.pk)
    fresh.set_unusable_password()
    fresh.save(update_fields=["password"])


def _tell(kind, restore, at) -> None:
    for tell in _tellers:
        tell(kind, restore, at=at)
