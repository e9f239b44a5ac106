"""What the boards keep about people: the row a person is listed by, and what staff saved and did in bulk."""

from django.utils.translation import gettext_lazy as _

from accounts.record.registry import delete, keep, of_trainee, of_user, personal

personal(
    "placements.Waiting",
    _("How the coordinators’ list shows me while I wait for work"),
    whose=of_trainee("trainee"),
    show=("since", "block", "county", "missing"),
    covers=("trainee",),
    erase=delete,
)
personal(
    "placements.SavedView",
    _("Lists I saved under a name"),
    whose=of_user("owner"),
    show=("board", "name", "query", "created_at"),
    covers=("owner",),
    erase=delete,
)
personal(
    "placements.BulkChange",
    _("What I did with many rows of a list at once"),
    whose=of_user("by"),
    show=("what", "at", "undone_at"),
    covers=("by", "rows"),
    erase=keep,
    stays=_("That many rows of a list were changed at once, without a name."),
)
