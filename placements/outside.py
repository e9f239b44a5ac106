"""Who does not pass an opening, and why: counts in words, never a person.

Employers and halls read "fewer than 11" for few people and the nearest ten for many (docs/matching.md): what they
change on an opening must not tell them about one person. Coordinators read the number.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Zip
from accounts.policies import is_coordinator
from matching import live
from matching.reasons import Names
from openings.models import Opening

from .teaching import Taught, teaching

SMALL = 10  # people; what is published of so few could point at somebody
REACH = 50  # miles from the opening within which classes are named
GATES = ("distance", "credentials", "license", "languages", "shifts", "wage", "dates", "unknown", "passes")


def people(n: int, *, exact: bool) -> str:
    """12 -> "12 people"; for whoever may not read the exact number "about 10 people"."""
    if not n:
        return _("nobody")
    if exact:
        return ngettext("%(n)s person", "%(n)s people", n) % {"n": n}
    if n <= SMALL:
        return _("fewer than %(n)s people") % {"n": SMALL + 1}
    return _("about %(n)s people") % {"n": f"{(n + 5) // 10 * 10:,}"}


def reads_exactly(user) -> bool:
    """Whether this reader sees numbers of people as they are."""
    return is_coordinator(user)


@dataclass(frozen=True)
class Line:
    """One gate of the sieve in words."""

    gate: str
    text: str  # "They live farther away than they travel."
    people: str  # "about 40 people"
    alone: str = ""  # "Only this keeps 12 people away."
    change: str = ""  # what whoever wrote the opening could change


@dataclass(frozen=True)
class Sieve:
    """Why no more people pass: everybody in the trade, counted once, at the first gate that stops them."""

    lead: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Short:
    """A credential that alone keeps people from an opening."""

    people: str
    taught: Taught


def sieve(opening: Opening, on, *, exact: bool) -> Sieve:
    """Gate by gate who falls away, in words."""
    found = live.sieve(opening.pk, on)
    total = sum(removed.people for removed in found.values())
    if not total:
        return Sieve(_("Nobody in this trade has agreed to be matched yet."), ())
    lines = [_line(found[gate], exact) for gate in GATES if gate in found and found[gate].people]
    lead = _(
        "People of this trade who agreed to be matched: %(people)s. Each is counted once, at the first gate not met."
    )
    return Sieve(lead % {"people": people(total, exact=exact)}, tuple(lines))


def _line(removed: live.Removed, exact: bool) -> Line:
    alone = change = ""
    if removed.alone and removed.gate in _changes():
        alone = _("Only this keeps %(people)s away.") % {"people": people(removed.alone, exact=exact)}
        change = _changes()[removed.gate]
    return Line(removed.gate, _texts()[removed.gate], people(removed.people, exact=exact), alone, change)


def _texts() -> dict[str, str]:
    return {
        "distance": _("Live farther away than they travel"),
        "credentials": _("Lack a certificate that is asked for"),
        "license": _("Do not have the driver's license that is asked for"),
        "languages": _("Do not work in a language that is asked for"),
        "shifts": _("Cannot work the shifts that are offered"),
        "wage": _("Look for more pay than this opening offers"),
        "dates": _("Are free only after the work starts"),
        "unknown": _("Would fit once they answer a question; they read it on their own page"),
        "passes": _("Pass every gate"),
    }


def _changes() -> dict[str, str]:
    return {
        "credentials": _("You could ask for fewer certificates, or accept any one of several."),
        "license": _("You could ask for a lower class of license, or for none."),
        "languages": _("You could ask for fewer languages."),
        "shifts": _("You could offer one more shift."),
        "wage": _("You could raise the highest pay."),
        "dates": _("You could let the work start later."),
    }


def short(opening: Opening, on, *, exact: bool) -> list[Short]:
    """By credential, how many people lack only that, and where it is taught around the opening; most first."""
    found = live.short_of(opening.pk, on)
    if not found:
        return []
    place = Zip.objects.filter(code=opening.zip).first()
    taught = teaching(found, Names(), home=place, miles=REACH, on=on)
    return [Short(people(n, exact=exact), taught[key]) for key, n in found.items()]
