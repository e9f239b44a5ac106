"""How answers are told: to the employer or hall that a person said yes, to the trainee what came of it."""

from django.utils.translation import gettext as _

from accounts.speech import day
from matching.tell import spoken_title
from notifications.words import Action, Message, register

from .models import Referral


def said_yes(notice) -> Message:
    """To the employer or hall; the name and contact are on the page, not in the mail."""
    title = spoken_title(notice.data["opening"])
    return Message(
        subject=_("A certified person said yes: %(title)s") % {"title": title},
        paragraphs=[
            (
                _("A person who passes every gate for %(title)s said yes. Their name and contact are on the page.")
                if notice.data.get("fits", True)
                else _("A person said yes to %(title)s. One thing is still open; it is on the page, with the contact.")
            )
            % {"title": title},
            _("Please answer by %(date)s: interview, not now, or no. One tap is enough.")
            % {"date": day(notice.data["due_on"])},
        ],
        actions=[Action(_("See the person and answer"), notice.path)],
    )


def answered(notice) -> Message:
    """To the trainee."""
    opening, state = notice.data["opening"], notice.data["state"]
    values = {"organization": opening["organization"], "title": spoken_title(opening)}
    subject, text = {
        "interview": (
            _("%(organization)s wants to meet you"),
            _("%(organization)s wants to meet you about %(title)s. They will contact you."),
        ),
        "put_off": (
            _("%(organization)s asks you to wait"),
            _("%(organization)s cannot take more people for %(title)s now. You stay on their list."),
        ),
        "hired": (
            _("You are hired at %(organization)s"),
            _("%(organization)s wrote down that you are hired: %(title)s."),
        ),
        "declined": (
            _("An answer from %(organization)s"),
            _("%(organization)s will not go on with you for %(title)s."),
        ),
    }[state]
    paragraphs = [text % values]
    if state == "declined":
        paragraphs.append(
            _("The reason: %(reason)s.") % {"reason": Referral.DeclineReason(notice.data["reason"]).label}
        )
        paragraphs.append(
            _("Your other matches stay open. Your coordinator sees this and can help with the next step.")
        )
    if notice.data["note"]:
        paragraphs.append(_("They wrote: “%(note)s”") % {"note": notice.data["note"]})
    return Message(
        subject=subject % values,
        paragraphs=paragraphs,
        actions=[Action(_("See it on your page"), notice.path)],
    )


def still_open(notice) -> bool:
    """Whether the yes was not taken back meanwhile, and the reader may still see it."""
    return Referral.objects.visible_to(notice.user).filter(pk=notice.data["referral"], state__in=Referral.OPEN).exists()


register("referral_yes", said_yes, still_open)
register("referral_answer", answered)
