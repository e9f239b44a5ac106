"""The life of a recommendation, as a table."""

from django.utils.translation import gettext_lazy as _

from ledger.lifecycle import Lifecycle, Step

RECOMMENDATION = Lifecycle(
    "recommendation",
    start="proposed",
    steps=(
        Step("adopt", ("proposed",), "adopted", _("The council adopted it")),
        Step("send", ("adopted",), "sent", _("It was sent")),
        Step("answer", ("sent",), "answered", _("An answer came")),
        Step("accept", ("sent", "answered"), "accepted", _("It was accepted")),
        Step("decline", ("sent", "answered"), "declined", _("It was declined")),
        Step("start", ("accepted",), "in_progress", _("Work on it began")),
        Step("finish", ("accepted", "in_progress"), "done", _("It is done")),
    ),
)
# With these the addressee's answer is written down, in public.
ANSWERS = {"answer", "accept", "decline"}
# From its adoption on until it ends, its open steps are reminded of and carried over.
ALIVE = ("adopted", "sent", "answered", "accepted", "in_progress")
