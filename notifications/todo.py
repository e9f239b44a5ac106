"""Tasks: what a person of the staff has to do. Each room words its kinds, made at reading in the reader's language."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import is_coordinator, organizations_of

from . import policies
from .models import Task
from .words import Action, Message

log = logging.getLogger(__name__)

# Done tasks stay in sight this long.
DONE_LATELY = timedelta(days=30)

_writers: dict[str, Callable[[Task], Message]] = {}


def register(kind: str, write: Callable[[Task], Message]) -> None:
    """`write` words a task of this kind."""
    _writers[kind] = write


def kinds() -> list[str]:
    """Every kind of task that can be worded."""
    return sorted(_writers)


def message(task: Task) -> Message:
    """The task in words, in the language that is active; one that cannot be worded says so, for the others' sake."""
    try:
        return _writers[task.kind](task)
    except Exception:
        log.exception("task %s of kind %r cannot be worded", task.public_id, task.kind)
        return Message(
            subject=_("A task that cannot be shown in words"),
            paragraphs=[
                _("What it asks for could not be put into words. Whoever runs this site finds the reason in its log."),
                _("If nothing is left to do, mark it as done."),
            ],
            actions=[Action(_("Open what it is about"), task.path)] if task.path else [],
        )


def worded(tasks: list[Task]) -> list[Task]:
    """These tasks, each with the `person` it is about (if any) and its `message`, in the language that is active."""
    people = User.objects.in_bulk({task.about_id for task in tasks if task.about_type == "user"})
    for task in tasks:
        task.person = people.get(task.about_id) if task.about_type == "user" else None
        task.message = message(task)
    return tasks


def lists(user) -> dict[str, Q]:
    """The lists a person has: theirs, their organizations', for coordinators everybody's; and what is done."""
    seen = policies.tasks_of(user)
    still = Q(done_at=None) & seen
    ours = Q(owner=None, organization__in=[organization.pk for organization in organizations_of(user)])
    if is_coordinator(user):
        ours |= Q(owner=None, organization=None)
    found = {"mine": still & Q(owner=user), "ours": still & ours}
    if is_coordinator(user):
        found["all"] = still
    return found | {"done": Q(done_at__gt=timezone.now() - DONE_LATELY) & seen}


def count(lists: dict[str, Q]) -> dict[str, int]:
    """How many tasks each list has, in one statement."""
    return Task.objects.order_by().aggregate(**{name: Count("pk", filter=which) for name, which in lists.items()})


_SOMEBODYS = re.compile(r"[^\s<>“”\"']+@[^\s<>“”\"']+|\+?\d{10,15}|\(?\d{3}\)?[ -]\d{3}-\d{4}")


def impersonal(said: str) -> str:
    """What a server or carrier said, without the address or number it named: for tasks that are about nobody."""
    return _SOMEBODYS.sub("…", said)


def ask(
    kind: str,
    *,
    topic: str,
    once_key: str,
    at,
    data: dict | None = None,
    path: str = "",
    owner=None,
    organization=None,
    about=None,
    due_on=None,
) -> Task | None:
    """Ask somebody to do something, once; None when it was asked before.

    It is the owner's; without one the organization's; without either the coalition's. Inside the action's transaction.
    """
    with transaction.atomic():
        task, made = Task.objects.get_or_create(
            once_key=once_key,
            defaults={
                "kind": kind,
                "topic": topic,
                "owner": owner,
                "organization": organization,
                "about_type": about._meta.model_name if about else "",
                "about_id": about.pk if about else None,
                "data": data or {},
                "path": path,
                "due_on": due_on,
                "created_at": at,
            },
        )
    return task if made else None
