"""How answers are told: to the employer or hall that a person said yes, to the trainee what came of it."""

from django.utils.translation import gettext as _

from accounts.speech import day
from matching.reasons import Names
from matching.tell import spoken_title
from notifications.words import Action, Message, answerable, register

from . import arranging, links
from .models import Referral
from .speech import moment, where


def said_yes(notice) -> Message:
    """To the employer or hall; the name and contact are on the page, not in the mail."""
    title, fits = spoken_title(notice.data["opening"]), notice.data.get("fits", True)
    subject = _("A person who passes every gate said yes: %(title)s") if fits else _("A person said yes: %(title)s")
    return Message(
        subject=subject % {"title": title},
        paragraphs=[
            (
                _(
                    "A person who passes every gate for %(title)s said yes. Their name and contact stand under “See "
                    "the person and answer”."
                )
                if fits
                else _(
                    "A person said yes to %(title)s. One thing is still open; it stands under “See the person and "
                    "answer”, with the contact."
                )
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
            _("%(organization)s wants to meet you about %(title)s."),
        ),
        "trial": (
            _("A trial day at %(organization)s"),
            _("%(organization)s invites you to a trial day: %(title)s."),
        ),
        "offer": (
            _("%(organization)s makes you an offer"),
            _("%(organization)s makes you an offer: %(title)s. They will tell you more and hear what you say."),
        ),
        "put_off": (
            _("%(organization)s asks you to wait"),
            _("%(organization)s cannot take more people for %(title)s now. You stay on their list."),
        ),
        "declined": (
            _("An answer from %(organization)s"),
            _("%(organization)s will not go on with you for %(title)s."),
        ),
    }[state]
    paragraphs = [text % values]
    appointment = notice.data.get("appointment")
    if appointment and appointment["cancelled"]:
        paragraphs.append(_("The appointment of %(when)s does not take place.") % {"when": moment(appointment)})
    elif appointment:
        paragraphs += [_("When: %(when)s") % {"when": moment(appointment)}, where(appointment)]
    elif state in ("interview", "trial"):
        paragraphs.append(_("They will contact you about when and where."))
    if state == "declined":
        paragraphs += declined(notice.data)
    if notice.data["note"]:
        paragraphs.append(_("They wrote: “%(note)s”") % {"note": notice.data["note"]})
    return Message(
        subject=subject % values,
        paragraphs=paragraphs,
        actions=[Action(_("See it on your page"), notice.path)],
        calendar=arranging.entry(appointment, opening, notice.path) if appointment else None,
    )


def declined(data: dict) -> list[str]:
    """The reason in plain words, and what to do next."""
    said = [_("The reason: %(reason)s.") % {"reason": Referral.DeclineReason(data["reason"]).label}]
    skill = Names().credential(data["skill"]) if data.get("skill") else data.get("skill_said", "")
    if skill:
        said.append(_("The skill they missed: %(skill)s.") % {"skill": skill})
    if data.get("skill"):
        said.append(_("Your page names the next classes near you that teach it."))
    said.append(_("Your other matches stay open. Your coordinator sees this and can help with the next step."))
    return said


def still_open(notice) -> bool:
    """Whether the yes was not taken back or answered meanwhile, and the reader may still see it."""
    return Referral.objects.visible_to(notice.user).filter(pk=notice.data["referral"], state__in=Referral.OPEN).exists()


def recalled(notice) -> Message:
    """To the trainee: the last answer was a mistake."""
    values = {
        "organization": notice.data["opening"]["organization"],
        "title": spoken_title(notice.data["opening"]),
    }
    return Message(
        subject=_("%(organization)s took its last answer back") % values,
        paragraphs=[
            _("What %(organization)s answered about %(title)s a moment ago was a mistake and does not count.") % values,
            _("Your yes waits for their answer, as before. You do not have to do anything."),
        ],
        actions=[Action(_("See where it stands"), notice.path)],
    )


def still_said(notice) -> bool:
    """Whether the answer was not taken back meanwhile."""
    return not Referral.objects.filter(pk=notice.data.get("referral"), state__in=Referral.WAITING).exists()


register("referral_yes", said_yes, still_open)
register("referral_recalled", recalled, still_open)
answerable("referral_yes", links.of_notice)
answerable("matches", links.of_matches)
register("referral_answer", answered, still_said)
