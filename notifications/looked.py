"""Somebody looked at as many people as an account may in a day: the coalition is asked to look into it."""

from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.record import seen
from accounts.speech import day

from . import policies, todo
from .words import Action, Message

KIND = policies.RECORDS_SEEN


def tell(viewer, organization, people: int, at) -> None:
    """Ask the coalition, once for each account and day."""
    todo.ask(
        KIND,
        topic="address",
        once_key=f"{KIND}:{viewer.pk}:{at:%Y-%m-%d}",
        about=viewer,
        data={"organization": organization.name if organization else "", "people": people, "on": at.date().isoformat()},
        due_on=(at + timedelta(days=1)).date(),
        path="/tasks/",
        at=at,
    )


def message(task) -> Message:
    """To the coalition: whose account it is, for whom, and what to ask."""
    person = task.person if isinstance(task.person, User) else None
    return Message(
        subject=_("An account opened the records of very many people"),
        paragraphs=[
            _("%(name)s (%(organization)s) opened the records of %(n)s people on %(date)s.")
            % {
                "name": person.full_name if person else _("Somebody"),
                "organization": task.data["organization"] or _("no organization"),
                "n": task.data["people"],
                "date": day(task.data["on"]),
            },
            _(
                "It may be honest work, or somebody who copies the list. Please call them and ask. "
                "If it was not them, end their membership today."
            ),
        ],
        actions=[Action(_("See the tasks"), task.path)],
    )


seen.alarm(tell)
todo.register(KIND, message)
