"""How hires are told, and whether the work goes on is asked: by mail, page and text. No mail names the person."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.policies import Denied
from accounts.speech import day, dollars
from imports.values import contacts
from ledger.lifecycle import IllegalStep
from matching.tell import spoken_title
from notifications import todo
from notifications.sms import gsm, meaning, questions, texts
from notifications.words import Action, Line, Message, register

from ..models import Referral
from . import actions, links, policies, retention, taking
from .models import CheckIn, Placement

Side = Placement.Side


def since(days: int) -> str:
    """How long, in words: "30 days", "one year"."""
    return _("one year") if days == 365 else ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def hired(notice) -> Message:
    """To the person: somebody wrote down that they are hired."""
    at = {"at": notice.data["at"], "date": day(notice.data["starts_on"])}
    return Message(
        subject=_("You are hired at %(at)s") % at,
        paragraphs=[
            _("It is written down here that you work at %(at)s from %(date)s. Congratulations!") % at,
            _("We suggest no other openings now. If you still look for work, say so on your page."),
            _("After 30, 90, 180 and 365 days we ask you once if you are still there."),
        ],
        actions=[Action(_("See my job, or say that it is wrong"), notice.path)],
    )


def hired_elsewhere(notice) -> Message:
    """To an employer or hall that was considering somebody who now works somewhere else, or with itself."""
    title = {"title": spoken_title(notice.data["opening"])}
    if hired := notice.data.get("hired"):  # those of old do not say it
        title |= {"organization": hired["organization"], "other": spoken_title(hired)}
        return Message(
            subject=_("%(organization)s hired somebody who also said yes to %(title)s") % title,
            paragraphs=[
                _("The hire is for %(other)s. So %(title)s is finished, and you owe no answer any more.") % title
            ],
            actions=[Action(_("See who it was"), notice.path)],
        )
    return Message(
        subject=_("Somebody who said yes to %(title)s was hired elsewhere") % title,
        paragraphs=[_("They found work somewhere else. This is finished, and you owe no answer any more.")],
        actions=[Action(_("See who it was"), notice.path)],
    )


def place_filled(notice) -> Message:
    """To whoever waited for a place that somebody else got."""
    opening, others = notice.data["opening"], notice.data["others"]
    values = {"organization": opening["organization"], "title": spoken_title(opening)}
    return Message(
        subject=_("The places at %(organization)s are filled") % values,
        paragraphs=[
            _("All places for %(title)s at %(organization)s went to others. Nothing is wrong with you.") % values
        ],
        lines_title=_("These fit you as well") if others else "",
        lines=[Line(_other(other)) for other in others],
        asks=[] if others else [_("No other opening fits you today. We look again day and night.")],
        actions=[Action(_("See what fits me"), notice.path)],
    )


def _other(opening: dict) -> str:
    low, _high = opening["wage"]
    values = {
        "title": spoken_title(opening),
        "organization": opening["organization"],
        "zip": opening["zip"],
        "pay": dollars(low),
    }
    if low:
        return _("%(title)s, %(organization)s, ZIP %(zip)s, from %(pay)s an hour") % values
    return _("%(title)s, %(organization)s, ZIP %(zip)s") % values


def to_confirm(notice) -> Message:
    """To an employer or hall: it was written down elsewhere that the person works there."""
    title = {"title": spoken_title(notice.data["opening"])}
    return Message(
        subject=_("Did you hire somebody for %(title)s?") % title,
        paragraphs=[_("It was written down that a person who said yes to %(title)s works with you now.") % title],
        asks=[_("If that is so, please confirm it. If not, answer them as usual.")],
        actions=[Action(_("Confirm the hire"), notice.path)],
    )


def job_ended(notice) -> Message:
    """To whoever takes part and did not say it."""
    at, reason = {"at": notice.data["at"]}, Placement.End(notice.data["reason"]).label
    by = Side(notice.data["side"]).label
    paragraphs = [_("This was said by: %(side)s. The reason: %(reason)s.") % {"side": by, "reason": reason}]
    if notice.data["reader"] == "worker":
        paragraphs.append(_("We look for openings for you again. If this is wrong, tell your coordinator."))
        return Message(
            _("Your job at %(at)s is written down as ended") % at,
            paragraphs,
            actions=[Action(_("See my page"), notice.path)],
        )
    return Message(_("A job at %(at)s ended") % at, paragraphs, actions=[Action(_("See the record"), notice.path)])


def yes_again(notice) -> Message:
    """To the person: a hire by mistake had ended their yes, and it counts again."""
    values = {"title": spoken_title(notice.data["opening"]), "organization": notice.data["opening"]["organization"]}
    return Message(
        subject=_("Your yes to %(title)s counts again") % values,
        paragraphs=[
            _("Your yes to %(title)s at %(organization)s had ended. That was a mistake, and we are sorry.") % values,
            _("They were asked to answer you. If you do not want it any more, take your yes back on its page."),
        ],
        actions=[Action(_("See where it stands"), notice.path)],
    )


def stay_worker(notice) -> Message:
    """The question to the person."""
    values = {"at": notice.data["at"], "time": since(notice.data["days"])}
    return Message(
        subject=_("Are you still working at %(at)s?") % values,
        paragraphs=[
            _("It has been %(time)s since you began at %(at)s. Please tell us if you still work there.") % values,
            _("It is one question. You may also say what you earn now."),
        ],
        actions=[*_link(notice, Side.WORKER), Action(_("Answer on my page"), notice.path)],
    )


def stay_employer(notice) -> Message:
    """The question to the employer or hall."""
    values = {"date": day(notice.data["starts_on"]), "time": since(notice.data["days"])}
    return Message(
        subject=_("Is the person you hired on %(date)s still with you?") % values,
        paragraphs=[_("It has been %(time)s. Their name is on the page. It is one question.") % values],
        actions=[*_link(notice, Side.EMPLOYER), Action(_("Answer on the page"), notice.path)],
    )


def _link(notice, side) -> list[Action]:
    check = CheckIn.objects.select_related("placement__trainee").filter(pk=notice.data["check"]).first()
    if check is None or not retention.waits_for(check, side):
        return []
    return [Action(_("Answer without signing in"), links.path(notice.user, check, side))]


def still_asked(notice) -> bool:
    """Whether that side can still answer, and may."""
    rows = CheckIn.objects.select_related("placement__trainee__user", "placement__employer")
    check = rows.filter(pk=notice.data["check"]).first()
    side = Side.WORKER if notice.kind == "stay_worker" else Side.EMPLOYER
    return bool(check and retention.waits_for(check, side) and policies.side_of(notice.user, check.placement) == side)


def _unfinished(notice) -> bool:
    return Referral.objects.visible_to(notice.user).filter(pk=notice.data["referral"], state__in=Referral.OPEN).exists()


def stay_task(task) -> Message:
    """To the coordinator by name: the two sides disagree, or somebody says nothing."""
    name = str(task.person) if task.person else _("somebody")
    values = {"name": name, "at": task.data["at"], "time": since(task.data["days"])}
    why = (
        _("The person and the employer do not say the same.")
        if task.data["why"] == "disagree"
        else _("We asked both sides two weeks ago, and not everybody answered.")
    )
    return Message(
        subject=_("Does %(name)s still work at %(at)s, after %(time)s?") % values,
        paragraphs=[why, _("Please ask them, and write down what you found out.")],
        actions=[Action(_("See both answers"), task.path)],
    )


# --- By text ----------------------------------------------------------------------------------------------------------
def _check(about: str) -> CheckIn | None:
    return (
        CheckIn.objects.select_related("placement__trainee__user", "placement__employer")
        .filter(public_id=about)
        .first()
    )


def _asks(side) -> questions.Asks:
    def title(user, about: str) -> str:
        check = _check(about)
        if not check or not retention.waits_for(check, side) or policies.side_of(user, check.placement) != side:
            return ""
        return gsm.cut(check.placement.at if side == Side.WORKER else str(check.placement.trainee), texts.NAME)

    def act(user, about: str, said: str, at) -> str:
        if said == meaning.NOT_NOW:
            raise IllegalStep(_("Please answer 1 for yes or 3 for no."))
        check = _check(about)
        if check is None:
            raise IllegalStep(_("Thank you. This question is settled already."))
        answer = CheckIn.Answer.YES if said == meaning.YES else CheckIn.Answer.NO
        retention.answer(check, side, answer, by=user, at=at, via="text")
        if answer == CheckIn.Answer.YES:
            return _("Thank you. We are glad to hear it.")
        if side == Side.EMPLOYER:
            return _("Thank you for telling us.")
        return _("Thank you. We look for openings for you again. Say why it ended: %(url)s") % {
            "url": texts.link("/me/work/")
        }

    return questions.Asks(lambda notice: notice.data["asked"], title, act)


def _text_worker(notice) -> str:
    values = {"at": gsm.cut(notice.data["at"], texts.NAME), "url": texts.link("/me/work/")}
    return _("Are you still working at %(at)s? Answer 1 yes, 3 no. %(url)s") % values


def _text_employer(notice) -> str:
    values = {"date": day(notice.data["starts_on"]), "url": texts.link("/inbox/")}
    return _("Is the person you hired on %(date)s still with you? Answer 1 yes, 3 no. Who: %(url)s") % values


def _text_hired(notice) -> str:
    values = {"at": gsm.cut(notice.data["at"], texts.NAME), "url": texts.link("/me/work/")}
    return _("We hear that you were hired at %(at)s. See if it is right: %(url)s") % values


def _found_work(user, whom: str, at) -> str:
    """Somebody writes that they were hired: where is known, or asked."""
    page = {"url": texts.link("/me/work/new/")}
    if not user.is_trainee:
        raise Denied(_("To write down a hire, sign in: %(url)s") % {"url": texts.link("/hires/new/")})
    if not whom:
        rows = Referral.objects.open().filter(trainee__user=user).select_related("opening__organization")
        last = rows.order_by("-answered_at", "-pk").first()
        name = gsm.cut(last.opening.organization.name, texts.NAME) if last else _("Acme Tools")
        said = _("Congratulations! Where? Answer for example: HIRED AT %(name)s. Or write it here: %(url)s")
        return said % (page | {"name": name})
    if contacts.has_ssn(whom):
        raise Denied(_("Please never send us a Social Security number. We did not keep it."))
    terms = taking.Terms(timezone.localdate(at), employer_name=whom[:120])
    job = actions.declare(user.trainee, terms=terms, by=user, at=at, side=Side.WORKER)
    said = _("Congratulations! Written down: %(at)s, from today. Say the pay, or mend it: %(url)s")
    return said % {"at": gsm.cut(job.at, texts.NAME), "url": texts.link("/me/work/")}


register("hired", hired)
register("hired_elsewhere", hired_elsewhere)
register("place_filled", place_filled)
register("hire_to_confirm", to_confirm, _unfinished)
register("job_ended", job_ended)
register("yes_again", yes_again, _unfinished)
register("stay_worker", stay_worker, still_asked)
register("stay_employer", stay_employer, still_asked)
todo.register("stay", stay_task)
for _kind, _side, _write in (
    ("stay_worker", Side.WORKER, _text_worker),
    ("stay_employer", Side.EMPLOYER, _text_employer),
):
    questions.register(_kind, _asks(_side))
    texts.register(_kind, _write)
texts.register("hired", _text_hired)
questions.when_told(meaning.HIRED, _found_work)
