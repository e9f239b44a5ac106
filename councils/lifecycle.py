"""The lives of meetings, minutes and decisions, as tables."""

from django.utils.translation import gettext_lazy as _

from ledger.lifecycle import Lifecycle, Step

MEETING = Lifecycle(
    "meeting",
    start="planned",
    steps=(
        Step("call", ("planned",), "called", _("Send the call")),
        Step("open", ("planned", "called"), "open", _("Open the meeting")),
        Step("close", ("open",), "closed", _("Close the meeting")),
        Step("cancel", ("planned", "called"), "cancelled", _("Cancel the meeting")),
    ),
)

MINUTES = Lifecycle(
    "minutes",
    start="draft",
    steps=(
        Step("ready", ("draft",), "ready", _("Ready to be approved")),
        Step("reopen", ("ready",), "draft", _("Back to the draft")),
        Step("approve", ("ready",), "approved", _("Approved by the meeting")),
        Step("publish", ("approved",), "published", _("Publish")),
    ),
)

DECISION = Lifecycle(
    "decision",
    start="draft",
    steps=(
        Step("open", ("draft",), "open", _("Open the vote")),
        Step("adopt", ("draft", "open"), "adopted", _("Adopted")),
        Step("reject", ("draft", "open"), "rejected", _("Rejected")),
        Step("withdraw", ("draft", "open"), "withdrawn", _("Withdraw the question")),
    ),
)
