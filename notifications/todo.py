"""Tasks: what a person of the staff has to do. Each room words its kinds, made at reading in the reader's language."""

from collections.abc import Callable

from django.db import transaction

from .models import Task
from .words import Message

_writers: dict[str, Callable[[Task], Message]] = {}


def register(kind: str, write: Callable[[Task], Message]) -> None:
    """`write` words a task of this kind."""
    _writers[kind] = write


def kinds() -> list[str]:
    """Every kind of task that can be worded."""
    return sorted(_writers)


def message(task: Task) -> Message:
    """The task in words, in the language that is active."""
    return _writers[task.kind](task)


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
