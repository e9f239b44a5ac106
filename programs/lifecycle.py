"""The lives of a certification, of a class and of asking for a place in one, as tables."""

from django.utils.translation import gettext_lazy as _

from ledger.lifecycle import Lifecycle, Step

# Declined and written down again: for another school to be asked.
CERTIFICATION = Lifecycle(
    "certification",
    start="recorded",
    steps=(
        Step("recorded", ("revoked",), "recorded"),
        Step("verified", ("recorded",), "verified"),
        Step("expired", ("verified",), "expired"),
        Step("revoked", ("recorded", "verified", "expired"), "revoked"),
    ),
)

COHORT = Lifecycle(
    "cohort",
    start="planned",
    steps=(
        Step("opened", ("planned", "full", "cancelled"), "open", _("Take people")),
        Step("full", ("planned", "open"), "full", _("It is full")),
        Step("cancelled", ("planned", "open", "full"), "cancelled", _("Cancel the class")),
    ),
)

# Answered again is "not yet" becoming "come": the last answer counts.
PLACE_REQUEST = Lifecycle(
    "place_request",
    start="asked",
    steps=(
        Step("answered", ("asked", "answered"), "answered"),
        Step("withdrawn", ("asked", "answered"), "withdrawn"),
    ),
)
