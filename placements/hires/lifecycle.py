"""The life of a placement as a table. Before the hire there is no row. A check-in that was missed is passed over."""

from django.utils.translation import gettext_lazy as _

from ledger.lifecycle import Lifecycle, Step

# After how many days both sides are asked whether the work goes on.
DAYS = (30, 90, 180, 365)
STANDING = ("hired", *(f"retained_{days}" for days in DAYS))

PLACEMENT = Lifecycle(
    "placement",
    start="none",
    steps=(
        Step("hire", ("none",), "hired"),
        *(Step(f"retained_{days}", STANDING[: at + 1], f"retained_{days}") for at, days in enumerate(DAYS)),
        Step("end", STANDING, "ended", _("The job ended")),
    ),
)
