"""The first opening of an organization nobody has verified: a second person looks at it before everybody does."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policies import is_coordinator
from ledger.log import history, record
from notifications import todo
from notifications.models import Task
from notifications.words import Action, Message

from .models import Opening

TASK = "first_opening"
DAYS = timedelta(days=2)


def is_first(opening) -> bool:
    """Whether the organization is unverified and no opening of it was ever shown."""
    if opening.organization.verified_at:
        return False
    shown = Opening.objects.filter(organization=opening.organization_id, published_at__isnull=False)
    return not shown.exists()


def waits(opening, *, by) -> bool:
    """Whether the opening waits for a second person when this one publishes it.

    The second person is a coordinator, and somebody else than who asked for it to be shown. Where nobody acts (a
    command of the operator), there is nobody to be the second of.
    """
    if by is None or not is_first(opening):
        return False
    asked = history(opening).filter(kind="opening.submitted").exclude(actor_id=by.pk)
    return not (is_coordinator(by) and asked.exists())


def submit(opening, *, by, at) -> None:
    """Somebody wants the opening shown; the coalition is asked to look at it. Inside the action's transaction."""
    if not history(opening).filter(kind="opening.submitted", actor_id=by.pk).exists():
        record("opening.submitted", opening, by=by, at=at, organization=opening.organization)
    todo.ask(
        TASK,
        topic="organizations",
        once_key=f"{TASK}:{opening.pk}",
        at=at,
        data={"organization": opening.organization.name, "opening": opening.title},
        about=opening,
        path=reverse("opening_edit", args=[opening.public_id]),
        due_on=timezone.localdate(at) + DAYS,
    )


def held(opening, *, by, at) -> bool:
    """Whether the opening has to wait; then the coalition was asked to look at it."""
    if not waits(opening, by=by):
        return False
    submit(opening, by=by, at=at)
    return True


def settle(opening, *, by, at) -> None:
    """The opening is shown: nobody has to look any more."""
    rows = Task.objects.filter(kind=TASK, about_type="opening", about_id=opening.pk, done_at=None)
    rows.update(done_at=at, done_by=by)


def words(task) -> Message:
    """To the coalition: look at a first opening."""
    return Message(
        subject=_("The first opening of %(organization)s: %(opening)s") % task.data,
        paragraphs=[
            _(
                "Nobody has verified this organization yet, so its first opening waits for a second person. Is there "
                "such an employer, and is this an honest offer? Then publish it. You can verify the organization, too."
            )
        ],
        actions=[Action(_("Look at the opening"), task.path)],
    )


todo.register(TASK, words)
