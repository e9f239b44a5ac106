"""Answers by text: the same actions as on the page, by the same person, under the same policies.

What a text says and how it is answered is registered with the channel when the site starts; the channel knows no
openings, and this room knows no carrier.
"""

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.speech import day, dollars
from ledger.lifecycle import IllegalStep
from matching.models import Match
from matching.tell import spoken_title
from notifications.sms import gsm, meaning, questions, texts

from . import actions, arranging, policies, turns
from .models import Appointment, Referral

VIA = "text"  # how the ledger and the consent say that it came by text


def _match(user, about: str) -> Match | None:
    rows = Match.objects.select_related("opening__organization", "trainee__user")
    return rows.filter(public_id=about, trainee__user=user).first()


def _asked(notice) -> str:
    """The match a notice asks about; one that tells of several asks nothing, their page does."""
    found = notice.data["matches"]
    return found[0]["public_id"] if len(found) == 1 and not notice.data.get("more") else ""


def _title(user, about: str) -> str:
    """The opening in a few words, while it can still be answered and was not."""
    match = _match(user, about)
    if match is None or not policies.answer(user, match):
        return ""
    answered = Referral.objects.filter(trainee=match.trainee, opening=match.opening)
    if answered.exclude(state=Referral.State.NOT_NOW).exists():
        return ""
    return f"{gsm.cut(_of(match), texts.TITLE)}, {gsm.cut(match.opening.organization.name, texts.NAME)}"


def _of(match) -> str:
    return spoken_title({"title": match.opening.title, "title_es": match.opening.title_es})


def _act(user, about: str, answer: str, at) -> str:
    """Yes, not now or no, as this person; the sentence they read."""
    match = _match(user, about)
    if match is None:
        raise IllegalStep(_("This opening does not fit any more, so there is nothing to answer."))
    page = {"url": texts.link("/me/")}
    if answer == meaning.YES:
        referral = actions.say_yes(match, by=user, at=at, via=VIA)
        if referral.state == Referral.State.QUEUED:
            turn = turns.turn_of(referral, on=timezone.localdate(at))
            said = _("You said yes. You wait in order: place %(n)s of %(total)s, expected by %(date)s. %(url)s")
            return said % {"n": turn.number, "total": turn.total, "date": day(turn.about), "url": page["url"]}
        if referral.state != Referral.State.YES:
            return _("You had said yes already. Their answer is on your page: %(url)s") % page
        said = _("You said yes to %(organization)s. They see your name and contact and should answer by %(date)s.")
        names = {"organization": gsm.cut(match.opening.organization.name, texts.NAME), "date": day(referral.due_on)}
        return " ".join([said % names, _("Take it back: %(url)s") % page])
    if answer == meaning.NO:
        # The no counts at once; its reason may follow.
        actions.say_no(match, reason=Referral.Reason.OTHER, note="", by=user, at=at, via=VIA)
        return _(
            "Noted, we will not ask about this again. Why not? 4 too far, 5 pay, 6 hours, 7 I care for someone, "
            "8 I have work, 9 other work."
        )
    actions.say_not_now(match, by=user, at=at, via=VIA)
    return _("All right, not now. You can change your answer as long as the opening is open.")


def _no_without_why(user, about: str) -> Referral | None:
    match = _match(user, about)
    if match is None:
        return None
    rows = Referral.objects.filter(trainee=match.trainee, opening=match.opening, note="")
    return rows.filter(state=Referral.State.NO, reason=Referral.Reason.OTHER).select_related("opening").first()


def _why_title(user, about: str) -> str:
    """What they said no to, as long as nobody knows why."""
    referral = _no_without_why(user, about)
    return gsm.cut(_of(referral), texts.TITLE) if referral else ""


def _why(user, about: str, reason: str, at) -> str:
    """The reason of the no before, as this person."""
    referral = _no_without_why(user, about)
    if referral is None:
        raise IllegalStep(_("Thank you. This question is settled already."))
    actions.say_why(referral, reason, by=user, at=at, via=VIA)
    return _("Thank you. This helps us find better openings for you.")


# --- What a text says -------------------------------------------------------------------------------------------------
def _matches(notice) -> str:
    found, more = notice.data["matches"], notice.data.get("more", ())
    if not _asked(notice):
        count = len(found) + len(more)
        said = ngettext("%(n)s opening fits you. See it: %(url)s", "%(n)s openings fit you. See them: %(url)s", count)
        return said % {"n": count, "url": texts.link("/me/")}
    opening = found[0]["opening"]
    low, _high = opening["wage"]
    work = _("%(title)s at %(organization)s, ZIP %(zip)s") % {
        "title": gsm.cut(spoken_title(opening), texts.TITLE),
        "organization": gsm.cut(opening["organization"], texts.NAME),
        "zip": opening["zip"],
    }
    if low:
        work = _("%(work)s, %(wage)s/h") % {"work": work, "wage": dollars(low).removesuffix(".00")}
    return _("%(work)s. Answer 1 yes, share my contact; 2 not now; 3 no. %(url)s") % {
        "work": work,
        "url": texts.link("/me/"),
    }


