"""The measures by name: how long to an answer and to a hire, how many are answered in time, hired locally, retained."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from ledger.figures import EMPLOYER, PROVIDER, REGION, Scope
from ledger.models import Event
from programs.models import Certification

from ..models import CheckIn, Placement
from . import chain, survival

RETAINED = (30, 90, 180, 365)
KEPT = 10 * 60  # seconds for which a look at the ledger counts; it costs a second or two in a large region
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Share:
    """A part of a whole, and beside both how many are in neither: of whom nobody can say it (yet)."""

    part: int
    whole: int
    unknown: int = 0

    @property
    def percent(self) -> int | None:
        return round(100 * self.part / self.whole) if self.whole else None


def last_year(today: date) -> tuple[date, date]:
    """The time on which the page opens for who reads exact numbers: twelve months, up to and with today."""
    return today - YEAR, today + timedelta(days=1)


def whole_months(since: date, until: date) -> tuple[date, date]:
    """The same time in whole months."""
    return since.replace(day=1), ((until - timedelta(days=1)).replace(day=1) + timedelta(days=32)).replace(day=1)


def lately(today: date) -> tuple[date, date]:
    """The last twelve months as everybody reads them: whole ones, that of `today` the last.

    Thirteen would hold in January all of the last year, and beside that year tell how many these few days brought.
    """
    until = whole_months(today, today + timedelta(days=1))[1]
    return until.replace(year=until.year - 1), until


def for_everybody(since: date, until: date, today: date) -> tuple[date, date]:
    """What of such a time everybody may read: the last twelve months, else the quarter, or the year of its last day.

    Were it any months, three years of them would give away nearly every hidden number of a month: each two times that
    overlap say within four people what lies between them, and hundreds of them say it exactly. Quarters and years lie
    apart or in one another.
    """
    last = until - timedelta(days=1)
    if whole_months(since, until) in (lately(today), whole_months(*last_year(today))):
        return lately(today)
    if (since.year, (since.month - 1) // 3) != (last.year, (last.month - 1) // 3):
        return date(last.year, 1, 1), date(last.year + 1, 1, 1)
    first = date(last.year, (last.month - 1) // 3 * 3 + 1, 1)
    return first, (first + timedelta(days=95)).replace(day=1)


def _key(look, since: date, until: date, body: int | None) -> str:
    return f"measures:{look.__name__}:{since}:{until}:{body or 0}"


def _kept(look, since: date, until: date, body: int | None) -> chain.Found:
    return cache.get_or_set(_key(look, since, until, body), lambda: look(since, until, body, timezone.now()), KEPT)


def look_ahead(*, at) -> int:
    """Look at the ledger for the times on which the page opens, before anybody waits for it; how many looks that took.

    Where nothing happened since the last look it still counts, for an hour.
    """
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    today = timezone.localdate(at)
    looks = 0
    for since, until in (last_year(today), lately(today)):
        for look in (chain.of_people, chain.of_yeses):
            key = _key(look, since, until, None)
            found = cache.get(key) if cache.get(f"{key}:upto") == last else None
            if found is None:
                found, looks = look(since, until, None, at), looks + 1
                cache.set(f"{key}:upto", last, 60 * 60)
            cache.set(key, found, KEPT)
    return looks


def people(since: date, until: date, body: int | None = None) -> chain.Found:
    """The chain of whoever was first certified in the time, as the ledger stood within the last ten minutes."""
    return _kept(chain.of_people, since, until, body)


def yeses(since: date, until: date, body: int | None = None) -> chain.Found:
    """The chain of the yeses of the time, as the ledger stood within the last ten minutes."""
    return _kept(chain.of_yeses, since, until, body)


def days_to(step: str, since: date, until: date, body: int | None = None) -> survival.Spread:
    """Days from the first certificate verified in the time to the first answer ("answered") or the hire ("hired")."""
    return survival.spread(people(since, until, body).waits[step])


def before(step: str, since: date, until: date, body: int | None = None) -> int:
    """How many had the answer or the hire before that certificate: they are in none of the days."""
    return people(since, until, body).before[step]


def answered(since: date, until: date, body: int | None = None) -> Share:
    """Yeses of the time that had an answer within seven days."""
    return Share(*yeses(since, until, body).in_time)


def _jobs(scope: Scope):
    rows = Placement.objects.counted()
    if scope.kind == EMPLOYER:
        return rows.filter(employer=scope.organization)
    if scope.kind == PROVIDER:
        theirs = Certification.objects.taught().filter(provider=scope.organization).order_by().values("trainee")
        return rows.filter(trainee__in=theirs)
    return rows


def local(since: date, until: date, scope: Scope | None = None) -> Share:
    """Hires of the time that were local by the rule in force; where no rule applies nobody can say."""
    rows = _jobs(scope or Scope(REGION)).filter(starts_on__gte=since, starts_on__lt=until).order_by()
    found = rows.aggregate(
        part=Count("pk", filter=Q(local_tier__gt=0)),
        whole=Count("pk", filter=Q(local_tier__isnull=False)),
        unknown=Count("pk", filter=Q(local_tier=None)),
    )
    return Share(**found)


def retained(days: int, since: date, until: date, scope: Scope | None = None) -> Share:
    """Of the hires whose day number `days` fell into the time: who is known to be still there, of those known.

    Gone is who had ended by that day, or was said to be gone when asked about it. A job that ended later and of which
    nobody said anything on that day is neither.
    """
    since, until = since - timedelta(days=days), min(until, timezone.localdate()) - timedelta(days=days)
    rows = _jobs(scope or Scope(REGION)).filter(starts_on__gte=since, starts_on__lt=until).order_by()
    still = Q(check_ins__days__gte=days, check_ins__state="retained")
    by_then = Q(ended_on__lt=F("starts_on") + timedelta(days=days)) | Q(end_reason=Placement.End.NEVER)
    said = CheckIn.objects.filter(placement=OuterRef("pk"), days=days, state=CheckIn.State.ENDED)
    gone = Q(state="ended") & (by_then | Q(Exists(said))) & ~still
    found = rows.aggregate(
        part=Count("pk", filter=still, distinct=True),
        gone=Count("pk", filter=gone, distinct=True),
        every=Count("pk", distinct=True),
    )
    known = found["part"] + found["gone"]
    return Share(found["part"], known, found["every"] - known)
