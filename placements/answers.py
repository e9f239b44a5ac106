"""Answers by text: the same actions as on the page, by the same person, under the same policies.

What a text says and how it is answered is registered with the channel when the site starts; the channel knows no
openings, and this room knows no carrier.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.speech import day, dollars
from ledger.lifecycle import IllegalStep
from matching.models import Match
from matching.tell import spoken_title
from notifications.sms import gsm, meaning, questions, texts

from . import actions, policies
from .models import Referral

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
        if referral.state != Referral.State.YES:
            return _("You had said yes already. Their answer is on your page: %(url)s") % page
        said = _("You said yes to %(organization)s. They see your name and contact and should answer by %(date)s.")
        names = {"organization": gsm.cut(match.opening.organization.name, texts.NAME), "date": day(referral.due_on)}
        return " ".join([said % names, _("Take it back: %(url)s") % page])
    if answer == meaning.NO:
        actions.say_no(match, reason=Referral.Reason.OTHER, note="", by=user, at=at, via=VIA)
        return _("Thank you for telling us. We will not ask you about this opening again.")
    actions.say_not_now(match, by=user, at=at, via=VIA)
    return _("All right, not now. You can change your answer as long as the opening is open.")


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
        "%(n)s certified person passes every gate for %(title)s. See more: %(url)s",
        "%(n)s certified people pass every gate for %(title)s. See more: %(url)s",
        count,
    )
    title = gsm.cut(spoken_title(notice.data["opening"]), texts.TITLE)
    return said % {"n": count, "title": title, "url": texts.link("/hire/")}


def _said_yes(notice) -> str:
    said = _("A person said yes to %(title)s. Please answer by %(date)s: %(url)s")
    title = gsm.cut(spoken_title(notice.data["opening"]), texts.TITLE)
    return said % {"title": title, "date": day(notice.data["due_on"]), "url": texts.link("/inbox/")}


def _answered(notice) -> str:
    opening = notice.data["opening"]
    said = {
        "interview": _("%(organization)s wants to meet you about %(title)s. They will contact you. %(url)s"),
        "put_off": _("%(organization)s asks you to wait for %(title)s. You stay on their list. %(url)s"),
        "hired": _("%(organization)s wrote down that you are hired: %(title)s. %(url)s"),
        "declined": _("%(organization)s will not go on with you for %(title)s. The reason and what else fits: %(url)s"),
    }[notice.data["state"]]
    return said % {
        "organization": gsm.cut(opening["organization"], texts.NAME),
        "title": gsm.cut(spoken_title(opening), texts.TITLE),
        "url": texts.link("/me/"),
    }


questions.register("matches", questions.Asks(_asked, _title, _act))
texts.register("matches", _matches)
texts.register("people", _people)
texts.register("referral_yes", _said_yes)
texts.register("referral_answer", _answered)
