"""How matches are told. To the trainee: this fits, here is why, here is what they need. To the hirer: N people pass."""

from collections.abc import Callable

from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from accounts.models import Consent
from accounts.speech import day, wage
from notifications.words import Action, Line, Message, register
from openings.models import Opening

from . import facts, reasons, tell, why
from .models import Match
from .tell import SHOWN, spoken_title

# The gates a hirer reads of each person.
HIRERS_READ = ("distance", "credential", "any_of")


def matches(notice) -> Message:
    """To the trainee: one opening with its reasons, or a list of several."""
    shown, count = _shown(notice)
    if count == 1:
        return _one_match(shown[0])
    intro = ngettext(
        "%(n)s opening near you fits your certificates.", "%(n)s openings near you fit your certificates.", count
    )
    return Message(
        subject=ngettext("%(n)s opening fits you", "%(n)s openings fit you", count) % {"n": count},
        paragraphs=[intro % {"n": count}, _not_shared()],
        lines=[Line(_opening_line(match["opening"])) for match in shown]
        + ([Line(_("and %(n)s more on your page") % {"n": count - SHOWN})] if count > SHOWN else []),
        lines_title=_("The openings"),
        actions=[Action(_("See them and answer"), "/me/")],
    )


def _one_match(match: dict) -> Message:
    opening = match["opening"]
    said = _when_read(lambda: reasons.explain(_gates_of([match]).get(match["id"], []), own=True))
    title = spoken_title(opening)
    path = f"/matches/{match['public_id']}/"
    return Message(
        subject=_("This opening fits you: %(title)s") % {"title": title},
        paragraphs=[_opening_line(opening), _not_shared()],
        lines=_when_read(lambda: [Line(f"{r.label}. {r.text}", r.state, r.source) for r in said]),
        lines_title=_("Why it fits"),
        asks=_when_read(lambda: reasons.asks(said)),
        actions=[
            Action(_("Yes, I want this"), path + "#answer"),
            Action(_("Not now"), path + "#answer"),
            Action(_("No"), path + "#answer"),
        ],
    )


def people(notice) -> Message:
    """To the employer or hall: how many people pass every gate, and how each was met; no names, no contacts."""
    opening = notice.data["opening"]
    shown, count = _shown(notice)
    subject = ngettext(
        "%(n)s person passes every gate for %(title)s",
        "%(n)s people pass every gate for %(title)s",
        count,
    ) % {"n": count, "title": spoken_title(opening)}
    return Message(
        subject=subject,
        paragraphs=[
            _("Whoever passes was told about your opening. You see a name and a contact as soon as a person says yes."),
        ],
        lines=_when_read(lambda: _people(shown, count)),
        lines_title=_("How each gate was met"),
        actions=[Action(_("See the people"), f"/openings/{opening['public_id']}/people/")],
    )


def _people(shown: list[dict], count: int) -> list[Line]:
    """One line for each of these people, and one for all others."""
    names, gates, lines = reasons.Names(), _gates_of(shown), []
    for number, match in enumerate(shown, start=1):
        said = reasons.explain([gate for gate in gates.get(match["id"], []) if gate["name"] in HIRERS_READ], names)
        far = [r.text for r in said if r.name == "distance"]
        met = "; ".join(f"{r.label}: {r.text} {r.source}".strip() for r in said if r.name != "distance")
        lines.append(Line(" ".join(filter(None, [_("Person %(n)s:") % {"n": number}, *far, met])), "met"))
    if count > SHOWN:
        lines.append(Line(_("and %(n)s more on the page") % {"n": count - SHOWN}))
    return lines


def _gates_of(told: list[dict]) -> dict[int, list[dict]]:
    """The gates of these matches: messages of earlier versions carry them, of others they are looked up."""
    carried = {match["id"]: match["gates"] for match in told if "gates" in match}
    return carried | why.gates_of([match["id"] for match in told if match["id"] not in carried])


def _when_read(make: Callable[[], list]) -> list:
    """A list that is made when somebody reads it, in the language of now: an inbox shows no lines."""
    language = get_language()

    def made():
        with override(language):
            return make()

    return SimpleLazyObject(made)


def _shown(notice) -> tuple[list[dict], int]:
    """The matches a message speaks of, and how many it is about."""
    found = notice.data["matches"]
    return found[:SHOWN], len(found) + len(notice.data.get("more", ()))


def _opening_line(opening: dict) -> str:
    parts = [
        _("%(title)s at %(organization)s, ZIP code %(zip)s.")
        % {"title": spoken_title(opening), "organization": opening["organization"], "zip": opening["zip"]},
        _("Pay: %(wage)s.") % {"wage": wage(*opening["wage"])},
    ]
    if opening["closes_on"]:
        parts.append(_("Open until %(date)s.") % {"date": day(opening["closes_on"])})
    return " ".join(parts)


def _not_shared() -> str:
    return _("Your name and contact are not shared until you say yes.")


def still_fits(notice) -> bool:
    """Whether any of the matches of a notice still holds."""
    pks = [match["id"] for match in notice.data["matches"]] + notice.data.get("more", [])
    live = Match.objects.filter(pk__in=pks, trainee__in=facts.matchable(), opening__state="published")
    return live.exclude(state=Match.State.ENDED).exists()


def still_ours(notice) -> bool:
    """Whether people still pass, and the reader still acts for the opening."""
    opening = Opening.objects.filter(pk=notice.data["opening"]["id"]).first()
    hearing = tell.people_of(opening) if opening else []
    return any(person.pk == notice.user_id for person in hearing) and still_fits(notice)


register("matches", matches, still_fits, needs=Consent.Purpose.MATCH)
register("people", people, still_ours)
