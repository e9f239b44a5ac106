"""The life of a referral as a table. Before the first answer there is no row: the match has only been suggested."""

from django.utils.translation import gettext_lazy as _

from ledger.lifecycle import Lifecycle, Step

# On these somebody has the next step, by a day. The first waits for its turn and is not before the hirer yet.
OPEN = ("queued", "yes", "seen", "interview", "trial", "offer", "put_off")
WITH_HIRER = OPEN[1:]

# What the person, having said one thing, can still turn into a yes.
WILLING = ("suggested", "not_now", "no", "withdrawn", "closed")

REFERRAL = Lifecycle(
    "referral",
    start="suggested",
    steps=(
        # The trainee's.
        Step("yes", WILLING, "yes", _("Yes, I want this")),
        # The same yes, when the hirer has as many people as it can review this week.
        Step("queue", WILLING, "queued", _("Yes, I want this")),
        Step("not_now", ("suggested", "no", "not_now"), "not_now", _("Not now")),
        Step("no", ("suggested", "not_now", "no"), "no", _("No")),
        Step("withdraw", OPEN, "withdrawn", _("Take back my yes")),
        # Nobody's: the turn came, somebody looked, something else ended it.
        Step("call_up", ("queued",), "yes"),
        Step("see", ("yes",), "seen"),
        Step("close", OPEN, "closed"),
        # Nobody's either: the hire that ended it was written down by mistake (placements/hires/undone.py).
        Step("reopen", ("hired", "closed"), "yes"),
        Step("requeue", ("closed",), "queued"),
        Step("annul", ("hired",), "closed"),
        # The employer's or hall's.
        Step("interview", ("yes", "seen", "put_off"), "interview", _("Interview")),
        Step("trial", ("yes", "seen", "interview", "put_off"), "trial", _("Trial day")),
        Step("offer", ("yes", "seen", "interview", "trial", "put_off"), "offer", _("Offer")),
        Step("put_off", ("yes", "seen", "interview", "trial", "offer"), "put_off", _("Not now")),
        Step("hire", OPEN, "hired", _("Hired")),
        Step("decline", WITH_HIRER, "declined", _("No")),
        # An answer by mistake, for ten minutes (placements/second_thoughts.py).
        Step("take_back", ("interview", "put_off", "declined"), "seen"),
    ),
)

# What the ledger says of a referral: the state after each kind of event.
STATE_AFTER = {f"{REFERRAL.name}.{step.name}": step.to for step in REFERRAL.steps}
