"""Making an organization known, changing what it says of itself, and a coordinator's look whether it is so."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import actions
from accounts.models import Membership, Organization, Verification
from accounts.policies import Denied, is_coordinator

from . import rights
from .memberships import hold, note

# What a verification rests on: when it changes, somebody looks again.
VERIFIED = {"name", "license_number"}


@transaction.atomic(durable=True)
def create(*, kind, name, zip_code, by, at) -> Organization:
    """A coordinator makes an organization known; it is verified apart from that."""
    rights.oversee.check(by, None)
    return make_known(kind=kind, name=name, zip=zip_code, county=actions.county_of(zip_code), by=by, at=at)


def make_known(*, kind, name, by, at, **said) -> Organization:
    """An organization that is here from now on, not verified yet. Inside an action that asked who may."""
    if Organization.objects.filter(kind=kind, name__iexact=name).exists():
        raise Denied(_("There is an organization of this kind and name already."))
    made = Organization.objects.create(kind=kind, name=name, created_at=at, **said)
    note("organization.made", made, by=by, at=at)
    return made


@transaction.atomic(durable=True)
def change(organization, values: dict, *, by, at) -> Organization:
    """Change what an organization says of itself. A new name or number has to be verified again."""
    (body,) = hold(organization)
    by = rights.again(by)
    rights.manage.check(by, body)
    contact = values.get("contact")
    if contact and not Membership.objects.current().filter(organization=body, user=contact).exists():
        raise Denied(_("The person others can reach must act for %(organization)s.") % {"organization": body})
    if "zip" in values:
        values = {**values, "county": actions.county_of(values["zip"])}
    changed = [name for name, value in values.items() if getattr(body, name) != value]
    for name in changed:
        setattr(body, name, values[name])
    # What a coordinator writes is no longer only said; what its own people write instead still is.
    heard = _heard(body, [name for name in changed if values[name]]) if is_coordinator(by) else []
    if VERIFIED & set(changed) and body.verified_at:
        body.verified_at = None
        changed.append("verified_at")
    if changed:
        body.save(update_fields=[*changed, *heard])
        note("organization.changed", body, by=by, at=at, changed=sorted(changed))
    return body


def _heard(body, names) -> list[str]:
    """A coordinator knows these now: they are no longer only said; what of the row changes by that."""
    found = [said for name in names if (said := Organization.SAID.get(name)) and getattr(body, said)]
    for said in found:
        setattr(body, said, False)
    return found


@transaction.atomic(durable=True)
def verify(organization, *, checks, note_of_call, by, at) -> Verification:
    """A coordinator has looked whether the organization is what it says; every point of the list, and the call."""
    (body,) = hold(organization)
    by = rights.again(by)
    rights.verify.check(by, body)
    if set(checks) != set(Verification.Check.values):
        raise Denied(_("Every point has to be checked before an organization is verified."))
    if not note_of_call.strip():
        raise Denied(_("Write whom you called, at which number, and what they said."))
    made = Verification.objects.create(organization=body, by=by, at=at, checks=sorted(checks), note=note_of_call)
    body.verified_at = at
    body.save(update_fields=["verified_at", *_heard(body, Organization.SAID)])
    note("organization.verified", body, by=by, at=at)
    return made


@transaction.atomic(durable=True)
def doubt(organization, *, by, at) -> Organization:
    """A coordinator takes a verification back."""
    (body,) = hold(organization)
    by = rights.again(by)
    rights.verify.check(by, body)
    if body.verified_at:
        body.verified_at = None
        body.save(update_fields=["verified_at"])
        note("organization.doubted", body, by=by, at=at)
    return body
