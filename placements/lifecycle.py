"""The life of a referral as a table. Before the first answer there is no row: the match has only been suggested."""

from django.utils.translation import gettext_lazy as _

from ledger.lifecycle import Lifecycle, Step

OPEN = ("yes", "interview", "put_off")

REFERRAL = Lifecycle(
    "referral",
    start="suggested",
    steps=(
        # The trainee's.
        Step("yes", ("suggested", "not_now", "no", "withdrawn"), "yes", _("Yes, I want this")),
        Step("not_now", ("suggested", "no", "not_now"), "not_now", _("Not now")),
        Step("no", ("suggested", "not_now", "no"), "no", _("No")),
        Step("withdraw", OPEN, "withdrawn", _("Take back my yes")),
        # The employer's or hall's.
        Step("interview", ("yes", "put_off"), "interview", _("Interview")),
        Step("put_off", ("yes", "interview"), "put_off", _("Not now")),
        Step("hire", OPEN, "hired", _("Hired")),
        Step("decline", OPEN, "declined", _("No")),
    ),
)
