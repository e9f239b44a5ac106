"""A gate in words, in the reader's language. The trainee and the employer read the same explanation; the trainee is
spoken to, everybody else reads of “the person”.

The sentences say what was asked, how it stands, and from where that is known.
"""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models.people import Language, License, Shift
from accounts.speech import day, dollars, listed, miles
from programs.models import Certification, Credential, Occupation

from .rules import MET, MISSING, UNKNOWN


@dataclass(frozen=True)
class Reason:
    """One line of an explanation."""

    name: str
    state: str  # met, missing, unknown
    label: str  # "OSHA 10"
    text: str  # "It does not expire."
    source: str = ""  # "Attested by Inland Trades Training Center"
    ask: str = ""  # what the trainee can do about it


class Names:
    """Titles of credentials and occupations, each table read once and only when needed."""

    def __init__(self):
        self._credentials = self._occupations = None

    def credential(self, key: str) -> str:
        if self._credentials is None:
            self._credentials = Credential.objects.in_bulk()
        found = self._credentials.get(key)
        return found.short if found else key

    def occupation(self, code: str) -> str:
        if self._occupations is None:
            self._occupations = Occupation.objects.defer("description_en").in_bulk()
        found = self._occupations.get(code)
        return found.title if found else code


def explain(gates: list[dict], names: Names | None = None, *, own: bool = False) -> list[Reason]:
    """Every gate of a match (as kept in `Match.gates`) in words; `own` where the trainee reads them about themself."""
    names = names or Names()
    return [_SAY[gate["name"]](gate, names, own) for gate in gates]


def asks(reasons: list[Reason]) -> list[str]:
    """What the trainee can tell or do so that unknown gates become known."""
    return [reason.ask for reason in reasons if reason.state == UNKNOWN and reason.ask]


def _trade(gate, names, own):
    source = {
        "wish": _("Chosen by you or your provider") if own else _("Chosen by the trainee or their provider"),
        "training": _("From your completed training") if own else _("From the completed training"),
    }.get(gate["source"], "")
    text = {
        MET: _("The trade fits."),
        MISSING: _("The opening is in another trade."),
        UNKNOWN: _("You have not chosen a trade yet.") if own else _("No trade is chosen yet."),
    }[gate["state"]]
    label = _("Trade: %(trade)s") % {"trade": names.occupation(gate["occupation"])}
    return Reason("trade", gate["state"], label, text, source, _("Choose the trades you want to work in."))


def _distance(gate, names, own):
    if gate["state"] == UNKNOWN:
        text = _("The distance is not known because a ZIP code is missing.")
    else:
        said = (
            _("%(distance)s from %(home)s to %(work)s. You travel up to %(limit)s.")
            if own
            else _("%(distance)s from %(home)s to %(work)s. The person travels up to %(limit)s.")
        )
        text = said % {
            "distance": capfirst(miles(gate["tenths"] / 10)),
            "home": gate["from"],
            "work": gate["to"],
            "limit": miles(gate["limit"]),
        }
    source = _("ZIP code to ZIP code, in a straight line")
    return Reason("distance", gate["state"], _("Distance"), text, source, _("Tell us your home ZIP code."))


def _credential(gate, names, own):
    label = listed([names.credential(key) for key in gate["credentials"]], _("or"))
    if gate["name"] == "any_of":
        label = _("One of: %(names)s") % {"names": label}
    cited = gate.get("credential")
    note = gate.get("note", "")
    until = day(gate["until"]) if gate.get("until") else ""
    ask = source = ""
    if not cited and gate["name"] == "any_of":
        text = _("Any one of these is enough.")
    elif not cited:
        text = _("You do not have this certificate yet.") if own else _("This certificate is missing.")
    elif note == "expired":
        text = _("The certificate expired on %(date)s.") % {"date": until}
    elif note == "unverified":
        text = _("Nobody has confirmed this certificate yet.")
        ask = _("Ask the provider that gave you the certificate “%(credential)s” to confirm it here.") % {
            "credential": names.credential(cited)
        }
    elif note == "employer":
        text = _("This evaluation holds only at the employer that made it.")
        ask = _("Ask this employer about an evaluation for %(credential)s.") % {"credential": names.credential(cited)}
    else:
        text = _("Valid until %(date)s.") % {"date": until} if until else _("It does not expire.")
        if note == "evaluate":
            text += " " + _("The new employer evaluates each person again.")
    if cited:
        if gate["name"] == "any_of" and len(gate["credentials"]) > 1:
            text = f"{names.credential(cited)}. {text}"
        source = _level(gate["level"], gate["by"], own)
    return Reason(gate["name"], gate["state"], label, text, source, ask)


