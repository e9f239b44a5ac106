"""How far a vote in the open is, by constituency; and in words why one of them did not agree.

Of a secret ballot only how many voted in all is told: with few seats a constituency is a person.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .models import Constituency, Elector


@dataclass(frozen=True)
class Turnout:
    """One constituency while the vote is open: how many of those who may vote did, and who did not yet."""

    name: str
    voted: int
    may: int
    waiting: list[str]


def by_constituency(electors: list[Elector]) -> list[Turnout]:
    """Every constituency that is asked; one whose electors are all recused is not."""
    asked: dict[str, list[Elector]] = {}
    for elector in electors:
        if not elector.recused:
            asked.setdefault(elector.constituency, []).append(elector)
    return [
        Turnout(
            Constituency(name).label,
            sum(one.voted for one in those),
            len(those),
            [one.user.full_name for one in those if one.user and not one.voted],
        )
        for name, those in sorted(asked.items())
    ]


def why_not(part: dict) -> str:
    """Why this constituency of a counted vote does not agree; nothing when it does."""
    if part["agrees"]:
        return ""
    if not any(part[choice] for choice in ("yes", "no", "abstain")):
        return _("nobody voted")
    return _("too few yes votes") if part["yes"] or part["no"] else _("all abstained")
