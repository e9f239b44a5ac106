"""The life of a certification as a table."""

from ledger.lifecycle import Lifecycle, Step

CERTIFICATION = Lifecycle(
    "certification",
    start="recorded",
    steps=(
        Step("verified", ("recorded",), "verified"),
        Step("expired", ("verified",), "expired"),
        Step("revoked", ("recorded", "verified", "expired"), "revoked"),
    ),
)
