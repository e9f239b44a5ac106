"""How a question about a place is told to whom it was put, and the answer to whom asked."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.speech import day
from notifications import policies, todo
from notifications.sms import gsm, texts
from notifications.words import Action, Message, register

from ..models import Cohort, PlaceRequest, Program
from .actions import CALL

Answer = PlaceRequest.Answer


def _program(key: int) -> Program:
    return Program.objects.select_related("provider").get(pk=key)


def _values(data: dict) -> dict:
    program = _program(data["program"])
    return {"program": program.title, "provider": program.provider.name}


def asked(notice) -> Message:
    """To the people who were asked; the name and contact are on the page, not in the mail."""
    values = _values(notice.data)
    cohort = Cohort.objects.filter(pk=notice.data["cohort"]).first()
    request = PlaceRequest.objects.select_related("program").filter(pk=notice.data["request"]).first()
    paragraphs = [_("A person wants to join %(program)s, by %(provider)s.") % values]
    if cohort:
        paragraphs.append(_("They ask for the class that starts on %(date)s.") % {"date": day(cohort.starts_on)})
    if request and request.is_call:
        paragraphs.append(
            _("Nobody of %(provider)s is on this site. Please call them, and tell the person what they say.") % values
        )
    paragraphs.append(_("The name, contact and language are on the page. You answer there with one tap."))
    return Message(
        subject=_("Somebody asks for a place: %(program)s") % values,
        paragraphs=paragraphs,
        actions=[Action(_("See who asks, and answer"), notice.path)],
    )


def still_asked(notice) -> bool:
    """Whether it waits for an answer, and the reader may still see it."""
    rows = PlaceRequest.objects.visible_to(notice.user, at=timezone.now())
    return rows.filter(pk=notice.data["request"], state=PlaceRequest.State.ASKED).exists()


def answered(notice) -> Message:
    """To the person who asked."""
    data, program = notice.data, _program(notice.data["program"])
    values = {"program": program.title, "provider": program.provider.name}
    other = Cohort.objects.select_related("program").filter(pk=data["other"]).first()
    subject = {
        Answer.COME: _("There is a place for you: %(program)s"),
        Answer.FULL: _("The class is full: %(program)s"),
        Answer.NOT_YET: _("Not yet: %(program)s"),
        Answer.OTHER: _("Another class for you: %(provider)s"),
    }[data["answer"]]
    paragraphs = [said(program, data["answer"], on=data["on"], other=other)]
    if data["note"]:
        paragraphs.append(_("They wrote: “%(note)s”") % {"note": data["note"]})
    actions = [Action(_("See the answer"), notice.path)]
    if data["answer"] == Answer.FULL:
        paragraphs.append(_("You can ask for a place in other classes, too."))
        actions.append(Action(_("Look for other classes"), others(program)))
    return Message(subject=subject % values, paragraphs=paragraphs, actions=actions)


def others(program: Program) -> str:
    """Where programs of the same trade are listed."""
    trade = program.occupations.order_by("code").values_list("code", flat=True).first()
    return f"/programs/?trade={trade}" if trade else "/programs/"


def said(program: Program, answer: str, *, on=None, other: Cohort | None = None) -> str:
    """The answer as a sentence to the person."""
    values = {"program": program.title, "provider": program.provider.name}
    if answer == Answer.COME:
        return _("%(provider)s has a place for you in %(program)s.") % values
    if answer == Answer.FULL:
        return _("%(program)s of %(provider)s is full now.") % values
    if answer == Answer.NOT_YET:
        values["date"] = day(on)
        return _("%(provider)s cannot say yes yet for %(program)s. Ask again from %(date)s on.") % values
    values |= {"other": other.program.title, "date": day(other.starts_on)}
    return _("%(provider)s names another class for you: %(other)s, from %(date)s on.") % values


def taken_back(notice) -> Message:
    """To the people who kept a place: it is free again. Who it was is no longer theirs to know."""
    values = _values(notice.data)
    return Message(
        subject=_("A place is free again: %(program)s") % values,
        paragraphs=[_("A person to whom you had said “come” took back that they want to join %(program)s.") % values],
        actions=[Action(_("See who else asks"), notice.path)],
    )


def to_call(task) -> Message:
    """To the coordinators: a school that is not on this site has to be called."""
    values = _values(task.data)
    return Message(
        subject=_("Call %(provider)s: somebody wants a class") % values,
        paragraphs=[
            _("A person wants to join %(program)s. Nobody of %(provider)s is on this site.") % values,
            _("They agreed that you call there for them. Write down on the page what you are told."),
        ],
        actions=[Action(_("See who asks, and answer"), task.path)],
    )


def _answered_by_text(notice) -> str:
    values = {name: gsm.cut(value, texts.TITLE) for name, value in _values(notice.data).items()}
    return {
        Answer.COME: _("There is a place for you: %(program)s, %(provider)s. Read on: %(url)s"),
        Answer.FULL: _("Full now: %(program)s, %(provider)s. Other classes: %(url)s"),
        Answer.NOT_YET: _("Not yet: %(program)s, %(provider)s. When to ask again: %(url)s"),
        Answer.OTHER: _("%(provider)s names another class for you. Read on: %(url)s"),
    }[notice.data["answer"]] % (values | {"url": texts.link(notice.path)})


register("place_asked", asked, still_asked)
register("place_answered", answered)
register("place_taken_back", taken_back)
texts.register("place_answered", _answered_by_text)
todo.register(CALL, to_call)
policies.only_while_opened(CALL, lambda user: PlaceRequest.objects.visible_to(user, at=timezone.now()))
