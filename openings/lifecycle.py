"""The life of an opening as a table."""

from django.utils.translation import gettext_lazy as _

from ledger.lifecycle import Lifecycle, Step

OPENING = Lifecycle(
    "opening",
    start="draft",
    steps=(
        Step("published", ("draft",), "published", _("Publish")),
        Step("closed", ("published",), "closed", _("Close")),
        Step("reopened", ("closed",), "published", _("Open again")),
    ),
)
