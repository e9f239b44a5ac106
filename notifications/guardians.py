"""A parent or guardian agrees for somebody under 18: asked by a link to their email or phone, once for each link.

Opening the link shows the words and changes nothing (mail programs open links to look at them); the button agrees. Then
the same address gets a second link, by which they can take it back. Only digests of the links are kept.

The first words (guardian-1) named no school. Whoever agreed to them is asked again in the same way; until the newer
words are agreed to, what was agreed counts, and its link takes it back.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
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
# Whoever changes the wording raises its number, here and in Guardian.NAMES_SCHOOLS: a test keeps the digest.
VERSION = "guardian-2"
AGREED = "guardian_agreed"
# No newer words are asked for, and nobody agreed before.
NOTHING_BESIDE = {
    "again_address": "", "again_digest": "", "again_at": None, "again_until": None, "earlier_digest": "",
}  # fmt: skip


def wording(user) -> str:
    """What the guardian agrees to, in the language that is active."""
    words = (
        _("I am the parent or guardian of %(name)s, who is under 18. I agree to this:"),
        _(
            "Openings: %(site)s compares their certificates, ZIP code and wishes with openings. Employers and unions "
            "whose opening fits see how each point fits, with the ZIP code and wishes, but no name and no contact."
        ),
        _("When they say yes to an opening, that employer or union sees their name, contact and certificates."),
        _(
            "Classes: when they ask a school for a place in a class, the people of that school see their name, phone, "
            "email and language, and which class they want. They see it until it is taken back, at most 90 days after "
            "their answer."
        ),
        _(
            "Certificates: when they name the school that gave them a certificate, the people of that school see their "
            "name, the certificate and its dates, and say if it is true. For this they see no phone and no email."
        ),
        _(
            "If a school does not use this site, the coordinators see the same, ask the school and tell the name "
            "there; for a place in a class, the phone and email, too."
        ),
        _(
            "Help: if they agree to it, the coordinators see their record, and the coordinators or the people who "
            "trained them do things here for them, as they say."
        ),
        _("They decide each time. I can take all of this back at any time."),
    )
    return "\n\n".join(words) % {"name": user.full_name, "site": settings.SITE_NAME}


def digest_of(wording: str) -> str:
    """By what a page and its answer know that they mean the same words."""
    return hashlib.sha256(wording.encode()).hexdigest()[:16]


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
    if consents.why_no_school(user) is None:
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
    again = not consents.waits_for_guardian(user)
    guardian, _made = Guardian.objects.update_or_create(
        user=user, defaults=(_newer_words if again else _first_words)(address, _digest(secret), at)
    )
    record("guardian.asked", user, by=by, at=at)
    with override(_reads(guardian, address)):
        text = _(
            "%(site)s: %(name)s is under 18 and asks you, as parent or guardian, to agree. "
            "Read it and decide here, within 7 days: %(url)s"
        )
        if again:
            text = _(
                "%(site)s: %(name)s is under 18 and asks you, as parent or guardian, to agree to new words. They say "
                "what schools see. What was agreed before counts until then. Decide here, within 7 days: %(url)s"
            )
        text %= {"site": settings.SITE_NAME, "name": user.get_short_name(), "url": link(secret)}
        subject = _("%(site)s: please agree for %(name)s") % {
            "site": settings.SITE_NAME,
            "name": user.get_short_name(),
        }
    _send(user, address, subject, text, at)
    return guardian


def _first_words(address: str, digest: str, at) -> dict:
    return {
        "address": address, "digest": digest, "asked_at": at, "expires_at": at + WORKS, "name": "",
        "wording": "", "version": "", "language": "", "agreed_at": None, "withdrawn_at": None,
    } | NOTHING_BESIDE  # fmt: skip


def _newer_words(address: str, digest: str, at) -> dict:
    return {"again_address": address, "again_digest": digest, "again_at": at, "again_until": at + WORKS}


def _reads(guardian: Guardian, address: str) -> str:
    """The language of a letter there: that in which they agreed before, else the person's own."""
    agreed = guardian.agreed_at and guardian.address == address
    return guardian.language if agreed and guardian.language else guardian.user.language


def link(secret: str) -> str:
    """The address of a link."""
    return f"{settings.SITE_URL}/guardian/{secret}/"


def _send(user, address: str, subject: str, text: str, at) -> None:
    sent = outbox.send_letter(address, subject=subject, text=text, user=user, channel=_way(address), at=at)
    Delivery.objects.filter(pk=sent.pk).update(letter={**sent.letter, "kind": AGREED})


