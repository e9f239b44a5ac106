"""Answering whether the work goes on without signing in: a signed link for one person and one question, for 30 days.

Opening it changes nothing; only the button on its page answers. It is worthless once that side has answered, the
question is settled, the person's address changed, or they no longer act for the employer or hall.
"""

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from accounts.models import User

from . import policies, retention
from .models import CheckIn, Placement

SALT = "placements.hires.links"


@dataclass(frozen=True)
class Asked:
    """Who is asked what by a link that still counts."""

    reader: User | None  # None: whom the person named at an employer that is not on this site
    check: CheckIn
    side: str

    @property
    def placement(self):
        return self.check.placement


def path(user, check: CheckIn, side: str) -> str:
    """The address of the page on which this person answers this one question."""
    return reverse("stay", args=[signing.dumps([check.public_id.hex, str(side), user.pk, _reached(user)], salt=SALT)])


def path_outside(check: CheckIn) -> str:
    """The same for whoever reads the address that the person named; worthless once they took it back."""
    signed = [check.public_id.hex, str(Placement.Side.EMPLOYER), 0, _outside(check)]
    return reverse("stay", args=[signing.dumps(signed, salt=SALT)])


def _reached(user) -> str:
    """Where the person reads: a link to a former address opens nothing."""
    return signing.Signer(salt=SALT).signature(f"{user.email}|{user.phone}")[:12]


def _outside(check: CheckIn) -> str:
    return signing.Signer(salt=SALT).signature(check.placement.employer_email)[:12]


def read(token: str) -> Asked | None:
    """Who is asked what; None for a link that no longer counts. Reading changes nothing."""
    try:
        key, side, user_id, reached = signing.loads(token, salt=SALT, max_age=retention.WORKS)
    except (signing.BadSignature, ValueError):
        return None
    rows = CheckIn.objects.select_related("placement__trainee__user", "placement__employer", "placement__opening")
    check = rows.filter(public_id=key).first()
    if check and not user_id:
        named = check.placement.employer_email and _outside(check) == reached
        return Asked(None, check, side) if named and retention.waits_for(check, side) else None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if not check or not user or _reached(user) != reached or policies.side_of(user, check.placement) != side:
        return None
    if not retention.waits_for(check, side):
        return None
    return Asked(user, check, side)
