"""Joining, changing and leaving: who acts for an organization, since when, in which role. Each one durable sentence.

Every action holds the organization's row, so that two administrators who let each other go at once leave one behind.
"""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import region
from accounts.models import Membership, Organization
from accounts.policies import Denied, acts_for
from ledger.lifecycle import IllegalStep
from ledger.log import record

from . import rights


def hold(*organizations) -> list[Organization]:
    """These organizations read anew and locked, in the order in which they were named."""
    keys = [organization.pk for organization in organizations]
    rows = Organization.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    held = {row.pk: row for row in rows}
    return [held[key] for key in keys]


def standing(membership) -> Membership:
    """The membership read anew, if it is still in force."""
    rows = Membership.objects.current().select_related("user", "organization")
    fresh = rows.filter(pk=membership.pk).first()
    if fresh is None:
        raise IllegalStep(_("This person does not act for the organization any more."))
    return fresh


def note(kind: str, organization, *, by, at, **facts) -> None:
    """Tell the ledger what happened to an organization's people: for it, or for whom else the actor acts."""
    theirs = organization if by is None or acts_for(by, organization) else None
    record(kind, organization, by=by, at=at, organization=theirs, **facts)


def known_role(organization, role: str) -> str:
    """The role, if this kind of organization has it."""
    if role not in dict(Membership.roles_of(organization.kind)):
        raise Denied(_("This organization has no such role."))
    return role


def join(user, organization, role: str, *, at) -> tuple[Membership, bool]:
    """The person acts for the organization from today on; whoever does already goes on as they are. Inside an action
    that holds the organization."""
    today = region.day(at)
    going = Membership.objects.filter(user=user, organization=organization, ended_at=None)
    found = going.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).first()
    if found is None:
        made = Membership.objects.create(user=user, organization=organization, role=role, starts_on=today)
        return made, True
    if found.starts_on > today:
        found.starts_on = today
        found.save(update_fields=["starts_on"])
    return found, False


def finish(membership, *, at) -> None:
    """The person no longer acts for the organization, from the next request on. Inside an action that holds it."""
    membership.ended_at = at
    membership.ends_on = max(region.day(at), membership.starts_on)
    membership.save(update_fields=["ended_at", "ends_on"])


def need_a_successor(organization, leaving, *, by) -> None:
    """Refuse to let the last administrator go while somebody else is there who could follow.

    Where nobody is, or where a coordinator lets them go, the coalition gets the task to find one.
    """
    if rights.administrators(organization).exclude(pk=leaving.pk).exists():
        return
    others = Membership.objects.current().filter(organization=organization, user__is_active=True)
    if others.exclude(pk=leaving.pk).exists() and acts_for(by, organization):
        raise Denied(
            _("%(organization)s would have no administrator. Make somebody else administrator first.")
            % {"organization": organization}
        )


@transaction.atomic(durable=True)
def change(membership, *, role, last_day=None, by, at) -> Membership:
    """Give somebody another role, or a last day."""
    (body,) = hold(membership.organization)
    by = rights.again(by)
    rights.manage.check(by, body)
    fresh = standing(membership)
    known_role(body, role)
    if last_day and last_day < region.day(at):
        raise Denied(_("The last day is over. To end it now, press “End now”."))
    if fresh.is_admin and (role != Membership.Role.ADMIN or last_day):
        need_a_successor(body, fresh, by=by)
    changed = [name for name, value in (("role", role), ("ends_on", last_day)) if getattr(fresh, name) != value]
    if changed:
        fresh.role, fresh.ends_on = role, last_day
        fresh.save(update_fields=changed)
        note("membership.changed", body, by=by, at=at, person=fresh.user_id, role=role, changed=changed)
    return fresh


@transaction.atomic(durable=True)
def end(membership, *, by, at, successor=None) -> Membership:
    """Somebody leaves, or is let go; it bites on the next request. An administrator may hand over to a successor."""
    (body,) = hold(membership.organization)
    by = rights.again(by)
    fresh = standing(membership)
    if fresh.user_id != by.pk:
        rights.manage.check(by, body)
    if successor is not None:
        _hand_over(body, fresh, standing(successor), by=by, at=at)
    elif fresh.is_admin:
        need_a_successor(body, fresh, by=by)
    kind = "membership.left" if fresh.user_id == by.pk else "membership.ended"
    note(kind, body, by=by, at=at, person=fresh.user_id)
    finish(fresh, at=at)
    return fresh


def _hand_over(body, leaving, heir, *, by, at) -> None:
    rights.manage.check(by, body)
    if heir.organization_id != body.pk or heir.pk == leaving.pk or not heir.user.is_active:
        raise Denied(_("Choose somebody who acts for %(organization)s.") % {"organization": body})
    heir.role, heir.ends_on = Membership.Role.ADMIN, None
    heir.save(update_fields=["role", "ends_on"])
    note("membership.changed", body, by=by, at=at, person=heir.user_id, role=heir.role, changed=["role"])


@transaction.atomic(durable=True)
def move(membership, to, *, role, by, at) -> Membership:
    """Somebody changes from one organization to another; coordinators do that."""
    rights.oversee.check(by, None)
    here, there = hold(membership.organization, to)
    by = rights.again(by)
    for body in (here, there):
        rights.manage.check(by, body)
    if here.pk == there.pk or there.merged_into_id:
        raise Denied(_("Choose another organization."))
    known_role(there, role)
    fresh = standing(membership)
    if fresh.is_admin:
        need_a_successor(here, fresh, by=by)
    finish(fresh, at=at)
    note("membership.ended", here, by=by, at=at, person=fresh.user_id, to=there.pk)
    moved, new = join(fresh.user, there, role, at=at)
    if new:
        note("membership.started", there, by=by, at=at, person=fresh.user_id, role=role)
    return moved


@transaction.atomic(durable=True)
def act_for(organization, *, by, at) -> None:
    """From now on what the person does without naming an organization is done for this one."""
    Membership.objects.current().filter(user=by, organization=organization).update(chosen_at=at)
