"""Reading the catalogue: programs for lists and pages, the trades people can choose from."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import normalize
from urllib.parse import urlsplit

from django.db.models import Q
from django.utils import formats

from accounts.folding import TABLE
from accounts.models import Organization, Zip

from .models import Certification, Credential, Enrollment, Occupation, Program
from .search import Asked, Where
from .search import near as measure

# After this long without a word from the provider, a fact is shown as unconfirmed.
STALE_AFTER = timedelta(days=365)
WAGES_SOURCE = "BLS OEWS May 2024, Riverside-San Bernardino-Ontario, CA"


def _with_trade(trades):
    through = Program.occupations.through
    return Q(pk__in=through.objects.filter(occupation__in=trades).values("program_id"))


def _with_credential(credentials):
    through = Program.credentials.through
    return Q(pk__in=through.objects.filter(credential__in=credentials).values("program_id"))


WHERE = Where(
    text=(
        "name",
        "name_es",
        "summary_en",
        "summary_es",
        "sector",
        "certificates",
        "partner",
        "city",
        "county",
        "provider__name",
    ),
    by_trade=_with_trade,
    by_credential=_with_credential,
    vocabulary=(
        (Program, "name"),
        (Program, "name_es"),
        (Program, "city"),
        (Program, "sector"),
        (Organization, "name"),
    ),
)


def listed(*, trade: str = "", kind: str = ""):
    """Programs that take people, with what a card shows; two queries whatever their number."""
    rows = Program.objects.filter(is_open=True).select_related("provider").prefetch_related("credentials")
    if trade:
        rows = rows.filter(_with_trade([trade]))
    if kind:
        rows = rows.filter(kind=kind)
    return rows


def shown():
    """Programs with what their own page shows."""
    return Program.objects.select_related("provider").prefetch_related("occupations", "credentials")


def trades_taught():
    """(code, title) of the trades that some program trains for, in the reader's language and its order."""
    taught = Program.occupations.through.objects.values("occupation_id")
    return [(trade.pk, trade.title) for trade in sorted(Occupation.objects.filter(pk__in=taught), key=by_title)]


def by_title(trade: Occupation) -> str:
    """Where it stands in a list in the reader's language: é stands with e, not after z."""
    return normalize("NFD", trade.title.lower()).translate(TABLE)


def teaching(credential: Credential, *, near: Zip | None = None):
    """Programs that teach a credential; nearest first when a place is named."""
    rows = listed().filter(_with_credential([credential.pk]))
    return measure(rows, Asked(place=near)).order_by("miles", "name", "pk") if near else rows.order_by("name", "pk")


@dataclass(frozen=True)
class Freshness:
    """How old a program's facts are: `since` in the reader's words, and whether that is too old."""

    since: str
    stale: bool


def freshness(program: Program, *, today: date) -> Freshness:
    """When the facts were last known to be true. Only the provider's own word here makes them confirmed."""
    if program.confirmed_on:
        confirmed = formats.date_format(program.confirmed_on, "DATE_FORMAT")
        return Freshness(confirmed, today - program.confirmed_on > STALE_AFTER)
    return Freshness(as_of_words(program.as_of), True)


def as_of_words(printed: str) -> str:
    """ "2017-11; 2022-02" -> "February 2022", the latest month named; anything else as the source prints it."""
    months = re.findall(r"(?<!\d)((?:19|20)\d\d)-(0[1-9]|1[0-2])(?!\d)", printed)
    if not months:
        return printed
    year, month = max(months)
    return formats.date_format(date(int(year), int(month), 1), "YEAR_MONTH_FORMAT")


def sources(program: Program) -> list[tuple[str, str]]:
    """(address, site) of each page a program's facts were read from; text that is no address has ""."""
    found = []
    for part in re.split(r"\s*;\s+|\s+;\s*", program.source):
        address = part.strip()
        if re.match(r"https?://\S+$", address):
            found.append((address, urlsplit(address).hostname.removeprefix("www.")))
        elif address:
            found.append(("", address))
    return found


def credential_names(keys) -> dict[str, str]:
    """The short names of these credentials, in the reader's language."""
    return {key: credential.short for key, credential in Credential.objects.in_bulk(keys).items()}


def providers_of(person):
    """The organizations that trained this person, by their own record; whoever only confirmed did not."""
    trained = Enrollment.objects.filter(trainee__user=person).values("provider")
    certified = Certification.objects.taught().filter(trainee__user=person).values("provider")
    bodies = Organization.objects.standing().exclude(kind=Organization.Kind.COALITION)
    return bodies.filter(Q(pk__in=trained) | Q(pk__in=certified)).order_by("pk")
