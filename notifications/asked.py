"""How the post office's own tasks are worded."""

from django.utils.translation import gettext as _

from accounts.speech import phone

from .models import Way
from .todo import Message, register
from .words import Action


def dead_address(task) -> Message:
    """To the coordinator: somebody cannot be reached."""
    name = str(task.person) if task.person else _("somebody")
    by_email = task.data["channel"] == Way.EMAIL
    address = task.data["address"] if by_email else phone(task.data["address"])
    subject = _("Our emails to %(name)s come back") if by_email else _("Our text messages to %(name)s do not arrive")
    return Message(
        subject=subject % {"name": name},
        paragraphs=[
            _("%(address)s refuses our messages, so we send nothing more there.") % {"address": address},
            _(
                "Please reach %(name)s another way and ask for the right address. "
                "If this one is right, tell us so, and we write there again."
            )
            % {"name": name},
        ],
        actions=[Action(_("See what we told them"), task.path)],
    )


def blocked(task) -> Message:
    """To the coalition: a mail server refuses us, whoever we write to."""
    return Message(
        subject=_("A mail server refuses our messages"),
        paragraphs=[
            _("It said: “%(said)s”") % {"said": task.data["said"]},
            _("The addresses are fine. Please show this to whoever looks after our email. They can send it again."),
        ],
        actions=[Action(_("See the messages"), task.path)],
    )


register("address", dead_address)
register("mail_blocked", blocked)
