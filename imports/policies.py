"""Who may bring sheets in, take them back, and answer their questions. Each answers with a reason."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from accounts.models import Organization
from accounts.policies import Denied, acts_for, is_coordinator, organizations_of

from . import kinds


class Policy:
    """Truthy or not for a button; `check` raises Denied with the sentence the person reads."""

    def __init__(self, reason: Callable[..., str]):
        self.reason = reason
        self.__doc__ = reason.__doc__

    def __call__(self, *args) -> bool:
        return not self.reason(*args)

    def check(self, *args) -> None:
        if said := self.reason(*args):
            raise Denied(said)


def _may_do_all(user) -> bool:
    """The operator at the command line (no user), or a coordinator."""
    return user is None or is_coordinator(user)


def may_do_all(user) -> bool:
    return _may_do_all(user)


def kinds_for(user) -> list:
    """The kinds of sheet this person may bring in."""
    if _may_do_all(user):
        return kinds.every()
    held = {organization.kind for organization in organizations_of(user)}
    return [kind for kind in kinds.every() if held & kind.organization_kinds]


def organizations_for(user, kind=None) -> list[Organization]:
    """The organizations for which this person may bring sheets in (of this kind)."""
    allowed = set(kind.organization_kinds) if kind else set().union(*(k.organization_kinds for k in kinds.every()))
    if _may_do_all(user):
        return list(Organization.objects.standing().filter(kind__in=allowed).order_by("name", "pk"))
    return organizations_of(user, *allowed)


@Policy
def use(user) -> str:
    """May this person bring in any sheet at all?"""
    if kinds_for(user):
        return ""
    return _("Sheets are brought in by the staff of training providers, employers, unions and the coalition.")


@Policy
def bring_in(user, kind, organization) -> str:
    """May this person bring in a sheet of this kind for this organization (None: the sheet names several)?"""
    if organization is not None and organization.kind not in kind.organization_kinds:
        return _("%(organization)s cannot have a sheet of this kind.") % {"organization": organization}
    if organization is None and (kind.organization_needed or not _may_do_all(user)):
        return _("Choose the organization this sheet is for.")
    if _may_do_all(user) or acts_for(user, organization):
        return ""
    return _("You do not act for %(organization)s, so you cannot bring in its sheets.") % {"organization": organization}


@Policy
def take_back(user, batch) -> str:
    """May this person take the batch back?"""
    return bring_in.reason(user, kinds.get(batch.kind), batch.organization)


@Policy
def answer(user, row, candidates) -> str:
    """May this person say whether a row is about somebody already known here?"""
    if _may_do_all(user):
        return ""
    batch = row.batch
    if not (batch.organization and acts_for(user, batch.organization)):
        return _("You do not act for %(organization)s.") % {"organization": batch.organization}
    if kinds.get(batch.kind).may_answer(user, row, candidates):
        return ""
    return _("The other record is not yours, so a coordinator decides this.")