def _level(level, by, own):
    if level == Certification.Level.SELF or not by:
        return _("Declared by you") if own else _("Self-declared")
    if level == Certification.Level.ISSUER:
        return _("Verified by the issuer, recorded by %(provider)s") % {"provider": by}
    if level == Certification.Level.CALLED:
        return _("Confirmed by phone, by the coordinators of %(coalition)s") % {"coalition": by}
    return _("Attested by %(provider)s") % {"provider": by}


def _license(gate, names, own):
    if gate["state"] == UNKNOWN:
        text = _("We do not know which license you have.") if own else _("We do not know which license the person has.")
    elif gate["has"] == gate["asked"]:
        text = _("You have this license.") if own else _("The person has this license.")
    elif not gate["has"]:
        text = _("You have no driver's license.") if own else _("The person has no driver's license.")
    else:
        said = _("You have: %(license)s.") if own else _("The person has: %(license)s.")
        text = said % {"license": License(gate["has"]).label}
    return Reason(
        "license",
        gate["state"],
        capfirst(str(License(gate["asked"]).label)),
        text,
        _profile(own),
        _("Tell us which driver's license you have."),
    )


def _languages(gate, names, own):
    spoken = listed([Language(code).label for code in gate["asked"]], _("and"))
    if gate["state"] == MET:
        text = _("You speak what the work needs.") if own else _("The person speaks what the work needs.")
    elif gate["state"] == MISSING:
        lacking = listed([Language(code).label for code in gate["lacking"]], _("and"))
        said = _("You have not named: %(languages)s.") if own else _("Missing: %(languages)s.")
        text = said % {"languages": lacking}
    elif own:
        text = _("We do not know which languages you work in.")
    else:
        text = _("We do not know which languages the person works in.")
    label = _("Languages: %(languages)s") % {"languages": spoken}
    return Reason("languages", gate["state"], label, text, _profile(own), _("Tell us which languages you work in."))


def _shifts(gate, names, own):
    asked = listed([Shift(code).label for code in gate["asked"]], _("or"))
    if gate["state"] == MET:
        both = listed([Shift(code).label for code in gate["both"]], _("and"))
        text = (_("You can work %(shifts)s.") if own else _("Can work %(shifts)s.")) % {"shifts": both}
    elif gate["state"] == MISSING:
        text = _("The hours do not fit together.")
    elif own:
        text = _("We do not know which hours you can work.")
    else:
        text = _("We do not know which hours the person can work.")
    label = _("Shifts: %(shifts)s") % {"shifts": asked}
    return Reason("shifts", gate["state"], label, text, _profile(own), _("Tell us which shifts you can work."))


def _wage(gate, names, own):
    pays = dollars(gate["pays"])
    if gate["wish"] is None:
        said = (
            _("Pays up to %(pay)s an hour. You named no lowest pay.")
            if own
            else _("Pays up to %(pay)s an hour. No lowest pay was named.")
        )
    else:
        said = (
            _("Pays up to %(pay)s an hour. You look for at least %(wish)s.")
            if own
            else _("Pays up to %(pay)s an hour. The person looks for at least %(wish)s.")
        )
    text = said % {"pay": pays, "wish": dollars(gate["wish"]) if gate["wish"] is not None else ""}
    source = _("From the opening and your profile") if own else _("From the opening and the trainee's profile")
    return Reason("wage", gate["state"], _("Pay"), text, source)


def _dates(gate, names, own):
    said = (
        _("You can start on %(date)s. Needed by %(needed)s.")
        if own
        else _("Can start on %(date)s. Needed by %(needed)s.")
    )
    text = said % {
        "date": day(gate["from"]),
        "needed": day(gate["needed"]),
    }
    return Reason("dates", gate["state"], _("Start"), text, _profile(own))


def _profile(own):
    return _("From your profile") if own else _("From the trainee's profile")


_SAY = {
    "trade": _trade,
    "distance": _distance,
    "credential": _credential,
    "any_of": _credential,
    "license": _license,
    "languages": _languages,
    "shifts": _shifts,
    "wage": _wage,
    "dates": _dates,
}
