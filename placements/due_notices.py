"""How reminders, turns, appointments and what ended are told, and the task of whoever takes over."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.policies import acts_for
from accounts.speech import day
from matching.reasons import Names
from matching.tell import spoken_title
from notifications import todo
from notifications.words import Action, Message, ahead, answerable, register

from . import arranging, closing, links, talk
from .boards.notices import step_is_due
from .case_views import Shown
from .models import Appointment, Comment, Referral
from .notices import still_open
from .speech import moment, where


def reminder(notice) -> Message:
    """To whoever owns the next step, and the people of the employer or hall."""
    values = {"title": spoken_title(notice.data["opening"]), "date": day(datetime.fromisoformat(notice.data["since"]))}
    text = {
        "yes": _("A person who said yes to %(title)s has waited for your answer since %(date)s."),
        "queued": _("A person who said yes to %(title)s waits for their turn. It was expected by now."),
        "interview": _("You wanted to meet a person about %(title)s. What came of it?"),
        "trial": _("You invited a person to a trial day: %(title)s. What came of it?"),
        "offer": _("You made a person an offer: %(title)s. What came of it?"),
        "put_off": _("You asked a person who said yes to %(title)s to wait. Can you say more now?"),
    }["yes" if notice.data["state"] == "seen" else notice.data["state"]]
    more = _("One tap is enough. If you cannot say yet, “not now” is an answer, too.")
    if notice.data["state"] == "queued":
        more = _("Their turn comes when you answer whoever waits before them, or look at more people in a week.")
    paragraphs = [text % values, more]
    if notice.data["last"]:
        paragraphs.append(_("A coordinator now looks after this with you, so that the person hears something."))
    return Message(
        subject=_("A person waits for you: %(title)s") % values,
        paragraphs=paragraphs,
        actions=[Action(_("See the person and answer"), notice.path)],
    )


def still_due(notice) -> bool:
    """Whether the step of which it reminds is still the one that is open."""
    fresh = Referral.objects.open().filter(pk=notice.data["referral"]).select_related("opening__organization").first()
    if fresh is None:
        return False
    # Of a turn that is late the employer or hall hears, too, though not yet whose it is.
    unseen = fresh.state == Referral.State.QUEUED and acts_for(notice.user, fresh.opening.organization)
    if not unseen and not still_open(notice):
        return False
    reminded = {"yes", "seen"} if notice.data["state"] in ("yes", "seen") else {notice.data["state"]}
    return fresh.state in reminded


def passed_on(notice) -> Message:
    """To whoever has the next step since its owner left."""
    values = {"title": spoken_title(notice.data["opening"]), "date": day(notice.data["due_on"])}
    return Message(
        subject=_("The next step is yours now: %(title)s") % values,
        paragraphs=[
            _("Whoever had the next step for a person who said yes to %(title)s has left. It is yours now.") % values,
            _("It is due by %(date)s.") % values,
        ],
        actions=[Action(_("Take the next step"), notice.path)],
    )


def taken_over(notice) -> Message:
    """To the trainee: nobody answered, and this is who looks after it now."""
    values = {
        "organization": notice.data["opening"]["organization"],
        "title": spoken_title(notice.data["opening"]),
        "name": notice.data["name"],
        "n": notice.data["days"],
    }
    text = ngettext(
        "%(organization)s has not answered about %(title)s for %(n)s day.",
        "%(organization)s has not answered about %(title)s for %(n)s days.",
        notice.data["days"],
    )
    if notice.data.get("state") == "queued":
        text = _("Your turn at %(organization)s for %(title)s was expected by now and has not come.")
    paragraphs = [
        text % values,
        _("%(name)s, a coordinator, now asks them. Your yes stays as it is, and you do not have to do anything.")
        % values,
    ]
    if notice.data.get("unseen"):
        paragraphs.append(_("You do not share your record with %(name)s, so your name is not shown to them.") % values)
    return Message(
        subject=_("%(name)s now looks after your yes to %(title)s") % values,
        paragraphs=paragraphs,
        actions=[Action(_("See where it stands"), notice.path)],
    )


def turn(notice) -> Message:
    """To the trainee who waited in order."""
    values = {
        "organization": notice.data["opening"]["organization"],
        "title": spoken_title(notice.data["opening"]),
        "date": day(notice.data["due_on"]),
    }
    return Message(
        subject=_("Your turn has come: %(title)s") % values,
        paragraphs=[
            _("%(organization)s now sees your name and contact for %(title)s and should answer by %(date)s.") % values
        ],
        actions=[Action(_("See where it stands"), notice.path)],
    )


def appointment(notice) -> Message:
    """To both sides: an appointment was set, moved or called off."""
    said, opening = notice.data["appointment"], notice.data["opening"]
    values = {
        "kind": Appointment.Kind(said["kind"]).label,
        "title": spoken_title(opening),
        "organization": opening["organization"],
        "when": moment(said),
    }
    if said["cancelled"]:
        subject = _("Called off: %(kind)s, %(title)s")
        paragraphs = [_("The appointment of %(when)s at %(organization)s does not take place.") % values]
    else:
        subject = _("%(kind)s: %(title)s, %(when)s")
        paragraphs = [_("When: %(when)s") % values, where(said)]
    return Message(
        subject=subject % values,
        paragraphs=paragraphs,
        actions=[Action(_("See where it stands"), notice.path)],
        calendar=arranging.entry(said, opening, notice.path),
    )


def still_so(notice) -> bool:
    """Whether the appointment was not changed again meanwhile."""
    said = notice.data["appointment"]
    return Appointment.objects.filter(public_id=said["id"], sequence=said["sequence"]).exists()


def skill_missed(notice) -> Message:
    """To the people of the provider who taught somebody an employer or hall declined for a skill."""
    data = notice.data
    values = {
        "skill": Names().credential(data["skill"]) if data["skill"] else data["skill_said"],
        "organization": data["opening"]["organization"],
        "title": spoken_title(data["opening"]),
    }
    return Message(
        subject=_("A hirer missed a skill: %(skill)s") % values,
        paragraphs=[
            _("%(organization)s did not go on with somebody you taught for %(title)s. What they missed: %(skill)s.")
            % values,
            _("We do not say who it was. The list shows what hirers missed, and how often."),
        ],
        actions=[Action(_("What hirers missed"), notice.path)],
    )


def opening_shut(notice) -> Message:
    """To the trainee who waited when the opening was closed."""
    opening = notice.data["opening"]
    values = {"organization": opening["organization"], "title": spoken_title(opening)}
    return Message(
        subject=_("Closed: %(title)s") % values,
        paragraphs=[
            _("%(organization)s closed the opening %(title)s, so your yes to it has ended. This is not about you.")
            % values,
            _("Your page shows what else fits you. They no longer see your contact for this opening."),
        ],
        actions=[Action(_("See your other openings"), notice.path)],
    )


def mentioned(notice) -> Message:
    """To whoever was mentioned in a comment; its words are on the page, for those who may read them today.

    The name of whoever wrote it is there for them alone, too: not for who no longer acts for the employer or hall, nor
    once the person no longer shares theirs or was erased.
    """
    values = {"name": _author(notice), "title": spoken_title(notice.data["opening"])}
    return Message(
        subject=_("%(name)s mentioned you: %(title)s") % values,
        paragraphs=[_("%(name)s wrote a comment about a referral to %(title)s and mentioned you.") % values],
        actions=[Action(_("Read the comment"), notice.path)],
    )


def _author(notice) -> str:
    if not hasattr(notice, "author"):
        _look_for_authors([notice], notice.user)
    return notice.author or _("Somebody")


def _look_for_authors(notices: list, reader) -> None:
    """Who wrote the comment of each, where the reader may see them; the same few questions for one and for many."""
    rows = Referral.objects.visible_to(reader).with_consents().select_related("trainee__user", "opening__organization")
    found = rows.in_bulk({notice.data["referral"] for notice in notices})
    said = talk.read_by(reader, *found.values()).prefetch_related(None)
    said = said.in_bulk({notice.data["comment"] for notice in notices})
    named = Shown.named(reader, [found[comment.referral_id] for comment in said.values()])
    for notice in notices:
        comment = said.get(notice.data["comment"])
        wrote = comment.author if comment else None
        hidden = wrote and wrote.pk == found[comment.referral_id].trainee.user_id and comment.referral_id not in named
        notice.author = wrote.full_name if wrote and not hidden else ""


def still_there(notice) -> bool:
    """Whether the comment was not taken back, and its reader may still see the referral."""
    there = Comment.objects.filter(pk=notice.data["comment"], deleted_at=None).exists()
    return there and Referral.objects.visible_to(notice.user).filter(pk=notice.data["referral"]).exists()


def stuck(task) -> Message:
    """To the coordinator who takes over a step."""
    values = {
        "organization": task.data["opening"]["organization"],
        "title": spoken_title(task.data["opening"]),
        "n": task.data["days"],
    }
    text = ngettext(
        "A person who said yes to %(title)s has waited for %(n)s day without an answer.",
        "A person who said yes to %(title)s has waited for %(n)s days without an answer.",
        task.data["days"],
    )
    if task.data["state"] == "queued":
        text = _("A person who said yes to %(title)s waits for their turn. It was expected by now.")
    paragraphs = [
        text % values,
        _("You own the next step now. Please ask them, and write down their answer, or let reminders rest."),
    ]
    if task.data.get("unseen"):
        paragraphs.append(_("The person does not share their record with you, so you do not see who it is."))
    return Message(
        subject=_("%(organization)s does not answer: %(title)s") % values,
        paragraphs=paragraphs,
        actions=[Action(_("See the referral"), task.path)],
    )


register("referral_reminder", reminder, still_due)
answerable("referral_reminder", links.of_notice)
register("step_passed_on", passed_on, step_is_due)
register("referral_taken_over", taken_over, still_open)
register("referral_turn", turn, still_open)
register("appointment", appointment, still_so)
register("skill_missed", skill_missed)
register("opening_shut", opening_shut)
register("mentioned", mentioned, still_there)
ahead("mentioned", _look_for_authors)
todo.register(closing.STUCK, stuck)
