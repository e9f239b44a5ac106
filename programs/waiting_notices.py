"""How it is told that a school, or whoever calls one, has not answered."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organization
from accounts.organizations import reach
from accounts.speech import day
from notifications import policies, todo
from notifications.words import Action, Message, register

from . import confirmations, waiting
from .models import Certification, Confirmation, Credential, PlaceRequest, Program
from .places.notices import still_asked


def _values(data: dict) -> dict:
    """What was asked, of whom, and since when."""
    found = {"date": day(datetime.fromisoformat(data["since"])), "n": data.get("days", 0)}
    found["organization"] = str(Organization.objects.get(pk=data["to"]))
    if "program" in data:
        program = Program.objects.select_related("provider").get(pk=data["program"])
        return found | {"what": program.title, "school": program.provider.name}
    credential = Credential.objects.filter(pk=data["credential"]).first()
    return found | {"what": credential.short if credential else data["credential"], "school": data["school"]}


def reminder(notice) -> Message:
    """To those who were asked; the name is on the page."""
    data, values = notice.data, _values(notice.data)
    if "program" in data:
        said = _("A person who asked for a place in %(what)s has waited for your answer since %(date)s.")
        if data["called"]:
            said = _("A person who asked for a place in %(what)s has waited since %(date)s for you to call %(school)s.")
        more = _("One tap is enough. If you cannot say yet, “not yet” is an answer, too.")
    else:
        said = _("A person who wrote down %(what)s has waited for your word since %(date)s.")
        if data["called"]:
            said = _("A person who wrote down %(what)s has waited since %(date)s for you to ask %(school)s.")
        more = _("One tap is enough. A no helps, too: then the person can ask somebody else.")
    paragraphs = [said % values, more]
    if data["last"] and not data["called"]:
        paragraphs.append(_("A coordinator now looks after this with you, so that the person hears something."))
    return Message(
        subject=_("A person waits for you: %(what)s") % values,
        paragraphs=paragraphs,
        actions=[Action(_("See who asks, and answer"), notice.path)],
    )


def waits(notice) -> Message:
    """To the person: nobody answered, and this is what happens now."""
    values = _values(notice.data)
    text = ngettext(
        "%(organization)s has not answered you about %(what)s for %(n)s day.",
        "%(organization)s has not answered you about %(what)s for %(n)s days.",
        values["n"],
    )
    to = Organization.objects.get(pk=notice.data["to"])
    return Message(
        subject=_("Still no answer: %(what)s") % values,
        paragraphs=[text % values, *waiting.after(to, asks=notice.data["asks"], call=reach.whom_to_call(to))],
        actions=[Action(_("See where it stands"), notice.path)],
    )


def unanswered(told) -> Message:
    """To the coordinators who ask the school: a task, and the message that there is one."""
    values = _values(told.data)
    if "program" in told.data:
        text = ngettext(
            "A person who asked for a place in %(what)s has waited for %(n)s day without an answer.",
            "A person who asked for a place in %(what)s has waited for %(n)s days without an answer.",
            values["n"],
        )
    else:
        text = ngettext(
            "A person who wrote down %(what)s has waited for their word for %(n)s day.",
            "A person who wrote down %(what)s has waited for their word for %(n)s days.",
            values["n"],
        )
    return Message(
        subject=_("%(organization)s does not answer: %(what)s") % values,
        paragraphs=[
            text % values,
            _("Please call them, and ask them to answer on this site. Who it is stands there: the person agreed that "
              "they see the name, and nobody else."),
        ],
        actions=[Action(_("See whom to call"), told.path)],
    )  # fmt: skip


def _place_waits(notice) -> bool:
    rows = PlaceRequest.objects.shared(timezone.now())
    return rows.filter(pk=notice.data["request"], state=PlaceRequest.State.ASKED).exists()


def _word_asked(notice) -> Confirmation | None:
    """The same question: taken back and put to somebody else, it is another."""
    rows = Confirmation.objects.shared().select_related("organization")
    return rows.filter(pk=notice.data["confirmation"]).first()


def _word_waits(notice) -> bool:
    return _word_asked(notice) is not None


def _still_my_word(notice) -> bool:
    asked = _word_asked(notice)
    people = waiting.people_of(asked.organization) if asked else []
    return any(person.pk == notice.user_id for person in people)


def _in_sight(_user):
    """Certificates about which a school can be asked to answer, or was: not while it may not see whose they are."""
    shared = Exists(Confirmation.objects.shared().filter(certification=OuterRef("pk")))
    return Certification.objects.filter(~Q(state=Certification.State.RECORDED) | shared)


register("place_reminder", reminder, still_asked)
register("certificate_reminder", reminder, _still_my_word)
register("place_waits", waits, _place_waits)
register("certificate_waits", waits, _word_waits)
register(waiting.PLACE, unanswered, _place_waits)
register(waiting.CERTIFICATE, unanswered, _word_waits)
todo.register(waiting.PLACE, unanswered)
todo.register(waiting.CERTIFICATE, unanswered)
# To call a school that sees nothing to answer helps nobody: the person is leaving, or a parent took back their yes.
policies.only_while_opened(waiting.PLACE, lambda _user: PlaceRequest.objects.shared(timezone.now()))
policies.only_while_opened(waiting.CERTIFICATE, _in_sight)
policies.only_while_opened(confirmations.CALL, _in_sight)
