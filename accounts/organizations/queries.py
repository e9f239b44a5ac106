"""Lists of organizations for coordinators."""

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import Membership, Organization


def lists() -> dict[str, Q]:
    """Which organizations wait for a look at the whole or at what is only said; which have nobody to reach; and all."""
    current = Membership.objects.current().filter(organization=OuterRef("pk"), user__is_active=True)
    ever = Membership.objects.filter(organization=OuterRef("pk"))
    acts = Exists(current)
    said = Q()
    for name, mark in Organization.SAID.items():
        said |= Q(**{mark: True}) & ~Q(**{name: ""})
    return {
        "verify": (Q(verified_at=None) | said) & Q(acts),
        "nobody": Q(Exists(ever)) & ~Q(acts),
        "all": Q(),
    }


def counts(which: dict[str, Q]) -> dict[str, int]:
    """How many there are of each, in one statement."""
    rows = Organization.objects.standing().order_by()
    return rows.aggregate(**{name: Count("pk", filter=q) for name, q in which.items()})


def found(which: Q, word: str):
    """Those of a list whose name or number has this word in it."""
    rows = Organization.objects.standing().filter(which).order_by("name", "pk")
    return rows.filter(Q(name__icontains=word) | Q(license_number__icontains=word)) if word else rows