def find(secret: str, *, at) -> Guardian | None:
    """Whose link it is, while it works: to agree within seven days, once; to take it back at any time, once.

    `asks` says which of both it is. Nobody is asked any more of who is no longer under 18.
    """
    digest = _digest(secret)
    ours = Q(digest=digest) | Q(again_digest=digest) | Q(earlier_digest=digest)
    found = Guardian.objects.select_related("user__trainee").filter(ours).first()
    if found is None or not found.user.is_active:
        return None
    again = found.again_digest == digest
    found.asks = again or not found.agreed_at
    ends = found.again_until if again else found.expires_at
    return None if found.asks and (ends <= at or not found.user.trainee.is_minor) else found


@transaction.atomic(durable=True)
def agree(secret: str, *, name: str, at) -> Guardian | None:
    """The guardian agrees; the link is used up, and another one to take it back goes to the same address."""
    guardian = _locked(secret, at)
    if guardian is None or not guardian.asks:
        return None
    user, back = guardian.user, secrets.token_urlsafe(24)
    before, spoken = guardian.address if guardian.agreed_at else "", _reads(guardian, guardian.address)
    if before:
        guardian.address, guardian.asked_at, guardian.expires_at = (
            guardian.again_address, guardian.again_at, guardian.again_until,
        )  # fmt: skip
    _leave_nothing_beside(guardian)
    guardian.name, guardian.wording, guardian.version = name, wording(user), VERSION
    guardian.language, guardian.agreed_at, guardian.withdrawn_at = get_language(), at, None
    guardian.digest = _digest(back)
    if before not in ("", guardian.address):
        guardian.earlier_digest = _tell_who_agreed_before(user, before, spoken, at)
    guardian.save()
    record("guardian.agreed", user, by=None, at=at, version=VERSION)
    text = _("%(site)s: thank you. You agreed for %(name)s. To take it back at any time: %(url)s") % {
        "site": settings.SITE_NAME,
        "name": user.get_short_name(),
        "url": link(back),
    }
    subject = _("%(site)s: you agreed for %(name)s") % {"site": settings.SITE_NAME, "name": user.get_short_name()}
    _send(user, guardian.address, subject, text, at)
    outbox.post(
        user, AGREED, topic=topics.REFERRALS, once_key=f"guardian:{guardian.pk}:{at:%Y%m%d%H%M%S%f}",
        data={"again": bool(before)}, path="/programs/" if before else "/me/agreed/", at=at,
    )  # fmt: skip
    return guardian


def _leave_nothing_beside(guardian: Guardian) -> None:
    for column, nothing in NOTHING_BESIDE.items():
        setattr(guardian, column, nothing)


def _tell_who_agreed_before(user, address: str, language: str, at) -> str:
    """Another address agreed to newer words. Whoever agreed first hears it and can still take all of it back.

    Returns the digest of the link they get.
    """
    back = secrets.token_urlsafe(24)
    values = {"site": settings.SITE_NAME, "name": user.get_short_name(), "url": link(back)}
    with override(language):
        subject = _("%(site)s: another parent or guardian agreed for %(name)s") % values
        text = _(
            "%(site)s: another parent or guardian agreed for %(name)s to new words, which say what schools see. "
            "To read them, or to take all of it back at any time: %(url)s"
        )
    _send(user, address, subject, text % values, at)
    return _digest(back)


@transaction.atomic(durable=True)
def withdraw(secret: str, *, at) -> Guardian | None:
    """The guardian takes it back: from now on nothing is matched or shared, whatever the person had agreed to."""
    guardian = _locked(secret, at)
    if guardian is None or guardian.asks:
        return None
    guardian.withdrawn_at, guardian.digest = at, ""
    _leave_nothing_beside(guardian)  # after such a no a question that waited asks no more
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
    if notice.data.get("again"):
        return Message(
            subject=_("Your parent or guardian agreed to the new words"),
            paragraphs=[
                _("Now you can ask a school for a place in a class, and name the school that gave you a certificate.")
            ],
            actions=[Action(_("Look for a class"), notice.path)],
        )
    return Message(
        subject=_("Your parent or guardian agreed"),
        paragraphs=[_("Now you can agree yourself to be matched with openings.")],
        actions=[Action(_("Read and agree"), notice.path)],
    )


register(AGREED, _words)
