"""What every page knows: the site's name, the reader's ways through it, and whether something waits for them."""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from notifications.sms import gateway
from pipeline import health
from pipeline.nav import ways


@dataclass(frozen=True)
class Glance:
    """What every page says of its reader: how many notices they have not opened, and whether they are a trainee."""

    unread: int = 0
    is_trainee: bool = False


_GLANCE = """
    SELECT (SELECT count(*) FROM notifications_notice WHERE user_id = %(user)s AND read_at IS NULL),
           EXISTS (SELECT FROM accounts_traineeprofile WHERE user_id = %(user)s)
"""


def site(request):
    """Context of base.html. Rows are read only when the template asks."""
    other = "en" if get_language() == "es" else "es"
    query = request.GET.copy()
    query["lang"] = other
    # Who acts for somebody on a page of theirs stays who they are: their ways, their inbox, their organizations.
    user = getattr(request, "helper", None) or getattr(request, "user", None)
    seen = SimpleLazyObject(lambda: glance(user))
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
        "nav": SimpleLazyObject(lambda: ways(user, request.path, is_trainee=seen.is_trainee)),
        "unread": SimpleLazyObject(lambda: seen.unread),
        "acting_for": SimpleLazyObject(lambda: acting_for(user)),
        "oversees": SimpleLazyObject(lambda: oversees(user)),
        "start_url": reverse("start"),
        "trouble": SimpleLazyObject(lambda: trouble(user)),
        "delayed": SimpleLazyObject(lambda: health.delayed(at=timezone.now())),
    }


def glance(user) -> Glance:
    """Both in one question, for it is asked on every page of whoever signed in."""
    if not (user and user.is_authenticated):
        return Glance()
    with connection.cursor() as cursor:
        cursor.execute(_GLANCE, {"user": user.pk})
        return Glance(*cursor.fetchone())


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
