"""What people do about themselves, and coordinators about the people they look after; each one durable sentence."""

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.log import record

from . import consents, entry, policies, region
from .models import Consent, Membership, Organization, TraineeProfile, User, Zip
from .record import erase


@transaction.atomic(durable=True)
def change_profile(user, values: dict, *, by, at) -> TraineeProfile:
    """Save what matching needs to know; the first time makes the profile. Matching hears of a change."""
    profile, made = TraineeProfile.objects.select_for_update(of=("self",)).get_or_create(
        user=user, defaults={"created_at": at}
    )
    values = {**values, "county": county_of(values.get("zip", profile.zip))}
    changed = [name for name, value in values.items() if getattr(profile, name) != value]
    if changed:
        for name in changed:
            setattr(profile, name, values[name])
        profile.save(update_fields=changed)
    user.trainee = profile
    if "is_minor" in changed and consents.waits_for_guardian(user):
        consents.withdraw_all(user, at=at, by=by, purposes=consents.NEEDS_GUARDIAN)
    if made or changed:
        record("profile.changed", profile, by=by, at=at, trainee=profile.pk, fields=sorted(changed))
    return profile


@transaction.atomic(durable=True)
def agree_to_matching(user, *, by, at) -> Consent:
    """The person wants to be matched."""
    return consents.give(user, Consent.Purpose.MATCH, source="web", at=at, by=by)


@transaction.atomic(durable=True)
def stop_matching(user, *, by, at) -> int:
    """The person no longer wants to be matched; it counts from the next request on."""
    return consents.withdraw(user, Consent.Purpose.MATCH, at=at, by=by)


@transaction.atomic(durable=True)
def share_record(user, *, by, at) -> Consent:
    """The person lets the coordinators see their record."""
    named = consents.coalition_meant()
    return consents.give(user, Consent.Purpose.RECORD, source="web", at=at, by=by, organization=named)


@transaction.atomic(durable=True)
def hide_record(user, *, by, at) -> int:
    """The coordinators no longer see the person's record."""
    return consents.withdraw(user, Consent.Purpose.RECORD, at=at, by=by)


@transaction.atomic(durable=True)
def take_back(user, consent, *, by, at) -> int:
    """The person takes one agreement back, whatever it is for; it counts from the next request on."""
    if consent.purpose == Consent.Purpose.ASSIST:
        return consents.withdraw_assisting(user, consent.organization, at=at, by=by)
    return consents.withdraw_for(user, consent.purpose, consent.opening_id, at=at, by=by)


@transaction.atomic(durable=True)
def take_over(trainee, *, by, at) -> TraineeProfile:
    """A coordinator takes a person's next step on."""
    if not policies.is_coordinator(by):
        raise policies.Denied(_("Only coordinators look after people here."))
    fresh = TraineeProfile.objects.select_for_update(of=("self",), no_key=True).get(pk=trainee.pk)
    if fresh.coordinator_id != by.pk:
        fresh.coordinator = by
        fresh.save(update_fields=["coordinator"])
        record("person.taken", fresh, by=by, at=at, trainee=fresh.pk)
    return fresh


@transaction.atomic(durable=True)
def add_member(*, email, name, organization, kind, role, zip_code, at) -> tuple[Membership, bool]:
    """Put a person into an organization from today on, making either when missing; says whether it was new."""
    user = User.objects.filter(email=User.objects.normalize(email)).first()
    if user is None:
        user = entry.newcomer(email, full_name=name)
    elif erase.asked(consents.lock(user)):
        raise policies.Denied(
            _("This person asked to be erased. To stay, they sign in and press “I want to stay” under “Erase me”.")
        )
    place = {"zip": zip_code, "county": county_of(zip_code), "verified_at": at}
    body, _new = Organization.objects.get_or_create(name=organization, kind=kind, defaults=place)
    if role is None:  # whoever comes first is the one who can invite the others
        first = not Membership.objects.current().filter(organization=body, role=Membership.Role.ADMIN).exists()
        role = Membership.Role.ADMIN if first else Membership.Role.STAFF
    membership, made = Membership.objects.get_or_create(
        user=user, organization=body, ends_on=None, defaults={"role": role, "starts_on": region.day(at)}
    )
    if made:
        record("membership.started", body, by=None, at=at, organization=body, person=user.pk, role=role)
    return membership, made


def county_of(zip_code: str) -> str:
    """The county of a ZIP code, or nothing."""
    return Zip.objects.filter(code=zip_code).values_list("county", flat=True).first() or ""
