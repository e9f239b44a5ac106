"""The life of an opening as a table. One that was closed is published again by the same step, with the same checks."""

from django.utils.translation import gettext_lazy as _

from ledger.lifecycle import Lifecycle, Step

OPENING = Lifecycle(
    "opening",
    start="draft",
    steps=(
        Step("published", ("draft", "closed"), "published", _("Publish")),
        Step("closed", ("published",), "closed", _("Close")),
    ),
)
