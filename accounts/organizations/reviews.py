"""The look, every quarter, at who acts for an organization: each stays or goes, and the ledger knows it was done."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Min, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Organization
from accounts.policies import Denied, acts_for

from . import rights
from .memberships import finish, hold, note

EVERY = timedelta(days=91)
TIME_FOR_IT = timedelta(days=14)


def due_on(organization) -> date | None:
    """When the next look is due: a quarter after the last, or after the first of its people came."""
    if organization.reviewed_at:
        return timezone.localdate(organization.reviewed_at) + EVERY
    began = Membership.objects.current().filter(organization=organization).aggregate(first=Min("starts_on"))["first"]
    return began + EVERY if began else None


def due(*, on) -> list[Organization]:
    """Organizations with people whose last look, or whose first day, is a quarter ago."""
    acting = Membership.objects.current(on).filter(user__is_active=True)
    rows = Organization.objects.standing().filter(memberships__in=acting)
    rows = rows.annotate(first=Min("memberships__starts_on"), seen=TruncDate("reviewed_at"))
    long_ago = on - EVERY
    rows = rows.filter(Q(seen__lte=long_ago) | Q(seen__isnull=True, first__lte=long_ago))
    return list(rows.order_by("pk"))


def listed(organization) -> list[Membership]:
    """Who acts for it today, administrators first."""
    rows = Membership.objects.current().filter(organization=organization).select_related("user", "organization")
    return sorted(rows, key=lambda m: (not m.is_admin, m.user.full_name, m.pk))


@transaction.atomic(durable=True)
def review(organization, *, stay: set[int], go: set[int], by, at) -> Organization:
    """Somebody looked at each person who acts for the organization: who stays, and who no longer acts for it."""
    (body,) = hold(organization)
    by = rights.again(by)
    rights.manage.check(by, body)
    people = listed(body)
    if {m.pk for m in people} != stay | go or stay & go:
        raise Denied(_("The list changed while you looked. Please look at everybody on it once more."))
    leaving = [m for m in people if m.pk in go]
    if any(m.user_id == by.pk for m in leaving):
        raise Denied(_("To leave yourself, open your own line on the list of people."))
    if acts_for(by, body) and not any(m.is_admin for m in people if m.pk in stay):
        raise Denied(
            _("%(organization)s would have no administrator. Make somebody else administrator first.")
            % {"organization": body}
        )
    for membership in leaving:
        finish(membership, at=at)
        note("membership.ended", body, by=by, at=at, person=membership.user_id)
    body.reviewed_at = at
    body.save(update_fields=["reviewed_at"])
    kept = [m.user_id for m in people if m.pk in stay]
    note("organization.reviewed", body, by=by, at=at, kept=kept, ended=[m.user_id for m in leaving])
    return body
