"""Who is meant at the command line: by email, phone number or the account's number."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Q

from ..models import User


def person(said: str) -> User | None:
    """The one person with this verified or own email, this verified phone, or this UUID."""
    said = said.strip()
    try:
        return User.objects.filter(public_id=UUID(said)).first()
    except ValueError:
        pass
    confirmed = EmailAddress.objects.filter(email__iexact=said, verified=True).values("user")
    proven = Q(phone=said, phone_verified_at__isnull=False) if said else Q(pk__in=())
    found = list(User.objects.filter(Q(email=said.lower()) | Q(pk__in=confirmed) | proven).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None
