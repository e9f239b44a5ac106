"""What people do about themselves, and coordinators about the people they look after; each one durable sentence."""

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.log import record

from . import consents, policies
from .models import Consent, TraineeProfile, Zip


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


def county_of(zip_code: str) -> str:
    """The county of a ZIP code, or nothing."""
    return Zip.objects.filter(code=zip_code).values_list("county", flat=True).first() or ""
