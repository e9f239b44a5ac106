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


def unreached(task) -> Message:
    """To the coordinator: what we write to somebody was put off again and again."""
    name = str(task.person) if task.person else _("somebody")
    by_email = task.data["channel"] == Way.EMAIL
    address = task.data["address"] if by_email else phone(task.data["address"])
    subject = (
        _("Our emails to %(name)s do not get through") if by_email else _("Our texts to %(name)s do not get through")
    )
    return Message(
        subject=subject % {"name": name},
        paragraphs=[
            _("For two days %(address)s put our messages off. It said: “%(said)s”")
            % {"address": address, "said": task.data["said"]},
            _("Please reach %(name)s another way. Then send again what they should still know.") % {"name": name},
        ],
        actions=[Action(_("See what we told them"), task.path)],
    )


def stuck(task) -> Message:
    """To the coalition: nothing leaves any more by one way."""
    by_email = task.data["channel"] == Way.EMAIL
    return Message(
        subject=_("No email left for two days") if by_email else _("No text message left for two days"),
        paragraphs=[
            _("The last we heard was: “%(said)s”") % {"said": task.data["said"]},
            _("Please show this to whoever looks after the site. Once it is mended, send again what did not leave."),
        ],
        actions=[Action(_("See the messages"), task.path)],
    )


register("address", dead_address)
register("unreached", unreached)
register("post_stuck", stuck)
register("mail_blocked", blocked)
