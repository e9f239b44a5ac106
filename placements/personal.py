"""What placements keep about a person: their answers, what employers and halls answered, and what was said of it."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.record.registry import delete, of_trainee, of_user, personal
from notifications.models import Task

from .boards import personal as _boards  # noqa: F401 - lists are spoken of there
from .closing import STUCK
from .hires import personal as _hires  # noqa: F401 - jobs are spoken of there
from .models import Comment, Referral


def _unnamed(rows, subject, at) -> None:
    """Nobody waits for an answer any more; that there was one, and how it ended, stays for the counts."""
    rows.filter(state__in=Referral.OPEN).update(state=Referral.State.WITHDRAWN, owner=None, due_on=None)
    rows.update(note="", skill_said="", muted_until=None, muted_reason="")
    Comment.objects.filter(referral__in=rows).delete()
    stuck = Task.objects.filter(kind=STUCK, about_type="referral", about_id__in=list(rows.values_list("pk", flat=True)))
    stuck.filter(done_at=None).update(done_at=at)


def _said(subject) -> Q:
    """What the person wrote, and what others wrote about their answers for them to read."""
    return Q(author=subject.user) | Q(
        referral__trainee=subject.trainee_id or 0, audience=Comment.Audience.ALL, deleted_at=None
    )


def _silent(rows, subject, at) -> None:
    """What the person wrote goes; that somebody wrote stays, so that answers to it make sense."""
    rows.filter(author=subject.user).update(text="", author=None, deleted_at=at)


personal(
    "placements.Referral",
    _("My answers to openings"),
    whose=of_trainee("trainee"),
    show=(
        *("opening__title", "opening__organization__name", "state", "reason", "note", "answered_at"),
        *("hirer_answered_at", "sent_at", "due_on", "skill__name_en", "skill_said"),
    ),
    covers=("trainee", "owner", "muted_reason"),
    erase=_unnamed,
    stays=_("That somebody answered an opening, was hired or declined, without a name: seats and counts need it."),
)
personal(
    "placements.Appointment",
    _("My interviews and trial days"),
    whose=of_trainee("referral__trainee"),
    show=("kind", "starts_at", "minutes", "place", "link", "cancelled_at"),
    erase=delete,
)
personal(
    "placements.Comment",
    _("What was said about my answers, and by me"),
    whose=_said,
    show=("referral__opening__title", "audience", "text", "written_at"),
    covers=("author", "mentioned"),
    erase=_silent,
    stays=_("That a comment was written, without its words and its author."),
)
personal(
    "placements.Comment_mentioned",
    _("Where I was mentioned"),
    whose=of_user("user"),
    show=("comment__referral__opening__title", "comment__written_at"),
    covers=("user",),
    erase=delete,
)
