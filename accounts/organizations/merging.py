"""Two rows of one organization become one: sheets spell names in more than one way.

Everything that points to the one points to the other afterwards, in whichever room it stands: like a deletion, this
follows the foreign keys Django knows, so that no room is forgotten. The old row stays as a signpost.
"""

from contextlib import suppress

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import region
from accounts.models import Consent, Invitation, Membership, Organization, Verification
from accounts.policies import Denied
from accounts.record import seen
from ledger import scopes

from . import rights
from .memberships import finish, hold, join, note

# What happened to these under their old name stays there.
STAYS = {Membership, Invitation, Verification}


def candidates(organization):
    """With which others this one may be put together."""
    return Organization.objects.standing().filter(kind=organization.kind).exclude(pk=organization.pk)


@transaction.atomic(durable=True)
@scopes.task("merging")
def merge(organization, into, *, by, at) -> Organization:
    """Put an organization together with another of its kind: its people, and all that is its own, go over."""
    rights.oversee.check(by, None)
    old, new = hold(organization, into)
    by = rights.again(by)
    for body in (old, new):
        rights.manage.check(by, body)
    if old.pk == new.pk or old.kind != new.kind or old.merged_into_id or new.merged_into_id:
        raise Denied(_("Choose another organization of the same kind."))
    moved, today = [], region.day(at)
    for membership in Membership.objects.current().filter(organization=old).select_related("user").order_by("pk"):
        finish(membership, at=at)
        join(membership.user, new, membership.role, at=at)
        moved.append(membership.user_id)
    Invitation.objects.filter(organization=old, accepted_at=None, revoked_at=None).update(revoked_at=at)
    try:
        with transaction.atomic():
            Membership.objects.filter(organization=old, ended_at=None, starts_on__gt=today).update(organization=new)
            _bring_over(old, new, at=at)
    except IntegrityError:
        raise Denied(
            _("Both have something with the same number, an opening or a program. Change one of the numbers first.")
        ) from None
    _complete(new, old)
    new.save()
    old.merged_into, old.contact = new, None
    old.save(update_fields=["merged_into", "contact"])
    note("organization.merged", new, by=by, at=at, other=old.pk, people=moved)
    return new


def _complete(new, old) -> None:
    """What the one that stays lacks is the other's; so is what a coordinator checked there and here is only said."""
    for name in ("license_number", "address", "phone", "website", "zip", "city", "county"):
        checked = name in new.only_said and getattr(old, name) and name not in old.only_said
        if checked or not getattr(new, name):
            setattr(new, name, getattr(old, name))
            if mark := Organization.SAID.get(name):
                setattr(new, mark, getattr(old, mark))


def _bring_over(old, new, *, at) -> None:
    """All that points to the old one, also what Django hides from it; what both have of the same person, once."""
    seen.bring_over(old, new)
    _one_agreement(old, new, at=at)
    for relation in Organization._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and relation.is_relation) or relation.related_model in STAYS:
            continue
        if relation.many_to_many:
            _bring_over_links(relation.field, old, new)
        elif not relation.related_model._meta.auto_created:  # the table behind a link came with the link
            _bring_over_rows(relation, old, new)


def _one_agreement(old, new, *, at) -> None:
    """Whoever lets the people of both help them agreed to it once: the agreement with the one that stays counts."""
    helping = Consent.objects.standing().filter(purpose=Consent.Purpose.ASSIST)
    helping.filter(organization=old, user__in=helping.filter(organization=new).values("user")).update(withdrawn_at=at)


def _bring_over_rows(relation, old, new) -> None:
    name, model = relation.field.name, relation.related_model
    rows, theirs = model._base_manager.filter(**{name: old}), {name: new}
    if relation.one_to_one and model._base_manager.filter(**theirs).exists():
        rows.delete()  # of what an organization has one of, that of the one that stays counts
        return
    try:
        with transaction.atomic():
            rows.update(**theirs)
    except IntegrityError:
        if not hasattr(model, "trainee"):
            raise
        for pk in list(rows.values_list("pk", flat=True)):
            with suppress(IntegrityError), transaction.atomic():  # known of this person already: stays where it is
                rows.filter(pk=pk).update(**theirs)


def _bring_over_links(field, old, new) -> None:
    """Of a table that links records with organizations: what is linked with both already, once."""
    rows, ours, theirs = (
        field.remote_field.through._base_manager,
        field.m2m_reverse_field_name(),
        field.m2m_field_name(),
    )
    linked = rows.filter(**{ours: new}).values_list(theirs, flat=True)
    rows.filter(**{ours: old, f"{theirs}__in": list(linked)}).delete()
    rows.filter(**{ours: old}).update(**{ours: new})
