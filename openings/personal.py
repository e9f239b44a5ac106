"""What openings keep about a person: their place on an institution's own list."""

from django.utils.translation import gettext_lazy as _

from accounts.record.registry import delete, nobodys, of_trainee, personal

personal(
    "openings.ListPlace",
    _("My places on lists"),
    whose=of_trainee("trainee"),
    show=("opening__title", "opening__organization__name", "registered_at", "rank"),
    covers=("trainee",),
    erase=delete,
)

nobodys("openings.Opening", "Public: an opening and where the work is; its contact is a member of staff.")
