"""Building blocks about one certification; the caller holds the transaction."""

from datetime import date

from django.utils import timezone

from accounts.models import Organization, TraineeProfile
from ledger.log import event, record_new
from ledger.models import Event

from .models import Certification, Credential, Program
from .validity import expires_on as computed_expiry


def certify(trainee: TraineeProfile, credential: Credential, *, by, at, **facts) -> Certification:
    """Write down that a person holds a credential, and tell the ledger. `facts` are those of `certification_of`."""
    certification = certification_of(trainee, credential, by=by, at=at, **facts)
    record_new(certification, event_of(certification, by=by, at=at, organization=certification.provider))
    return certification


def certification_of(
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
    """The certification, not saved yet. `expires_on` is the printed date, if any.

    Self-declared certificates wait for somebody's word; the others count at once, or are expired from the start.
    """
    until = computed_expiry(credential, issued_on, expires_on)
    attested = level != Certification.Level.SELF
    over = until is not None and until < timezone.localtime(at).date()
    state = Certification.State.RECORDED
    if attested:
        state = Certification.State.EXPIRED if over else Certification.State.VERIFIED
    return Certification(
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


def event_of(certification: Certification, *, by, at, organization) -> Event:
    """What the ledger is told of a certification as it stands, not saved yet."""
    until = certification.expires_on
    return event(
        f"certification.{certification.state}",
        certification,
        by=by,
        at=at,
        organization=organization,
        trainee=certification.trainee_id,
        credential=certification.credential_id,
        level=certification.level,
        issued_on=certification.issued_on.isoformat(),
        expires_on=until.isoformat() if until else None,
    )
