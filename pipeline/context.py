"""What every page knows: the site's name, the reader's ways through it, and whether something waits for them."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from notifications.sms import gateway
from pipeline import health
from pipeline.nav import ways


def site(request):
    """Context of base.html. Rows are read only when the template asks."""
    other = "en" if get_language() == "es" else "es"
    query = request.GET.copy()
    query["lang"] = other
    # Who acts for somebody on a page of theirs stays who they are: their ways, their inbox, their organizations.
    user = getattr(request, "helper", None) or getattr(request, "user", None)
    return {
        "SITE_NAME": settings.SITE_NAME,
        "DEMO": settings.DEMO,
        "TEXTS": gateway.is_on(),
        "other_language": {
            "code": other,
            "name": {"en": "English", "es": "Español"}[other],
            "url": f"{request.path}?{query.urlencode()}",
        },
        "me": user,
        "assistance": getattr(request, "assistance", None),
        "nav": SimpleLazyObject(lambda: ways(user, request.path)),
        "unread": SimpleLazyObject(lambda: unread(user)),
        "acting_for": SimpleLazyObject(lambda: acting_for(user)),
        "oversees": SimpleLazyObject(lambda: oversees(user)),
        "start_url": reverse("start"),
        "trouble": SimpleLazyObject(lambda: trouble(user)),
        "delayed": SimpleLazyObject(lambda: health.delayed(at=timezone.now())),
    }


def unread(user) -> int:
    """Notices the person has not opened."""
    from notifications.models import Notice

    return Notice.objects.filter(user=user, read_at=None).count() if user and user.is_authenticated else 0


def trouble(user) -> list[str]:
    """What stands still, for the staff of the coalition, on every page."""
    from accounts.policies import is_coordinator

    return health.troubles(at=timezone.now()) if user and user.is_authenticated and is_coordinator(user) else []


def acting_for(user) -> list:
    """The organizations the person acts for, the one they chose last first, so that they always see for whom they do
    what they do."""
    from accounts.policies import organizations_of

    return organizations_of(user) if user and user.is_authenticated else []


def oversees(user) -> bool:
    """Whether the list of organizations is for this reader."""
    from accounts.policies import is_coordinator

    return bool(user and user.is_authenticated and is_coordinator(user))
