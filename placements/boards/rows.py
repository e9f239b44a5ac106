"""What the coordinator's boards show: whoever waits, next steps that are overdue, what is new today."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounts import consents, finding, sentences
from accounts.models import Membership, Organization, User
from accounts.policies import organizations_of
from ledger.models import Event
from programs.models import Certification

from .. import queries
from ..models import Referral, Waiting
from . import keyset

MINE, OURS, ALL = "mine", "ours", "all"
RARE, NAMED = 3, 5000  # letters from which a name is rare; people of it that are looked at
MANY = 1000  # from here on a count says "1,000+"
# Of today's events those a coordinator acts on.
NEWS = (
    "certification.verified", "referral.yes", "referral.interview", "referral.offer", "referral.decline",
    "referral.put_off", "referral.hire", "referral.withdraw",
)  # fmt: skip


def _shares(reader):
    """The standing agreement of the trainee of an outer row to share their record with this coordinator."""
    return consents.record_shared(reader).filter(user=OuterRef("trainee__user"))


# --- Certified and not placed -----------------------------------------------------------------------------------------
def _asked(asked: dict, user) -> Q:
    # Whoever waits shares their record with some coalition. Where there is one only, nobody is asked with which.
    coalitions = Organization.objects.standing().filter(kind=Organization.Kind.COALITION)
    others = coalitions.exclude(pk__in=[body.pk for body in organizations_of(user)])
    which = ~Q(Exists(others)) | Q(Exists(_shares(user)))
    if asked.get("q"):
        named = User.objects.filter(finding.known_by(asked["q"])).order_by("pk").values("pk")
        # A rare name is looked up first. Of a common one so many wait that the list is walked until a page is full.
        which &= Q(trainee__user__in=named[:NAMED] if len(asked["q"]) >= RARE else named)
    if asked.get("owner") == "me":
        which &= Q(trainee__coordinator=user)
    elif asked.get("owner") == "none":
        which &= Q(trainee__coordinator=None)
    return which


def people(asked: dict, user, today: date, size: int = keyset.SIZE) -> keyset.Slice:
    """One page of who waits, longest first; each is looked at again, so whoever no longer belongs is left out."""
    which = _asked(asked, user)
    if asked.get("county"):
        which &= Q(county=asked["county"])
    if asked.get("block") in queries.BLOCKS:
        which &= Q(block=asked["block"])
    page = keyset.cut(Waiting.objects.filter(which), "since", asked.get("after", ""), date.fromisoformat, size)
    kept = {row.pk: row for row in page.rows}
    shared = consents.sharing_record(user)
    found = list(queries.certified_not_placed(today).filter(pk__in=kept, user__in=shared))
    if asked.get("block") in queries.BLOCKS:
        found = [person for person in found if person.block == asked["block"]]
    for person in found:
        person.missing = kept[person.pk].missing
    found.sort(key=lambda person: (kept[person.pk].since, person.pk))
    page.rows = queries.with_referrals(found)
    return page


@dataclass
class Numbers:
    """How many people wait: by what blocks them, and in which counties, as the rows stand."""

    blocks: Counter
    counties: list[str]

    @property
    def total(self) -> int:
        return self.blocks.total()


def numbers(asked: dict, user) -> Numbers:
    """One question for all the tabs and the list of counties."""
    rows = Waiting.objects.order_by().values_list("county", "block").annotate(n=Count("pk", filter=_asked(asked, user)))
    blocks, counties = Counter(), set()
    for county, block, n in rows:
        counties.add(county)
        if asked.get("county") in ("", None, county):
            blocks[block] += n
    return Numbers(blocks, sorted(counties - {""}))


# --- Overdue next steps -----------------------------------------------------------------------------------------------
def overdue_of(user, whose: str, today: date):
    """Open referrals past their day: mine, those of my organization's people, or everybody's I may see."""
    rows = Referral.objects.open().filter(due_on__lt=today)
    if whose == MINE:
        return rows.filter(owner=user)
    shared = Exists(_shares(user))
    if whose == OURS:
        members = Membership.objects.current(today).filter(organization__in=organizations_of(user))
        return rows.filter(shared | Q(owner=user), owner__in=members.values("user"))
    return rows.filter(shared | Q(owner=user))


def overdue(user, whose: str, token: str, today: date) -> keyset.Slice:
    """One page of them, the longest overdue first; of whoever does not share their record one owns the step, and reads
    no name."""
    rows = overdue_of(user, whose, today).annotate(named=Exists(_shares(user)))
    rows = rows.select_related("trainee__user", "opening__organization", "owner")
    return keyset.cut(rows, "due_on", token, date.fromisoformat)


def few(rows) -> int:
    """How many there are, counted no further than MANY."""
    return rows.order_by()[:MANY].count()


# --- New today --------------------------------------------------------------------------------------------------------
@dataclass
class News:
    """One thing that happened today to somebody who shares their record."""

    event: Event
    words: str
    person: object
    referral: Referral | None

    @property
    def at(self):
        return self.event.at


def news(user, today: date, token: str) -> keyset.Slice:
    """What happened since midnight, the latest first: certificates, answers and hires."""
    rows = Event.objects.filter(at__gte=timezone.make_aware(datetime.combine(today, time.min)))
    if token.isascii() and token.isdecimal() and len(token) <= 18:
        last = Event.objects.filter(pk=int(token)).values("at")[:1]
        rows = rows.filter(at__lte=last).exclude(at=last, pk__gte=int(token))
    found = []
    # One question each: of the two together PostgreSQL would look at every certificate and answer there ever was.
    for kind, model in (("certification", Certification), ("referral", Referral)):
        shown = model.objects.filter(Exists(_shares(user)), pk=OuterRef("subject_id"))
        kinds = [word for word in NEWS if word.startswith(kind)]
        theirs = rows.filter(Exists(shown), kind__in=kinds).order_by("-at", "-pk")
        found += theirs[: keyset.SIZE + 1]
    found.sort(key=lambda event: (event.at, event.pk), reverse=True)
    after = str(found[keyset.SIZE - 1].pk) if len(found) > keyset.SIZE else ""
    return keyset.Slice(_told(found[: keyset.SIZE]), after, first=not token)


def _told(events: list[Event]) -> list[News]:
    of = {"certification": [], "referral": []}
    for event in events:
        of[event.subject_type].append(event.subject_id)
    papers = Certification.objects.filter(pk__in=of["certification"]).select_related(
        "trainee__user", "credential", "provider"
    )
    papers = {paper.pk: paper for paper in papers}
    referrals = Referral.objects.filter(pk__in=of["referral"]).select_related("trainee__user", "opening__organization")
    referrals = {referral.pk: referral for referral in referrals}
    told = []
    for event in events:
        referral = referrals.get(event.subject_id) if event.subject_type == "referral" else None
        paper = None if referral else papers[event.subject_id]
        thing = referral or paper
        who = referral.trainee.user.full_name if referral else ""
        if referral and event.actor_id != referral.trainee.user_id:
            who = referral.opening.organization.name
        words = sentences.SENTENCES[event.kind] % {
            "who": who or (paper.provider.name if paper and paper.provider else ""),
            "what": paper.credential.short if paper else "",
        }
        told.append(News(event, words, thing.trainee, referral))
    return told
