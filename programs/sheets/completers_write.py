"""Writing one row of a completers sheet as it was planned, and the events of taking it back."""

from accounts import consents, entry
from accounts.models import Consent, TraineeProfile, User
from imports import effects
from ledger.log import record

from ..certifications import certify
from ..models import Certification, Enrollment
from .completers_plan import Plan, Record


def write(plan: Plan, context) -> list[dict]:
    """Do what was planned; return what was made or changed. Runs inside the import's transaction."""
    known = plan.record.known
    done: list[dict] = []
    if known.user is None:
        known.user = _new_user(plan.record, context)
        done.append(effects.made(known.user, "last_login"))
    _contact(known.user, plan.contact, done)
    if known.trainee is None:
        known.trainee = TraineeProfile.objects.create(user=known.user, created_at=context.at, **plan.profile)
        done.append(effects.made(known.trainee, "zip", "miles", "wage_wish_cents", "available_from"))
    elif effect := effects.update(known.trainee, plan.profile):
        done.append(effect)
        _profile_changed(known.trainee, effect["after"], context)
    if plan.enrollment is not None:
        enrollment = Enrollment.objects.create(
            trainee=known.trainee, provider=context.organization, created_at=context.at, **plan.enrollment
        )
        done.append(effects.made(enrollment))
    elif plan.enrollment_changes and (effect := effects.update(plan.enrolled, plan.enrollment_changes)):
        done.append(effect)
    for credential, expires in plan.credentials:
        certification = certify(
            known.trainee,
            credential,
            provider=context.organization,
            program=plan.program,
            issued_on=plan.issued,
            expires_on=expires,
            level=Certification.Level.PROVIDER,
            by=context.by,
            at=context.at,
        )
        done.append(effects.made(certification, "level", "issued_on", "expires_on"))
    for certification, expires in plan.expiries:
        done.append(_new_expiry(certification, expires, context))
    if plan.agrees:
        consent = consents.give(
            known.user,
            Consent.Purpose.MATCH,
            source=context.source,
            at=context.at,
            by=context.by,
            language=known.user.language,
        )
        done.append(effects.made(consent, "withdrawn_at"))
    return done


def _new_user(known: Record, context) -> User:
    email = known.fresh.get("email") or None
    if email and User.objects.filter(email=email).exists():
        email = None  # another person's; it stays in the provider's own record
    return entry.newcomer(
        email,
        full_name=next(iter(known.known.names)),
        phone=known.fresh.get("phone", ""),
        language=known.fresh.get("language") or "en",
        date_joined=context.at,
    )


def _contact(user: User, values: dict, done: list[dict]) -> None:
    email = values.get("email")
    if email and User.objects.filter(email=email).exclude(pk=user.pk).exists():
        values = {name: value for name, value in values.items() if name != "email"}
    if effect := effects.update(user, values):
        done.append(effect)
        entry.know_address(user)


def _new_expiry(certification: Certification, expires, context) -> dict:
    over = expires < context.today
    values = {"expires_on": expires, "expiry_is_printed": True}
    if certification.state in (Certification.State.VERIFIED, Certification.State.EXPIRED):
        values["state"] = Certification.State.EXPIRED if over else Certification.State.VERIFIED
    effect = effects.update(certification, values)
    _certification_event(certification, context)
    return effect


def _certification_event(certification: Certification, context) -> None:
    record(
        f"certification.{certification.state}",
        certification,
        by=context.by,
        at=context.at,
        organization=context.organization,
        trainee=certification.trainee_id,
        credential=certification.credential_id,
        level=certification.level,
        issued_on=certification.issued_on.isoformat(),
        expires_on=certification.expires_on.isoformat() if certification.expires_on else None,
    )


def _profile_changed(trainee: TraineeProfile, values: dict, context) -> None:
    record(
        "profile.changed",
        trainee,
        by=context.by,
        at=context.at,
        organization=context.organization,
        trainee=trainee.pk,
        fields=sorted(values),
    )


def record_going(label: str, thing, context) -> None:
    """A row made by the batch is about to go."""
    if label == "programs.certification":
        record(
            "certification.withdrawn",
            thing.trainee,
            by=context.by,
            at=context.at,
            organization=context.organization,
            trainee=thing.trainee_id,
            credential=thing.credential_id,
            issued_on=thing.issued_on.isoformat(),
        )
    elif label == "accounts.consent":
        record("consent.withdrawn", thing.user, by=context.by, at=context.at, purpose=thing.purpose, opening=None)


def record_restored(label: str, thing, before: dict, context) -> None:
    if label == "programs.certification":
        _certification_event(thing, context)
    elif label == "accounts.traineeprofile":
        _profile_changed(thing, before, context)


def stays(label: str, thing) -> bool:
    """Whether somebody acted on it: a certificate was revoked, a person has signed in."""
    if label == "programs.certification":
        return thing.state == Certification.State.REVOKED
    if label == "accounts.traineeprofile":
        return thing.user.last_login is not None
    return False
