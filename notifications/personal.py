"""What the post office keeps about a person: what they were told, and every number and address it wrote to."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.record.registry import NOBODY, delete, of_address, of_user, personal

from .models import Address


def _deliveries(subject) -> Q:
    # A notice's message is its reader's. Asked by the notice as well, PostgreSQL would read every message there is.
    theirs = of_user("user")(subject)
    return theirs | Q(user=None, address__in=subject.addresses) if subject.addresses else theirs


def _tasks(subject) -> Q:
    return Q(about_type="user", about_id=subject.user.pk)


def _numbers(name: str):
    return lambda subject: Q(**{f"{name}__in": subject.phones}) if subject.phones else NOBODY


def _but_stopped(rows, subject, at) -> None:
    """Whoever answered STOP must not be written to again because we forgot it: that number alone stays."""
    rows.exclude(state=Address.State.STOPPED).delete()
    rows.update(reason="")


personal(
    "notifications.Text",
    _("Text messages to me"),
    whose=_numbers("number"),
    show=("number", "status", "begun_at", "told_at"),
    erase=delete,
)
personal(
    "notifications.Delivery",
    _("Messages on their way to me"),
    whose=_deliveries,
    show=("channel", "address", "state", "reason", "letter__subject", "created_at", "sent_at"),
    covers=("user", "letter"),
    erase=delete,
)
personal(
    "notifications.Notice",
    _("What you told me"),
    whose=of_user("user"),
    show=("kind", "topic", "path", "data", "created_at", "read_at"),
    covers=("user",),
    erase=delete,
)
personal(
    "notifications.Preference",
    _("How often I want to hear"),
    whose=of_user("user"),
    show=("topic", "frequency"),
    covers=("user",),
    erase=delete,
)
personal(
    "notifications.TextTopics",
    _("What I want to hear of by text"),
    whose=of_user("user"),
    show=("topics",),
    covers=("user",),
    erase=delete,
)
personal(
    "notifications.Question",
    _("What you asked me by text"),
    whose=lambda subject: of_user("user")(subject) | _numbers("number")(subject),
    show=("number", "kind", "asked_at", "answer", "answered_at"),
    covers=("user",),
    erase=delete,
)
personal(
    "notifications.PhoneCode",
    _("Codes sent to my phone"),
    whose=lambda subject: of_user("user")(subject) | _numbers("number")(subject),
    show=("number", "sent_at", "used_at"),
    covers=("user",),
    erase=delete,
)
personal(
    "notifications.Incoming",
    _("Text messages from me"),
    whose=_numbers("number"),
    show=("number", "meaning", "reply", "at"),
    erase=delete,
)
personal(
    "notifications.Unsettled",
    _("Answers by text that were not clear"),
    whose=_numbers("number"),
    show=("number", "answer", "expires_at"),
    erase=delete,
)
personal(
    "notifications.ConsoleText",
    _("Text messages of the demo"),
    whose=_numbers("number"),
    show=("number", "body", "at"),
    erase=delete,
)
personal(
    "notifications.Address",
    _("What we know of my addresses"),
    whose=of_address("address"),
    show=("channel", "address", "state", "since", "reason"),
    erase=_but_stopped,
    stays=_("If you answered STOP: the phone number, and nothing else, so that nobody here sends a text to it again."),
)
personal(
    "notifications.Task",
    _("What our staff had to do about me"),
    whose=_tasks,
    show=("kind", "created_at", "done_at"),
    covers=("owner", "done_by", "data"),
    erase=delete,
)
