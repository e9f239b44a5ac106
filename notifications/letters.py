"""From rows to mail: one letter each, or one digest for what waited for the same person."""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from . import words
from .models import Delivery, Preference


@dataclass(frozen=True)
class Mail:
    """One letter for one or several deliveries."""

    deliveries: list[Delivery]

    def compose(self, server) -> EmailMultiAlternatives:
        """The letter in the reader's language, with the fixed Message-ID of its first delivery."""
        first = self.deliveries[0]
        if first.letter:
            mail = EmailMultiAlternatives(first.letter["subject"], first.letter["text"], connection=server)
            html = first.letter.get("html")
        else:
            subject, text, html = render([delivery.notice for delivery in self.deliveries], first.user)
            mail = EmailMultiAlternatives(subject, text, connection=server)
            mail.extra_headers["Content-Language"] = first.user.language
        mail.to = [first.address]
        mail.extra_headers["Message-ID"] = first.message_id
        # Holiday answers and the like must not come back to us.
        mail.extra_headers["Auto-Submitted"] = "auto-generated"
        if html:
            mail.attach_alternative(html, "text/html")
        return mail


def bundle(deliveries: list[Delivery], chosen: dict[tuple[int, str], str]) -> list[Mail]:
    """One mail per delivery, but one digest per person for those whose topic they chose to read daily or weekly."""
    single, waited = [], defaultdict(list)
    for delivery in deliveries:
        frequency = chosen.get((delivery.user_id, delivery.notice.topic)) if delivery.notice else None
        if frequency in (Preference.Frequency.DAILY, Preference.Frequency.WEEKLY):
            waited[delivery.user_id].append(delivery)
        else:
            single.append(Mail([delivery]))
    return single + [Mail(group) for group in waited.values()]


def render(notices, user) -> tuple[str, str, str]:
    """Subject, plain text and HTML of one notice, or of several as a digest."""
    with override(user.language):
        messages = [words.message(notice) for notice in notices]
        if len(messages) == 1:
            subject = messages[0].subject
        else:
            subject = ngettext("%(n)s message from %(site)s", "%(n)s messages from %(site)s", len(messages)) % {
                "n": len(messages),
                "site": settings.SITE_NAME,
            }
        context = {
            "messages": messages,
            "name": user.get_short_name(),
            "subject": subject,
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "language": user.language,
            "why": _("You get this because you have an account with %(site)s.") % {"site": settings.SITE_NAME},
        }
        text = render_to_string("notices/mail.txt", context)
        html = render_to_string("notices/mail.html", context)
    return " ".join(subject.split()), text, html
