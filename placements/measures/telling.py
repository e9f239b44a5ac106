"""The measures as a reader may see them: coordinators the numbers themselves, everybody else none of few people."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.policies import is_coordinator, organizations_of
from ledger.figures import SMALLEST_BASE

from . import chain, headline, published, small

NAMES = {
    "certified": gettext_lazy("First certificate verified"),
    "matched": gettext_lazy("An opening fits"),
    "asked": gettext_lazy("Asked about it"),
    "yes": gettext_lazy("Said yes"),
    "seen": gettext_lazy("Seen by the employer or hall"),
    "interview": gettext_lazy("Interview or trial day"),
    "offer": gettext_lazy("Offer"),
    "hired": gettext_lazy("Hired"),
    "retained": gettext_lazy("Still there after 30 days"),
}


@dataclass(frozen=True)
class Reader:
    """What a reader may see: the numbers as they are, and whether institution by institution."""

    exact: bool
    institutions: bool

    @classmethod
    def of(cls, user) -> "Reader":
        if not user.is_authenticated:
            return cls(exact=False, institutions=False)
        exact = is_coordinator(user)
        inside = exact or bool(organizations_of(user)) or user.terms.current().exists()
        return cls(exact=exact, institutions=inside)


@dataclass
class Step:
    """One hand-off of one line. None is what this reader does not see, or what is none."""

    name: str
    people: int | None
    lost: int | None = None
    percent: int | None = None  # of those of the step before, whom it is too early to ask of left out
    days: int | None = None
    hidden: bool = False
    recent: int | None = 0  # who got to the step before so lately that they cannot be here yet


@dataclass
class Told:
    """One line in words: everybody, or one institution; and where it loses most."""

    name: str
    steps: list[Step]

    @property
    def worst(self) -> Step | None:
        """The hand-off that the greatest share does not get through, of those that can be told."""
        known = [step for step in self.steps[1:] if step.percent is not None and step.lost]
        return min(known, key=lambda step: step.percent, default=None)


def lines(by: str, since: date, until: date, reader: Reader) -> list[Told]:
    """The chain: everybody first, then the institutions where the reader may see them."""
    steps = chain.YESES if by == "hirer" else chain.PEOPLE
    everybody, *bodies = (headline.yeses if by == "hirer" else headline.people)(since, until).lines
    if reader.exact:
        shown, total = [line.counts for line in bodies], everybody.counts
    else:
        shown, total = small.hide([line.counts for line in bodies], everybody.counts)
    told = [_told(_("Everybody"), steps, everybody, total, reader)]
    if reader.institutions:
        pairs = list(zip(bodies, shown, strict=True))
        if not reader.exact:  # nor does the order tell how many they are
            pairs.sort(key=lambda pair: (-small.rounded(pair[1][0] or 0), pair[0].body.name))
        told += [_told(line.body.name, steps, line, counts, reader) for line, counts in pairs]
    return told


def _told(name: str, steps, line: chain.Line, counts, reader: Reader) -> Told:
    if not reader.exact:
        counts = [None if n is None else small.rounded(n) for n in counts]
    told = []
    for at, step in enumerate(steps):
        n, before = counts[at], counts[at - 1] if at else None
        recent = _recent(line, reader) if at == len(steps) - 1 else 0
        if before is not None:
            before = None if recent is None else max(before - recent, 0)
        both = n is not None and before is not None
        enough = reader.exact or (n is not None and n >= SMALLEST_BASE)
        told.append(
            Step(
                name=str(NAMES[step]),
                people=n,
                lost=before - n if both else None,
                percent=round(100 * n / before) if both and before else None,
                days=line.days[at] if enough else None,
                hidden=n is None,
                recent=recent,
            )
        )
    return Told(name, told)


def _recent(line: chain.Line, reader: Reader) -> int | None:
    """How many it is too early to ask of whether they stayed. None for who reads no few people: beside the sums this
    number, and what it leaves as lost, would tell of them; then no share is given either."""
    return line.recent if reader.exact or not line.recent else None


@dataclass(frozen=True)
class Measure:
    """One measure by name: its value, what stands beside it, and its definition."""

    key: str
    name: str
    definition: str
    value: str
    beside: str


def measures(since: date, until: date, reader: Reader) -> list[Measure]:
    """The measures of the region, each with its definition and of how many it is."""
    found = []
    for indicator in (
        *(published.DAYS_TO_ANSWER, published.DAYS_TO_HIRE, published.ANSWERED, published.LOCAL),
        *published.RETAINED.values(),
    ):
        value, beside = (_exactly if reader.exact else _safely)(indicator, since, until)
        found.append(Measure(indicator.key, str(indicator.name), str(indicator.definition), value, beside))
    return found


def _safely(indicator, since, until) -> tuple[str, str]:
    figure = indicator.figure(since=since, until=until)
    if figure.suppressed:
        return _("hidden"), _("too few people to show")
    if figure.value is None:
        return "—", _("nothing to measure yet, or more than half still wait")
    return indicator.say(figure.value), _("of about %(n)s") % {"n": f"{figure.denominator:,}"}


def _exactly(indicator, since, until) -> tuple[str, str]:
    if indicator.unit == "days":
        step = "answered" if indicator is published.DAYS_TO_ANSWER else "hired"
        value, beside = _spread(headline.days_to(step, since, until))
        if early := headline.before(step, since, until):
            said = ngettext(
                "%(n)s more person had it before the certificate",
                "%(n)s more people had it before the certificate",
                early,
            )
            beside += "; " + said % {"n": f"{early:,}"}
        return value, beside
    if indicator is published.ANSWERED:
        share = headline.answered(since, until)
    elif indicator is published.LOCAL:
        share = headline.local(since, until)
    else:
        days = next(days for days, one in published.RETAINED.items() if one is indicator)
        share = headline.retained(days, since, until)
    if share.percent is None:
        return "—", _("nothing to measure yet")
    beside = _("%(part)s of %(whole)s") % {"part": f"{share.part:,}", "whole": f"{share.whole:,}"}
    if share.unknown:
        beside += "; " + _("of %(n)s more it is not known") % {"n": f"{share.unknown:,}"}
    return indicator.say(share.percent), beside


def _spread(found) -> tuple[str, str]:
    if not found.people:
        return "—", _("nothing to measure yet")
    days = [found.quarter, found.median, found.three_quarters]
    first, middle, last = (_("not yet") if n is None else _days(n) for n in days)
    value = _("more than half still wait") if found.median is None else middle
    beside = ngettext(
        "a quarter of the people: %(first)s; half: %(middle)s; three quarters: %(last)s; "
        "of %(people)s person %(arrived)s got there, %(waiting)s still waits",
        "a quarter of the people: %(first)s; half: %(middle)s; three quarters: %(last)s; "
        "of %(people)s people %(arrived)s got there, %(waiting)s still wait",
        found.people,
    )
    counts = {"arrived": found.arrived, "people": found.people, "waiting": found.waiting}
    words = {"first": first, "middle": middle, "last": last} | {name: f"{n:,}" for name, n in counts.items()}
    return value, beside % words


def _days(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}
