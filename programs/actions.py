"""What people and the clock do with certifications. Each action is one durable sentence."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organization
from accounts.policies import Denied
from accounts.speech import day
from ledger.log import record
from notifications import outbox, topics

from . import confirmations, policies
from .certifications import certify
from .lifecycle import CERTIFICATION
from .models import Certification, TradeWish
from .validity import expires_on as computed_expiry

# How many certificates of one person may wait for a provider's word at once.
MOST_DECLARED = 20


@transaction.atomic(durable=True)
def declare(trainee, credential, *, issued_on, expires_on, to=None, school="", by, at) -> Certification:
    """A trainee says they hold a credential; it counts once a provider or issuer confirms it.

    `to` is whose word is asked: the provider that gave it, or the coalition that asks the `school` that did. Who
    declared it before and asked nobody asks now; and whoever was told no asks somebody else.
    """
    rows = trainee.certifications.filter(credential=credential, issued_on=issued_on, provider=None)
    before = rows.filter(confirmation=None).first() if to else None
    if before and before.state == Certification.State.RECORDED:
        confirmations.ask(before, to, school=school, by=by, at=at)
        return before
    if trainee.certifications.filter(state=Certification.State.RECORDED).count() >= MOST_DECLARED:
        raise Denied(
            _("Several of your certificates wait for a provider’s word already. Ask them to confirm those first.")
        )
    if before and before.state == Certification.State.REVOKED:
        before = _again(before, expires_on=expires_on, by=by, at=at)
        confirmations.ask(before, to, school=school, by=by, at=at)
        return before
    certification = certify(
        trainee,
        credential,
        provider=None,
        program=None,
        issued_on=issued_on,
        expires_on=expires_on,
        level=Certification.Level.SELF,
        by=by,
        at=at,
    )
    if to:
        confirmations.ask(certification, to, school=school, by=by, at=at)
    return certification


def _again(certification, *, expires_on, by, at) -> Certification:
    """What was declined waits for somebody's word again."""
    return CERTIFICATION.advance(
        certification,
        "recorded",
        by=by,
        at=at,
        changes={
            "expires_on": computed_expiry(certification.credential, certification.issued_on, expires_on),
            "expiry_is_printed": expires_on is not None,
            "revoked_at": None,
            "revoked_reason": "",
        },
        trainee=certification.trainee_id,
        credential=certification.credential_id,
    )


@transaction.atomic(durable=True)
def unask(certification, *, by, at) -> bool:
    """The person no longer asks for somebody's word; whether they had."""
    return confirmations.unask(certification, by=by, at=at)


@transaction.atomic(durable=True)
def verify(certification, *, provider, by, at) -> Certification:
    """Provider staff saw the document, or the issuer's register, and say that it is so.

    Saying it twice is saying it once. Who declared what their provider had confirmed already has it once: the declared
    one is taken back.
    """
    certification = CERTIFICATION.lock(certification)
    policies.verify.check(by, certification)
    if certification.state == Certification.State.VERIFIED and certification.provider_id == provider.pk:
        return certification  # pressed twice, or pressed again because the first answer never came
    if certification.expires_on and certification.expires_on < timezone.localdate(at):
        raise Denied(_("This certificate ended on %(date)s.") % {"date": day(certification.expires_on)})
    twin = Certification.objects.filter(
        trainee=certification.trainee_id,
        credential=certification.credential_id,
        issued_on=certification.issued_on,
        provider=provider,
    )
    if twin.exists():
        return _take_back(certification, _("The same certificate is already confirmed."), by=by, at=at)
    confirmations.settle(certification, by=by, at=at)
    called = provider.kind == Organization.Kind.COALITION
    level = Certification.Level.CALLED if called else Certification.Level.PROVIDER
    return CERTIFICATION.advance(
        certification,
        "verified",
        by=by,
        at=at,
        organization=provider,
        changes={"verified_at": at, "verified_by": by, "level": level, "provider": provider},
        trainee=certification.trainee_id,
        credential=certification.credential_id,
    )


@transaction.atomic(durable=True)
def revoke(certification, *, reason, by, at) -> Certification:
    """Take a certification back, with the reason its holder reads."""
    policies.revoke.check(by, certification)
    if not reason.strip():
        raise Denied(policies.WHY_REVOKE)
    declined, asked = certification.state == Certification.State.RECORDED, confirmations.asked_of(certification)
    fresh = _take_back(certification, reason, by=by, at=at, **({"declined": True} if declined else {}))
    outbox.post(
        fresh.trainee.user,
        "certificate_revoked",
        topic=topics.MATCHES,
        once_key=f"certification:{fresh.pk}:revoked:{at:%Y%m%d%H%M%S%f}",
        data={"credential": fresh.credential_id, "reason": reason, "by": str(fresh.provider or asked or by)}
        | {"declined": declined},
        path="/me/",
        at=at,
    )
    return fresh


def _take_back(certification, reason, *, by, at, **facts) -> Certification:
    confirmations.close(certification, by=by, at=at)
    return CERTIFICATION.advance(
        certification,
        "revoked",
        by=by,
        at=at,
        organization=certification.provider,
        changes={"revoked_at": at, "revoked_reason": reason},
        trainee=certification.trainee_id,
        credential=certification.credential_id,
        **facts,
    )


@transaction.atomic(durable=True)
def expire(certification, *, at) -> Certification:
    """The last valid day is over."""
    return CERTIFICATION.advance(
        certification,
        "expired",
        by=None,
        at=at,
        trainee=certification.trainee_id,
        credential=certification.credential_id,
    )


@transaction.atomic(durable=True)
def wish(trainee, occupations, *, by, at) -> None:
    """The trades a trainee wants to work in, instead of those named before; matching hears of a change."""
    wanted = {occupation.pk for occupation in occupations}
    had = set(trainee.wishes.values_list("occupation_id", flat=True))
    if wanted == had:
        return
    trainee.wishes.filter(occupation__in=had - wanted).delete()
    TradeWish.objects.bulk_create(
        (TradeWish(trainee=trainee, occupation_id=code) for code in sorted(wanted - had)), ignore_conflicts=True
    )
    record("profile.changed", trainee, by=by, at=at, trainee=trainee.pk, fields=["trades"])
