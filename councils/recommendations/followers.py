"""Who hears of a recommendation: who has a seat or a role in the council and does not mind; and whoever
asked for it."""

from django.db.models import Q

from accounts.models import User

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


def hears(user, recommendation: Recommendation, *, on) -> bool:
    """Whether this person is told."""
    return user.is_authenticated and followers(recommendation, on=on).filter(pk=user.pk).exists()
