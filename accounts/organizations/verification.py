"""Making an organization known, changing what it says of itself, and a coordinator's look whether it is so."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import actions
from accounts.models import Membership, Organization, Verification
from accounts.policies import Denied

from . import rights
from .memberships import hold, note

# What a verification rests on: when it changes, somebody looks again.
VERIFIED = {"name", "license_number"}
# What stands on the page of whoever verifies, and is sent with the form: what changed meanwhile they have not seen.
READ = (*sorted(VERIFIED), "website")


def knows(user, organization) -> bool:
    """Whether what this person writes of it is a fact: written by a coordinator who does not act for it. A coalition's
    own are coordinators themselves."""
    return rights.verify(user, organization) or organization.kind == Organization.Kind.COALITION


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
    """Change what an organization says of itself. A new name or number has to be verified again; what its own people
    write is only said until a coordinator has checked it."""
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
    marks = _mark(body, [name for name in changed if values[name]], said=not knows(by, body))
    if VERIFIED & set(changed) and body.verified_at:
        body.verified_at = None
        changed.append("verified_at")
    if changed:
        body.save(update_fields=[*changed, *marks])
        note("organization.changed", body, by=by, at=at, changed=sorted(changed))
    return body


def _mark(body, names, *, said: bool) -> list[str]:
    """These are only said from now on, or known; what of the row changes by that."""
    marks = [mark for name in names if (mark := Organization.SAID.get(name)) and getattr(body, mark) != said]
    for mark in marks:
        setattr(body, mark, said)
    return marks


@transaction.atomic(durable=True)
def check(organization, name: str, *, read: str, by, at) -> Organization:
    """A coordinator has looked at one thing that its people say of it, as they `read` it: others may read it now."""
    (body,) = hold(organization)
    by = rights.again(by)
    rights.verify.check(by, body)
    if getattr(body, name) != read:
        raise Denied(_("It was changed while you read this page, so it is not checked. Please look at it again."))
    if read and (marks := _mark(body, [name], said=False)):
        body.save(update_fields=marks)
        note(f"organization.{name}_checked", body, by=by, at=at)
    return body


@transaction.atomic(durable=True)
def verify(organization, *, checks, note_of_call, read: dict, by, at) -> Verification:
    """A coordinator has looked whether the organization is what it says; every point of the list, and the call.

    `read` is what stood on their page (`READ`). Another website since then stays said; another name or number is
    refused, because the verification rests on them.
    """
    (body,) = hold(organization)
    by = rights.again(by)
    rights.verify.check(by, body)
    if set(checks) != set(Verification.Check.values):
        raise Denied(_("Every point has to be checked before an organization is verified."))
    if not note_of_call.strip():
        raise Denied(_("Write whom you called, at which number, and what they said."))
    since = {name for name in READ if read.get(name) != getattr(body, name)}
    if VERIFIED & since:
        raise Denied(
            _("The name or number was changed while you read this page. Nothing was saved: please look at it again.")
        )
    made = Verification.objects.create(organization=body, by=by, at=at, checks=sorted(checks), note=note_of_call)
    body.verified_at = at
    known = [name for name in Organization.SAID if name not in since]
    body.save(update_fields=["verified_at", *_mark(body, known, said=False)])
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
