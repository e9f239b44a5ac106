"""Counting: who makes a quorum, and what a vote came to. Pure, in whole numbers and fractions."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction

CHOICES = ("yes", "no", "abstain")


@dataclass(frozen=True)
class Quorum:
    """How many seats are there of how many that are held, how many it takes, and whom it lacks."""

    held: int
    present: int
    needed: int
    by: dict[str, tuple[int, int, int]]  # constituency -> present, held, needed at least
    met: bool


def quorum(held: list[str], present: list[str], percent: int, at_least: dict[str, int]) -> Quorum:
    """`held` and `present` name the constituency of each seat; more than `percent` of the seats held must be there.

    A constituency of which fewer seats are held than it needs needs all that are held, and at least one.
    """
    have, there = Counter(held), Counter(present)
    needed = max(1, min(len(held), len(held) * percent // 100 + 1))
    by = {
        name: (there[name], have[name], max(1, min(at_least[name], have[name])) if at_least.get(name) else 0)
        for name in sorted({*have, *(name for name, least in at_least.items() if least)})
    }
    met = len(present) >= needed and all(now >= least for now, _held, least in by.values())
    return Quorum(len(held), len(present), needed, by, met)


@dataclass(frozen=True)
class Majority:
    """A rule as it was when the vote was put."""

    top: int
    bottom: int
    more_than: bool
    of: str  # cast, present, seats
    weight: str  # seat, constituency
    each: bool

    def reached(self, part, whole) -> bool:
        """Whether this part of the whole is enough; of nothing, nothing is."""
        if not whole:
            return False
        share = Fraction(self.top, self.bottom) * whole
        return part > share if self.more_than else part >= share


@dataclass(frozen=True)
class Paper:
    """One who may vote: for whom they sit, with how many votes, and what they chose; None when they did not vote."""

    constituency: str
    votes: int
    choice: str | None


def tally(majority: Majority, papers: list[Paper], seats: list[tuple[str, int]]) -> dict:
    """What the vote came to. `papers`: who may vote, the recused left out; `seats`: all, with their votes."""
    total = defaultdict(int)
    for paper in papers:
        total[paper.constituency] += paper.votes

    def weight(paper):
        if majority.weight == "constituency":
            return Fraction(paper.votes, total[paper.constituency])
        return Fraction(paper.votes)

    sums = {choice: Fraction(0) for choice in CHOICES}
    by = defaultdict(lambda: {choice: Fraction(0) for choice in CHOICES} | {"present": Fraction(0)})
    for paper in papers:
        by[paper.constituency]["present"] += weight(paper)
        if paper.choice:
            sums[paper.choice] += weight(paper)
            by[paper.constituency][paper.choice] += weight(paper)
    if majority.of == "cast":
        whole = sums["yes"] + sums["no"]
    elif majority.of == "present":
        whole = sum((weight(paper) for paper in papers), Fraction(0))
    elif majority.weight == "constituency":
        whole = Fraction(len({name for name, _votes in seats}))
    else:
        whole = Fraction(sum(votes for _name, votes in seats))
    adopted = majority.reached(sums["yes"], whole)
    agree = {}
    for name, part in by.items():
        of = part["yes"] + part["no"] if majority.of == "cast" else part["present"]
        agree[name] = majority.reached(part["yes"], of)
    if majority.each:
        adopted = adopted and all(agree.values())
    heads = Counter(paper.choice for paper in papers if paper.choice)
    return {
        "heads": {choice: heads[choice] for choice in CHOICES},
        "weights": {choice: _said(sums[choice]) for choice in CHOICES},
        "whole": _said(whole),
        "by": {
            name: {choice: _said(part[choice]) for choice in CHOICES} | {"agrees": agree[name]}
            for name, part in sorted(by.items())
        },
        "may": len(papers),
        "voted": sum(heads.values()),
        "adopted": adopted,
    }


def _said(value: Fraction):
    return int(value) if value.denominator == 1 else round(float(value), 3)
