"""What matching keeps about a person: what they were put before. Its lists follow the withdrawn consent."""

from django.utils.translation import gettext_lazy as _

from accounts.record.registry import delete, nobodys, of_trainee, personal

personal(
    "matching.Match",
    _("Openings that fit me"),
    whose=of_trainee("trainee"),
    show=("opening__title", "opening__organization__name", "state", "gates", "points", "since", "ended_at"),
    covers=("trainee",),
    erase=delete,
)

nobodys("matching.Run", "Counts and times of a nightly run; people only by number, where a change is unexplained.")
