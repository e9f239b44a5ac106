"""Asking an employer that is not on this site whether the work goes on: one letter with a signed link, to the address
that the person named. It says no name; its page says the first. Taken back by the person, the link opens nothing.
"""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.speech import day
from notifications import outbox

from . import links
from .models import CheckIn


def write(check: CheckIn, *, at) -> None:
    """The letter, in both languages: nobody told us theirs. Inside the transaction of the question."""
    parts = []
    for language in ("en", "es"):
        with override(language):
            values = {"date": day(check.placement.starts_on), "url": settings.SITE_URL + links.path_outside(check)}
            parts.append(_said() % values)
    with override("en"):
        subject = _("Is the person you hired on %(date)s still with you?") % {"date": day(check.placement.starts_on)}
    outbox.send_letter(check.placement.employer_email, subject=subject, text="\n\n---\n\n".join(parts), at=at)


def _said() -> str:
    return _(
        "Somebody you hired on %(date)s uses this site and allows us to ask you one question: are "
        "they still with you?\n\nAnswer here, without an account, within 30 days:\n%(url)s\n\nThe page says the first "
        "name. If this does not concern you, do nothing: nobody is told."
    )
