"""Publishing one opening: what must be there, which wording is refused, the row itself, and the seal of its draws."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Zip

from . import wording
from .lifecycle import OPENING
from .models import Opening
from .seal import new_seed, sealed

# Where people write freely, and everybody reads it.
TEXTS = (
    "title", "title_es", "description", "description_es", "benefits", "place",
    "documents_place", "test_place", "interview_place", "report_place",
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """A sentence that says why the opening may not stand in public, and the field of the editor where it is mended."""

    field: str
    sentence: str

    def __str__(self):
        return self.sentence


class Refused(Exception):
    """The opening cannot be shown to everybody; `problems` say why."""

    def __init__(self, problems: list[Problem]):
        super().__init__(" ".join(dict.fromkeys(map(str, problems))))
        self.problems = problems


def publish_row(opening: Opening, *, by, at) -> Opening:
    """Publish a draft, or a closed opening again, and tell the ledger. The caller holds the transaction.

    The first time fixes the seed by which its ties and lotteries are drawn; the ledger keeps the seal of it.
    Raises Refused with every reason at once, and IllegalStep when it is published already.
    """
    fresh = OPENING.lock(opening)
    if problems := problems_of(fresh, today=timezone.localdate(at)):
        raise Refused(problems)
    place = Zip.objects.get(pk=fresh.zip)
    changes = {"published_at": at, "closed_at": None, "latitude": place.latitude, "longitude": place.longitude}
    seed = fresh.lottery_seed or new_seed()
    if not fresh.lottery_seed:
        changes["lottery_seed"] = seed
    return OPENING.advance(
        fresh,
        "published",
        by=by,
        at=at,
        organization=fresh.organization,
        changes=changes,
        order_rule=fresh.order_rule,
        seed_sha256=sealed(bytes.fromhex(seed)),
    )


def problems_of(opening: Opening, *, today) -> list[Problem]:
    """Why the opening may not stand in public: what is missing first, then what its words do and leave open."""
    asked = [Problem("needed_by", str(finding)) for finding in unanswered(opening)]
    return [*gaps(opening, today=today), *shut_out(opening), *asked]


def gaps(opening: Opening, *, today) -> list[Problem]:
    found = []
    if not opening.occupation_id:
        found.append(Problem("occupation_id", _("Choose the trade, so that people of that trade find it.")))
    if not opening.wage_min_cents:
        sentence = _("Write the pay of one hour: an opening without a wage is not published.")
        found.append(Problem("wage_min_cents", sentence))
    if not opening.zip:
        found.append(Problem("zip", _("Write the ZIP code of the work, so that the distance can be measured.")))
    elif not Zip.objects.filter(pk=opening.zip).exists():
        sentence = _("We do not know the ZIP code %(zip)s. Try one nearby.") % {"zip": opening.zip}
        found.append(Problem("zip", sentence))
    if opening.closes_on and opening.closes_on < today:
        found.append(Problem("closes_on", _("Its last day is over. Choose a later one, or none.")))
    return found


def shut_out(opening: Opening) -> list[Problem]:
    """Words that cannot stand, at each field in which they do: there they have to be taken out."""
    found = [Problem(name, str(finding)) for name in TEXTS for finding in _findings(opening, name) if not finding.asks]
    found += [Problem("needed_by", str(finding)) for finding in _in_answer(opening) if not finding.asks]
    return list(dict.fromkeys(found))


def _refused(opening: Opening) -> list[wording.Found]:
    return [finding for finding in (*_findings(opening), *_in_answer(opening)) if not finding.asks]


def amiss(opening: Opening) -> list[wording.Found]:
    """Everything its words do that keeps an opening from being published, or leave open."""
    return list(dict.fromkeys([*_refused(opening), *unanswered(opening)]))


def questions(opening: Opening) -> list[wording.Found]:
    """Words that stand only where a law, a contract or a rule asks for them."""
    return [finding for finding in _findings(opening) if finding.asks]


def unanswered(opening: Opening) -> list[wording.Found]:
    """The questions that the writer has not answered. An answer is about the words it was given for: words that are
    written later are asked about again."""
    said = opening.answered.split("\n") if opening.needed_by else ()
    return [finding for finding in questions(opening) if finding.words not in said]


def _findings(opening: Opening, *names: str) -> list[wording.Found]:
    """What the words of these fields do, of all of them where none is named."""
    sponsor = opening.kind == Opening.Kind.INTAKE
    texts = (getattr(opening, name) for name in names or TEXTS)
    return list(dict.fromkeys(finding for text in texts if text for finding in wording.found(text, sponsor=sponsor)))


def _in_answer(opening: Opening) -> list[wording.Found]:
    """Everybody reads the answer too. It may repeat what is asked about; it may bring nothing that is refused."""
    return wording.found(opening.needed_by, sponsor=opening.kind == Opening.Kind.INTAKE) if opening.needed_by else []
