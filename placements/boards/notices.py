"""How the reminders of a board are worded."""

from django.utils.translation import gettext as _

from accounts.models import Consent
from accounts.speech import day
from matching.tell import spoken_title
from notifications.words import Action, Message, register

from ..models import Referral


def step_due(notice) -> Message:
    """To whoever owes the next step of a referral."""
    title = spoken_title(notice.data["opening"])
    more = _("A coordinator asked us to remind you. One tap is enough: interview, not now, or no.")
    if notice.data.get("state") == Referral.State.QUEUED:
        more = _("Their turn comes when you answer whoever waits before them, or look at more people in a week.")
    return Message(
        subject=_("A reminder: somebody waits for %(title)s") % {"title": title},
        paragraphs=[
            _("The next step for %(title)s at %(organization)s was due on %(date)s, and it is yours.")
            % {
                "title": title,
                "organization": notice.data["opening"]["organization"],
                "date": day(notice.data["due_on"]),
            },
            more,
        ],
        actions=[Action(_("Take the next step"), notice.path)],
    )


def step_is_due(notice) -> bool:
    """Whether the step is still theirs and nobody has taken it meanwhile."""
    return Referral.objects.open().filter(pk=notice.data["referral"], owner=notice.user).exists()


def answer_due(notice) -> Message:
    """To a trainee whom an opening waits for."""
    return Message(
        subject=_("A reminder: your answer is missing"),
        paragraphs=[
            _("Your page has openings that wait for your answer: yes, not now, or no. Each of them helps us."),
            _("A coordinator asked us to remind you."),
        ],
        actions=[Action(_("See my openings"), notice.path)],
    )


register("step_reminder", step_due, step_is_due)
register("answer_reminder", answer_due, needs=Consent.Purpose.MATCH)
