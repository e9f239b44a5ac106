"""What councils keep about a person: the seats they hold."""

from django.utils.translation import gettext_lazy as _

from accounts.record.registry import blank, delete, nobodys, of_user, personal

personal(
    "councils.Term",
    _("Council seats I hold or held"),
    whose=of_user("user"),
    show=("seat__council__name_en", "seat__constituency", "is_alternate", "starts_on", "ends_on", "named_publicly"),
    covers=("user",),
    erase=blank(user=None, named_publicly=False),
)
personal(
    "councils.Office",
    _("What I do for councils"),
    whose=of_user("user"),
    show=("council__name_en", "role", "starts_on", "ends_on"),
    covers=("user",),
    erase=delete,
)
personal(
    "councils.Voice",
    _("What I wrote to councils with my name"),
    whose=of_user("author"),
    show=("council__name_en", "words", "visibility", "received_on", "answer", "answered_on"),
    covers=("author",),
    erase=delete,
)
nobodys("councils.Council", "A body and how it decides; who sits in it stands in its terms and offices.")
