"""What councils keep about a person: the seats they hold."""

from django.utils.translation import gettext_lazy as _

from accounts.record.registry import blank, of_user, personal

personal(
    "councils.Seat",
    _("Seats I hold"),
    whose=of_user("holder"),
    show=("council__name_en", "constituency", "term_ends_on"),
    covers=("holder",),
    erase=blank(holder=None),
)
