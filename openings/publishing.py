"""Publishing one opening: what must be there, which wording is refused, the row itself, and the seal of its draws."""

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


class Refused(Exception):
    """The opening cannot be shown to everybody; `problems` are the sentences that say why."""

    def __init__(self, problems: list[str]):
        super().__init__(" ".join(problems))
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


def problems_of(opening: Opening, *, today) -> list[str]:
    """Why the opening may not stand in public: what is missing first, then what its words do and leave open."""
    return [*gaps(opening, today=today), *shut_out(opening), *map(str, unanswered(opening))]


def gaps(opening: Opening, *, today) -> list[str]:
    found = []
    if not opening.wage_min_cents:
        found.append(_("Write the pay of one hour: an opening without a wage is not published."))
    if not opening.occupation_id:
        found.append(_("Choose the trade, so that people of that trade find it."))
    if not opening.zip:
        found.append(_("Write the ZIP code of the work, so that the distance can be measured."))
    elif not Zip.objects.filter(pk=opening.zip).exists():
        found.append(_("We do not know the ZIP code %(zip)s. Try one nearby.") % {"zip": opening.zip})
    if opening.closes_on and opening.closes_on < today:
        found.append(_("Its last day is over. Choose a later one, or none."))
    return found


def shut_out(opening: Opening) -> list[str]:
    """Sentences about words that cannot stand; each once, however often the words stand there."""
    return list(dict.fromkeys(map(str, _refused(opening))))


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


def _findings(opening: Opening) -> list[wording.Found]:
    sponsor = opening.kind == Opening.Kind.INTAKE
    texts = (getattr(opening, name) for name in TEXTS)
    return list(dict.fromkeys(finding for text in texts if text for finding in wording.found(text, sponsor=sponsor)))


def _in_answer(opening: Opening) -> list[wording.Found]:
    """Everybody reads the answer too. It may repeat what is asked about; it may bring nothing that is refused."""
    return wording.found(opening.needed_by, sponsor=opening.kind == Opening.Kind.INTAKE) if opening.needed_by else []
