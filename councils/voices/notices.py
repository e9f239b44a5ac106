"""How news of testimony is told: never a word of it, for mail is read by others."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.words import Action, Message, register

from ..models import Council, Voice


def _council(notice) -> str:
    found = Council.objects.filter(pk=notice.data["council"]).first()
    return found.name if found else ""


def released(notice) -> Message:
    """To the facilitators: the box was emptied."""
    n = notice.data["number"]
    text = ngettext(
        "%(n)s testimony without a name can be read now.", "%(n)s testimonies without a name can be read now.", n
    )
    return Message(
        subject=_("From the box of %(council)s") % {"council": _council(notice)},
        paragraphs=[
            text % {"n": n},
            _("Please sort them into themes and answer: who wrote can read the answer with a code."),
        ],
        actions=[Action(_("Read them"), notice.path)],
    )


def sent(notice) -> Message:
    """To the facilitators: somebody wrote with their name."""
    return Message(
        subject=_("Somebody wrote to %(council)s") % {"council": _council(notice)},
        paragraphs=[_("A testimony with a name came in. It stands on the page, not in this message.")],
        actions=[Action(_("Read it"), notice.path)],
    )


def answered(notice) -> Message:
    """To who wrote with their name."""
    return Message(
        subject=_("%(council)s answered you") % {"council": _council(notice)},
        paragraphs=[_("What you wrote was read and answered.")],
        actions=[Action(_("Read the answer"), notice.path)],
    )


def still_there(notice) -> bool:
    """Whether it was not taken back meanwhile."""
    return Voice.objects.standing().filter(public_id=notice.data["voice"]).exists()


register("voices_released", released)
register("voice_sent", sent, still_there)
register("voice_answered", answered)
