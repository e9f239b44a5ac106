"""Building blocks about one certification; the caller holds the transaction."""

from datetime import date

from django.utils import timezone

from accounts.models import Organization, TraineeProfile
from ledger.log import record

from .models import Certification, Credential, Program
from .validity import expires_on as computed_expiry


def certify(
    trainee: TraineeProfile,
    credential: Credential,
    *,
    provider: Organization | None,
    program: Program | None,
    issued_on: date,
    expires_on: date | None,
    level: str,
    by,
    at,
) -> Certification:
    """Write down that a person holds a credential, and tell the ledger. `expires_on` is the printed date, if any.

    Self-declared certificates wait for somebody's word; the others count at once, or are expired from the start.
    """
    until = computed_expiry(credential, issued_on, expires_on)
    attested = level != Certification.Level.SELF
    over = until is not None and until < timezone.localtime(at).date()
    state = Certification.State.RECORDED
    if attested:
        state = Certification.State.EXPIRED if over else Certification.State.VERIFIED
    certification = Certification.objects.create(
        trainee=trainee,
        credential=credential,
        provider=provider,
        program=program,
        level=level,
        state=state,
        issued_on=issued_on,
        expires_on=until,
        expiry_is_printed=expires_on is not None,
        verified_at=at if attested else None,
        verified_by=by if attested else None,
    )
    record(
        f"certification.{state}",
        certification,
        by=by,
        at=at,
        organization=provider,
        trainee=trainee.pk,
        credential=credential.pk,
        level=level,
        issued_on=issued_on.isoformat(),
        expires_on=until.isoformat() if until else None,
    )
    return certification
