"""From rows to mail: one letter each, or one digest for what waited for the same person."""

from collections import defaultdict
from dataclasses import replace

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from . import calendar, words
from .models import Delivery, Preference


def compose(deliveries: list[Delivery], server) -> EmailMultiAlternatives:
    """One letter for one or several deliveries, in the reader's language, with the fixed Message-ID of its first."""
    first = deliveries[0]
    if first.letter:
        mail = EmailMultiAlternatives(first.letter["subject"], first.letter["text"], connection=server)
        html = first.letter.get("html")
    else:
        notices = [delivery.notice for delivery in deliveries]
        subject, text, html = render(notices, first.user)
        mail = EmailMultiAlternatives(subject, text, connection=server)
        for entry in _for_the_calendar(notices, first.user):
            mail.attach(*calendar.attachment(entry, first.address))
        mail.extra_headers["Content-Language"] = first.user.language
    mail.to = [first.address]
    mail.extra_headers["Message-ID"] = message_id(deliveries)
    # Holiday answers and the like must not come back to us.
    mail.extra_headers["Auto-Submitted"] = "auto-generated"
    if html:
        mail.attach_alternative(html, "text/html")
    return mail


def _for_the_calendar(notices, user) -> list[calendar.Entry]:
    with override(user.language):
        return [entry for notice in notices if (entry := words.message(notice).calendar)]


def bundle(deliveries: list[Delivery], chosen: dict[tuple[int, str], str]) -> list[list[Delivery]]:
    """One message per delivery, but one per person for what they chose to read daily or weekly, or what was held.

    What may have left before, and nobody knows, is the same message once more.
    """
    single, waited = [], defaultdict(list)
    for delivery in deliveries:
        if delivery.sent_as:
            waited[delivery.sent_as].append(delivery)
            continue
        frequency = chosen.get((delivery.user_id, delivery.notice.topic)) if delivery.notice else None
        if delivery.held or frequency in (Preference.Frequency.DAILY, Preference.Frequency.WEEKLY):
            waited[delivery.user_id].append(delivery)
        else:
            single.append([delivery])
    return single + list(waited.values())


def message_id(deliveries: list[Delivery]) -> str:
    """Under which Message-ID these leave: that of the first try, or of the first of them."""
    return deliveries[0].sent_as or deliveries[0].message_id


def _with_links(message: words.Message, quick: list[words.Action]) -> words.Message:
    """In a letter an answer leads to where it can be given without signing in, and stands there once."""
    given = {way.label for way in quick}
    kept = [action for action in message.actions if action.label not in given]
    if quick and message.actions and not kept:  # whoever would rather see the whole page first
        kept = [words.Action(_("See everything on your page"), message.actions[0].path.partition("#")[0])]
    return replace(message, quick=quick, actions=kept)


def render(notices, user) -> tuple[str, str, str]:
    """Subject, plain text and HTML of one notice, or of several as a digest."""
    with override(user.language):
        messages = [_with_links(words.message(notice), words.quick(notice)) for notice in notices]
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
