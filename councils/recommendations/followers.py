"""Who hears of a recommendation: who has a seat or a role in the council and does not mind; and whoever
asked for it."""

from django.db.models import OuterRef, Q, Subquery

from accounts.models import User

from .. import policies
from ..models import Following, Office, Recommendation, Term


def followers(recommendation: Recommendation, *, on):
    """The people to tell, as of this day."""
    council = recommendation.council_id
    seated = Term.objects.current(on).filter(seat__council=council).values("user")
    working = Office.objects.current(on).filter(council=council).values("user")
    wishes = Following.objects.filter(recommendation=recommendation)
    asked, muted = wishes.filter(is_muted=False).values("user"), wishes.filter(is_muted=True).values("user")
    wanted = Q(pk__in=seated) | Q(pk__in=working) | Q(pk__in=asked)
    return User.objects.filter(wanted, is_active=True).exclude(pk__in=muted).order_by("pk")


def wish_of(user):
    """The reader's wish about each recommendation, to annotate: muted, asked for, or none."""
    return Subquery(Following.objects.filter(recommendation=OuterRef("pk"), user=user.pk).values("is_muted")[:1])


def hears(user, recommendation: Recommendation) -> bool:
    """Whether this person is told. For recommendations that have the reader's wish as `mine_is_muted`."""
    if recommendation.mine_is_muted is None:
        return bool(user.is_authenticated and policies.roles_in(user, recommendation.council))
    return not recommendation.mine_is_muted
