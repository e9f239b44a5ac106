"""The order rules, each explained in one sentence to the people it puts in order."""

from django.utils.translation import gettext_lazy as _

from .models import Opening

_Rule = Opening.OrderRule

EXPLAINED = {
    _Rule.WAITING: _("Among the people who meet everything asked for, whoever has been certified longest goes first."),
    _Rule.RANKED: _("The organization ranks people, for example by test and interview; number 1 goes first."),
    _Rule.FIFO: _("People go in the order in which they registered with the organization: first in, first out."),
    _Rule.LOTTERY: _(
        "Everybody who meets what is asked for has the same chance: a draw, fixed before anybody is on the list, sets "
        "the order."
    ),
}


def explained(rule: str) -> str:
    return EXPLAINED[rule]
