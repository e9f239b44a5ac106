"""Invitations: to one address, for one organization, in one role; for a week, once, until they are taken back.

Whether the one who invited may still do so is asked again when the invitation is accepted.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import Invitation, Membership, User
from accounts.policies import Denied
from accounts.record import erase
from ledger.lifecycle import IllegalStep

from . import rights
from .memberships import hold, join, known_role, note

STANDS = timedelta(days=7)
MOST_OPEN = 50  # of one organization at a time: nobody writes to half the town in our name

_signer = Signer(salt="accounts.invitation", sep=".")


def token_of(invitation) -> str:
    """What the link in the letter carries."""
    return _signer.sign(invitation.public_id.hex)


def by_token(token: str) -> Invitation | None:
    """The invitation of a link that we signed."""
    try:
        number = _signer.unsign(token)
    except BadSignature:
        return None
    return Invitation.objects.select_related("organization", "invited_by").filter(public_id=number).first()


def open_of(organization, *, at):
    """What can still be accepted."""
    rows = Invitation.objects.filter(organization=organization, accepted_at=None, revoked_at=None, expires_at__gt=at)
    return rows.select_related("invited_by", "organization").order_by("-pk")


@transaction.atomic(durable=True)
def invite(organization, *, email, role, language="en", by, at) -> Invitation:
    """Ask somebody, by letter, to act for an organization. An earlier invitation of theirs no longer counts."""
    (body,) = hold(organization)
    by = rights.again(by)
    rights.manage.check(by, body)
    known_role(body, role)
    if body.merged_into_id:
        raise Denied(_("This organization was put together with another. Invite people there."))
    email = User.objects.normalize(email)
    if Membership.objects.current().filter(organization=body, user__email=email).exists():
        raise Denied(_("%(email)s acts for %(organization)s already.") % {"email": email, "organization": body})
    standing = Invitation.objects.filter(organization=body, accepted_at=None, revoked_at=None)
    standing.filter(email=email).update(revoked_at=at)
    if standing.filter(expires_at__gt=at).count() >= MOST_OPEN:
        raise Denied(_("Too many invitations wait for an answer. Take some back first."))
    made = Invitation.objects.create(
        organization=body,
        email=email,
        role=role,
        language=language,
        invited_by=by,
        created_at=at,
        expires_at=at + STANDS,
    )
    note("invitation.made", body, by=by, at=at, invitation=made.pk, role=role)
    return made


@transaction.atomic(durable=True)
def revoke(invitation, *, by, at) -> bool:
    """Take an invitation back; whether it still could have been accepted."""
    (body,) = hold(invitation.organization)
    by = rights.again(by)
    rights.manage.check(by, body)
    ended = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=at)
    if ended:
        note("invitation.revoked", body, by=by, at=at, invitation=invitation.pk)
    return bool(ended)


def closed(invitation, *, at) -> str:
    """Why the invitation can no longer be accepted; nothing while it can."""
    if invitation.accepted_at:
        return _("This invitation was accepted already. An invitation works once.")
    if invitation.revoked_at:
        return _("This invitation was taken back.")
    if invitation.expires_at <= at:
        return _("This invitation is more than a week old, so it no longer works.")
    inviter = invitation.invited_by_id and User.objects.filter(pk=invitation.invited_by_id).first()
    if not inviter or not rights.manage(inviter, invitation.organization):
        return _("The person who invited you may no longer do so.")
    return ""


def is_for(invitation, user) -> bool:
    """Whether the person has shown that the address is theirs."""
    return EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True).exists()


@transaction.atomic(durable=True)
def accept(invitation, *, by, at) -> Membership:
    """The invited person acts for the organization from now on."""
    (body,) = hold(invitation.organization)
    fresh = Invitation.objects.select_for_update(of=("self",)).select_related("organization").get(pk=invitation.pk)
    if reason := closed(fresh, at=at):
        raise IllegalStep(reason)
    if not is_for(fresh, by):
        raise Denied(_("This invitation is for %(email)s. Sign in with that address.") % {"email": fresh.email})
    if body.merged_into_id:
        raise IllegalStep(_("This invitation was taken back."))
    if erase.asked(consents.lock(by)):
        raise Denied(
            _("You asked to be erased. If you would rather stay, press “I want to stay” under “Erase me”, then accept.")
        )
    membership, _new = join(by, body, fresh.role, at=at)
    fresh.accepted_at, fresh.accepted_by = at, by
    fresh.save(update_fields=["accepted_at", "accepted_by"])
    note("invitation.accepted", body, by=rights.again(by), at=at, person=by.pk, role=membership.role)
    return membership