def _people(notice) -> str:
    count = len(notice.data["matches"]) + len(notice.data.get("more", ()))
    said = ngettext(
        "%(n)s person passes every gate for %(title)s. See more: %(url)s",
        "%(n)s people pass every gate for %(title)s. See more: %(url)s",
        count,
    )
    title = gsm.cut(spoken_title(notice.data["opening"]), texts.TITLE)
    return said % {"n": count, "title": title, "url": texts.link("/hire/")}


def _said_yes(notice) -> str:
    said = _("A person said yes to %(title)s. By %(date)s: 1 interview; 2 not now; 3 no. %(url)s")
    title = gsm.cut(spoken_title(notice.data["opening"]), texts.TITLE)
    return said % {"title": title, "date": day(notice.data["due_on"]), "url": texts.link("/inbox/")}


def _hirers(notice) -> str:
    """The referral a hirer can answer by text, by its address."""
    return str(notice.data.get("public_id") or "")


def _hirers_referral(user, about: str) -> Referral | None:
    rows = Referral.objects.visible_to(user).filter(public_id=about, state__in=Referral.WAITING)
    referral = rows.select_related("trainee__user", "opening__organization", "owner").first()
    return referral if referral and policies.respond(user, referral) else None


def _hirers_title(user, about: str) -> str:
    """The opening in a few words, while the yes to it waits for an answer."""
    referral = _hirers_referral(user, about)
    return gsm.cut(_of(referral), texts.TITLE) if referral else ""


def _hirers_answer(user, about: str, answer: str, at) -> str:
    """Interview or not now, as this person. A no needs its reason, which the page asks for."""
    referral = _hirers_referral(user, about)
    if referral is None:
        raise IllegalStep(_("This was answered already, or the person stepped back."))
    page = {"url": texts.link(f"/referrals/{referral.public_id}/")}
    if answer == meaning.NO:
        return _("To say no, choose the reason here; the person reads it: %(url)s") % page
    step = "interview" if answer == meaning.YES else "put_off"
    actions.respond(referral, step, by=user, at=at, via=VIA)
    if step == "interview":
        return _("Thank you, the person was told that you want to meet. Say when and where: %(url)s") % page
    return _("Thank you, the person was told that you need more time. %(url)s") % page


def _answered(notice) -> str:
    opening, appointment = notice.data["opening"], notice.data.get("appointment")
    if appointment and not appointment["cancelled"]:
        return _meeting(notice)
    said = {
        "trial": _("%(organization)s invites you to a trial day: %(title)s. They will contact you. %(url)s"),
        "offer": _("%(organization)s makes you an offer: %(title)s. They will contact you. %(url)s"),
        "interview": _("%(organization)s wants to meet you about %(title)s. They will contact you. %(url)s"),
        "put_off": _("%(organization)s asks you to wait for %(title)s. You stay on their list. %(url)s"),
        "declined": _("%(organization)s will not go on with you for %(title)s. The reason and what else fits: %(url)s"),
    }[notice.data["state"]]
    return said % {
        "organization": gsm.cut(opening["organization"], texts.NAME),
        "title": gsm.cut(spoken_title(opening), texts.TITLE),
        "url": texts.link("/me/"),
    }


def _meeting(notice) -> str:
    """When an appointment is, or that it is called off; where it is stands on the page."""
    said, opening = notice.data["appointment"], notice.data["opening"]
    at = arranging.local(said)
    interview = said["kind"] == Appointment.Kind.INTERVIEW
    if said["cancelled"] and interview:
        words = _("Called off: interview at %(organization)s, %(date)s %(time)s. %(url)s")
    elif said["cancelled"]:
        words = _("Called off: trial day at %(organization)s, %(date)s %(time)s. %(url)s")
    elif interview:
        words = _("Interview at %(organization)s: %(date)s %(time)s. %(url)s")
    else:
        words = _("Trial day at %(organization)s: %(date)s %(time)s. %(url)s")
    return words % {
        "organization": gsm.cut(opening["organization"], texts.NAME),
        "date": day(at.date()),
        "time": formats.date_format(at, "TIME_FORMAT"),
        "url": texts.link(notice.path),
    }


questions.register("matches", questions.Asks(_asked, _title, _act, then={meaning.NO: "why_not"}))
# Asked by the reply to a no, never by a notice.
questions.register("why_not", questions.Asks(lambda notice: "", _why_title, _why, why=True))
questions.register("referral_yes", questions.Asks(_hirers, _hirers_title, _hirers_answer))
texts.register("appointment", _meeting)
texts.register("matches", _matches)
texts.register("people", _people)
texts.register("referral_yes", _said_yes)
texts.register("referral_answer", _answered)
