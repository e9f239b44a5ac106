"""What placements keep about a person: their answers, and what employers and halls answered."""

from django.utils.translation import gettext_lazy as _

from accounts.record.registry import of_trainee, personal

from .models import Referral


def _unnamed(rows, subject, at) -> None:
    """Nobody waits for an answer any more; that there was one, and how it ended, stays for the counts."""
    rows.filter(state__in=Referral.OPEN).update(state=Referral.State.WITHDRAWN, owner=None, due_on=None)
    rows.update(note="")


personal(
    "placements.Referral",
    _("My answers to openings"),
    whose=of_trainee("trainee"),
    show=(
        *("opening__title", "opening__organization__name", "state", "reason", "note", "answered_at"),
        *("hirer_answered_at", "due_on"),
    ),
    covers=("trainee", "owner"),
    erase=_unnamed,
    stays=_("That somebody answered an opening, was hired or declined, without a name: seats and counts need it."),
)
