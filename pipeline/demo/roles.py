"""The cast as the demo's sign-in shows it: who, in what role, and what one sees as that person."""

from django.utils.translation import gettext_lazy as _

from pipeline.cast import CAST

NEWCOMER_KEY = "newcomer"

SEES = {
    "ana": _("Her certificates, an intake that fits her, and what is one step away."),
    "priya": _("The people her center trained; she brings in a sheet of those who finished."),
    "elliot": _("His openings, how many people pass, and answers waiting for him."),
    "ben": _("The apprenticeship intake, the dispatch calls, and the order of each list."),
    "carla": _("Everybody certified and not placed, what blocks them, who owns the next step."),
    "willa": _("Her council: its seats, the vacant ones, and the next meeting."),
}


def cast() -> list[dict]:
    """Each member of the cast with one sentence about what they see."""
    return [{"key": p.key, "name": p.name, "role": p.role, "sees": SEES[p.key]} for p in CAST]
