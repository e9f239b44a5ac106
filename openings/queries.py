"""Reading openings: for lists and pages, for the editor, and the version by which it notices other people's changes."""

import hashlib
import json
from datetime import timedelta

from django.db.models import Exists, F, FloatField, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Organization, Zip
from accounts.models.people import Shift
from programs.models import Occupation, Program
from programs.search import Asked, Where
from programs.search import near as measure

from .models import Opening, Requirement

NEAR_A_PROGRAM = 50  # miles

# What people write of an opening; the rest follows from it or from its life.
FACTS = (
    "kind",
    "title",
    "title_es",
    "description",
    "description_es",
    "occupation_id",
    "zip",
    "seats",
    "wage_min_cents",
    "wage_max_cents",
    "benefits",
    "shifts",
    "license",
    "languages",
    "opens_on",
    "closes_on",
    "starts_on",
    "documents_by",
    "documents_place",
    "test_on",
    "test_place",
    "interview_on",
    "interview_place",
    "report_at",
    "report_place",
    "order_rule",
    "needed_by",
    "answered",
)


def _with_credential(credentials):
    return Q(pk__in=Requirement.objects.filter(credential__in=credentials).order_by().values("opening_id"))


# "night shift", "turno de noche": the words of a shift, in both languages, as search reads them.
_SHIFT_WORDS = {
    Shift.DAY: ("day", "days", "daytime", "dia", "dias", "diurno"),
    Shift.SWING: ("swing", "evening", "evenings", "tarde", "tardes", "vespertino"),
    Shift.NIGHT: ("night", "nights", "overnight", "graveyard", "noche", "noches", "nocturno"),
    Shift.WEEKEND: ("weekend", "weekends", "semana", "sabado", "sabados", "domingo", "domingos"),
}
_ANY_SHIFT = ("shift", "shifts", "turno", "turnos", "fin", "fines")


def _at_shift(word):
    if word in _ANY_SHIFT:
        return ~Q(shifts=[])
    return Q(shifts__overlap=[shift for shift, words in _SHIFT_WORDS.items() if word in words])


CITY = Coalesce(Subquery(Zip.objects.filter(code=OuterRef("zip")).order_by().values("city")[:1]), Value(""))

WHERE = Where(
    text=("title", "title_es", "description", "description_es", "place", "organization__name", CITY),
    by_trade=lambda trades: Q(occupation__in=trades),
    by_credential=_with_credential,
    by_word=_at_shift,
    vocabulary=((Opening, "title"), (Opening, "title_es"), (Organization, "name"), (Zip, "city")),
)


def shown():
    """Openings with what a card or a page shows; two queries whatever their number."""
    requirements = Prefetch("requirements", Requirement.objects.select_related("credential"))
    rows = Opening.objects.annotate(city=CITY, miles=Value(None, output_field=FloatField()))
    return rows.select_related("organization", "occupation").prefetch_related(requirements)


def listed(*, trade: str = "", kind: str = "", shift: str = "", pay: int | None = None):
    """Published openings. Public, so no person is asked for. `pay`: dollars an hour that they pay from the start."""
    rows = shown().published()
    if trade:
        rows = rows.filter(occupation=trade)
    if kind:
        rows = rows.filter(kind=kind)
    if shift:
        rows = rows.filter(shifts__contains=[shift])
    if pay:
        rows = rows.filter(wage_min_cents__gte=pay * 100)
    return rows


def asking_for(program: Program):
    """Published openings that ask for a credential the program teaches; where it names none, those in its trades."""
    if program.credentials.all():
        return listed().filter(_with_credential(program.credentials.all().order_by().values("pk")))
    return listed().filter(occupation__in=program.occupations.all().order_by().values("pk"))


def near_program(program: Program):
    """`asking_for` within reach of the program, nearest first; wherever they are when its place is not known."""
    rows = asking_for(program)
    if program.latitude is None or program.longitude is None:
        return rows
    place = Zip(latitude=program.latitude, longitude=program.longitude)
    return measure(rows, Asked(place=place, miles=NEAR_A_PROGRAM)).order_by("miles", "pk")


def alike(opening: Opening):
    """Published openings of the same trade, nearest first: where a reader of a closed one goes on."""
    rows = listed().filter(occupation=opening.occupation_id).exclude(pk=opening.pk)
    if opening.latitude is None or opening.longitude is None:
        return rows
    place = Zip(latitude=opening.latitude, longitude=opening.longitude)
    return measure(rows, Asked(place=place)).order_by(F("miles").asc(nulls_last=True), "pk")


def trades_offered():
    """(code, title) of the trades with a published opening, in the reader's language and its order."""
    offered = Opening.objects.published().filter(occupation=OuterRef("pk"))
    return sorted(((trade.pk, trade.title) for trade in Occupation.objects.filter(Exists(offered))), key=lambda t: t[1])


def past(today):
    """Published openings whose last day is over."""
    return Opening.objects.published().filter(closes_on__lt=today).order_by("pk")


def opening_today(today):
    """Published openings whose window began lately: matching may not have heard of it."""
    return (
        Opening.objects.published().filter(opens_on__lte=today, opens_on__gt=today - timedelta(days=7)).order_by("pk")
    )


def asks_of(opening: Opening) -> set[tuple[str, int, str]]:
    """(kind, group, credential key) of each requirement."""
    return {(ask.kind, ask.group, ask.credential_id) for ask in opening.requirements.all()}


def version_of(opening: Opening) -> str:
    """A token that changes whenever what people write of the opening changes, or its state."""
    facts = [getattr(opening, name) for name in FACTS]
    told = json.dumps([opening.state, facts, sorted(asks_of(opening))], default=str, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:20]


def requirement_groups(opening: Opening) -> dict:
    """Requirements as people read them: all of, one of each group, preferred."""
    asks = list(opening.requirements.all())
    any_of: dict[int, list] = {}
    for ask in asks:
        if ask.kind == Requirement.Kind.ANY_OF:
            any_of.setdefault(ask.group, []).append(ask.credential)
    return {
        "required": [ask.credential for ask in asks if ask.kind == Requirement.Kind.REQUIRED],
        "any_of": [any_of[group] for group in sorted(any_of)],
        "preferred": [ask.credential for ask in asks if ask.kind == Requirement.Kind.PREFERRED],
    }


def opening_names(keys) -> dict[int, str]:
    """Titles of openings by row number, in the reader's language."""
    return {opening.pk: opening.name for opening in Opening.objects.filter(pk__in=keys)}
