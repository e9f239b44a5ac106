"""A parent or guardian agrees for somebody under 18: asked by a link to their email or phone, once for each link.

Opening the link shows the words and changes nothing (mail programs open links to look at them); the button agrees. Then
the same address gets a second link, by which they can take it back. Only digests of the links are kept.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import Guardian, User
from accounts.policies import Denied
from ledger.log import record

from . import outbox, topics
from .models import Address, Delivery, Way
from .sms import gateway, numbers
from .words import Action, Message, register

WORKS = timedelta(days=7)
A_DAY = 3  # links for one person
VERSION = "guardian-1"
AGREED = "guardian_agreed"


def wording(user) -> str:
    """What the guardian agrees to, in the language that is active."""
    return _(
        "I am the parent or guardian of %(name)s, who is under 18. I agree that %(site)s compares their certificates, "
        "ZIP code and wishes with openings, and that they may share their name, contact and certificates with an "
        "opening they say yes to, and their record with the coordinators. I can take this back at any time."
    ) % {"name": user.full_name, "site": settings.SITE_NAME}


def _digest(secret: str) -> str:
    return salted_hmac("notifications.guardians", secret, algorithm="sha256").hexdigest()


def _way(address: str) -> str:
    return Way.EMAIL if "@" in address else Way.SMS


@transaction.atomic(durable=True)
def ask(user, address: str, *, by, at) -> Guardian:
    """Send the link to the parent's or guardian's email or phone. Raises Denied with the sentence they read."""
    if by.pk != user.pk:
        raise Denied(_("Only you can ask your parent or guardian."))
    user = consents.lock(user)
    if not consents.waits_for_guardian(user):
        raise Denied(_("Nobody has to agree for you."))
    if address in (user.email, user.phone):
        raise Denied(_("This is your own address. Write the one of your parent or guardian."))
    way = _way(address)
    if way == Way.SMS and (not gateway.is_on() or not numbers.allowed(address)):
        raise Denied(_("We cannot send a text message there. Please write an email address."))
    if Address.objects.filter(channel=way, address=address).exclude(state=Address.State.OK).exists():
        raise Denied(_("This address takes no messages from us. Please write another one."))
    lately = Delivery.objects.filter(user=user, created_at__gt=at - timedelta(days=1), letter__kind=AGREED)
    if lately.count() >= A_DAY:
        raise Denied(_("We sent three links today. Please try again tomorrow."))
    secret = secrets.token_urlsafe(24)
    guardian, _made = Guardian.objects.update_or_create(
        user=user,
        defaults={
            "address": address, "digest": _digest(secret), "asked_at": at, "expires_at": at + WORKS, "name": "",
            "wording": "", "version": "", "language": "", "agreed_at": None, "withdrawn_at": None,
        },
    )  # fmt: skip
    record("guardian.asked", user, by=by, at=at)
    with override(user.language):
        text = _(
            "%(site)s: %(name)s is under 18 and asks you, as parent or guardian, to agree. "
            "Read it and decide here, within 7 days: %(url)s"
        ) % {"site": settings.SITE_NAME, "name": user.get_short_name(), "url": link(secret)}
        subject = _("%(site)s: please agree for %(name)s") % {
            "site": settings.SITE_NAME,
            "name": user.get_short_name(),
        }
    _send(user, address, subject, text, at)
    return guardian


def link(secret: str) -> str:
    """The address of a link."""
    return f"{settings.SITE_URL}/guardian/{secret}/"


def _send(user, address: str, subject: str, text: str, at) -> None:
    sent = outbox.send_letter(address, subject=subject, text=text, user=user, channel=_way(address), at=at)
    Delivery.objects.filter(pk=sent.pk).update(letter={**sent.letter, "kind": AGREED})


def find(secret: str, *, at) -> Guardian | None:
    """Whose link it is, while it works: to agree within seven days, once; to take it back at any time, once."""
    found = Guardian.objects.select_related("user").filter(digest=_digest(secret)).first()
    if found is None or (not found.agreed_at and found.expires_at <= at) or not found.user.is_active:
        return None
    return found


@transaction.atomic(durable=True)
def agree(secret: str, *, name: str, at) -> Guardian | None:
    """The guardian agrees; the link is used up, and another one to take it back goes to the same address."""
    guardian = _locked(secret, at)
    if guardian is None or guardian.agreed_at:
        return None
    user, back = guardian.user, secrets.token_urlsafe(24)
    guardian.name, guardian.wording, guardian.version = name, wording(user), VERSION
    guardian.language, guardian.agreed_at, guardian.withdrawn_at = get_language(), at, None
    guardian.digest = _digest(back)
    guardian.save()
    record("guardian.agreed", user, by=None, at=at)
    text = _("%(site)s: thank you. You agreed for %(name)s. To take it back at any time: %(url)s") % {
        "site": settings.SITE_NAME,
        "name": user.get_short_name(),
        "url": link(back),
    }
    subject = _("%(site)s: you agreed for %(name)s") % {"site": settings.SITE_NAME, "name": user.get_short_name()}
    _send(user, guardian.address, subject, text, at)
    outbox.post(
        user, AGREED, topic=topics.REFERRALS, once_key=f"guardian:{guardian.pk}:{at:%Y%m%d%H%M%S%f}", data={},
        path="/me/agreed/", at=at,
    )  # fmt: skip
    return guardian


@transaction.atomic(durable=True)
def withdraw(secret: str, *, at) -> Guardian | None:
    """The guardian takes it back: from now on nothing is matched or shared, whatever the person had agreed to."""
    guardian = _locked(secret, at)
    if guardian is None or not guardian.agreed_at:
        return None
    guardian.withdrawn_at, guardian.digest = at, ""
    guardian.save()
    record("guardian.withdrew", guardian.user, by=None, at=at)
    consents.withdraw_all(guardian.user, at=at, by=None, purposes=consents.NEEDS_GUARDIAN)
    return guardian


def _locked(secret: str, at) -> Guardian | None:
    found = find(secret, at=at)
    if found is None:
        return None
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=found.user_id)
    return find(secret, at=at)  # another tap may have used it up meanwhile


def _words(notice) -> Message:
    return Message(
        subject=_("Your parent or guardian agreed"),
        paragraphs=[_("Now you can agree yourself to be matched with openings.")],
        actions=[Action(_("Read and agree"), notice.path)],
    )


register(AGREED, _words)
