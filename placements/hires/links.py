"""Answering whether the work goes on without signing in: a signed link for one person and one question, for 30 days.

Opening it changes nothing; only the button on its page answers. It is worthless once that side has answered, the
question is settled, the person's address changed, or they no longer act for the employer or hall.
"""

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from accounts.models import User

from . import policies, retention
from .models import CheckIn

SALT = "placements.hires.links"


@dataclass(frozen=True)
class Asked:
    """Who is asked what by a link that still counts."""

    reader: User
    check: CheckIn
    side: str

    @property
    def placement(self):
        return self.check.placement


def path(user, check: CheckIn, side: str) -> str:
    """The address of the page on which this person answers this one question."""
    return reverse("stay", args=[signing.dumps([check.public_id.hex, str(side), user.pk, _reached(user)], salt=SALT)])


def _reached(user) -> str:
    """Where the person reads: a link to a former address opens nothing."""
    return signing.Signer(salt=SALT).signature(f"{user.email}|{user.phone}")[:12]


def read(token: str) -> Asked | None:
    """Who is asked what; None for a link that no longer counts. Reading changes nothing."""
    try:
        key, side, user_id, reached = signing.loads(token, salt=SALT, max_age=retention.WORKS)
    except (signing.BadSignature, ValueError):
        return None
    rows = CheckIn.objects.select_related("placement__trainee__user", "placement__employer", "placement__opening")
    check = rows.filter(public_id=key).first()
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if not check or not user or _reached(user) != reached or policies.side_of(user, check.placement) != side:
        return None
    if not retention.waits_for(check, side):
        return None
    return Asked(user, check, side)
