"""Finding rows by what people type: words in English or Spanish, a trade, a kind, a distance from a ZIP code.

Accents and case never matter. Small misspellings are forgiven only when nothing was found as written, and the page says
so. Openings are searched with the same means (openings.queries).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import reduce
from operator import or_
from urllib.parse import urlencode

from django.contrib.postgres.lookups import Unaccent
from django.contrib.postgres.search import TrigramWordSimilarity
from django.core.paginator import Page, Paginator
from django.db.models import Case, F, FloatField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, Greatest
from django.utils.translation import gettext as _

from accounts.models import Zip
from accounts.models.places import miles_from

from .models import Credential, Occupation, OccupationWord

PAGE = 20
DISTANCES = (10, 25, 50, 100)
WORDS_AT_MOST = 8
MILES_IN_A_DEGREE = 69.0  # of latitude, rounded down a little so that the box never cuts the circle
# Words that say "I am searching", not what for.
FILLERS = frozenset(
    [
        "a",
        "al",
        "and",
        "at",
        "cerca",
        "clase",
        "clases",
        "class",
        "classes",
        "con",
        "course",
        "courses",
        "cual",
        "curso",
        "cursos",
        "de",
        "del",
        "el",
        "en",
        "entrenamiento",
        "for",
        "in",
        "job",
        "jobs",
        "la",
        "las",
        "los",
        "me",
        "mi",
        "my",
        "near",
        "of",
        "oficio",
        "or",
        "para",
        "por",
        "quiero",
        "the",
        "to",
        "trabajo",
        "trabajos",
        "training",
        "un",
        "una",
        "want",
        "work",
        "y",
    ]
)


@dataclass(frozen=True)
class Asked:
    """A search as it was asked, cleaned; `problem` is the sentence about its ZIP code when that is wrong."""

    q: str = ""
    trade: str = ""
    zip: str = ""
    miles: int | None = None
    kind: str = ""
    shift: str = ""
    pay: int | None = None  # dollars an hour, at least
    place: Zip | None = None
    problem: str = ""
    home: str = ""  # the reader's own ZIP code, where the search starts unless the address says otherwise

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.trade or self.kind or self.miles or self.shift or self.pay)

    def query(self, **changes) -> str:
        """The search as a query string, without the page."""
        asked = replace(self, **changes)
        pairs = {name: getattr(asked, name) for name in ("q", "trade", "zip", "miles", "shift", "pay", "kind")}
        # A trainee who emptied the ZIP code keeps it empty on the next page.
        return urlencode(
            {name: value or "" for name, value in pairs.items() if value or (name == "zip" and asked.home)}
        )

    def tabs(self, kinds) -> list[dict]:
        """The kinds as links, each keeping the rest of the search."""
        every = {"label": _("All"), "query": self.query(kind=""), "current": not self.kind}
        return [every] + [
            {"label": label, "query": self.query(kind=kind), "current": kind == self.kind} for kind, label in kinds
        ]

    def queries(self) -> dict[str, str]:
        """The search with one thing less, for links that widen it."""
        return {
            "without_words": self.query(q=""),
            "without_trade": self.query(trade=""),
            "without_kind": self.query(kind=""),
            "without_miles": self.query(miles=None),
            "without_shift": self.query(shift=""),
            "without_pay": self.query(pay=None),
        }


def read(params, *, kinds, home: str = "", shifts=(), pays=()) -> Asked:
    """Clean the parameters of a search page. What is not understood is left out; only a wrong ZIP code is told.

    `home` is the reader's own ZIP code, used while the address names none. `shifts` and `pays` are what may be asked
    for, where rows have them.
    """
    q = " ".join(params.get("q", "").replace("\x00", " ").split())[:100]
    trade = params.get("trade", "")
    kind = params.get("kind", "")
    miles = params.get("miles", "")
    shift, pay = params.get("shift", ""), params.get("pay", "")
    asked = Asked(
        q=q,
        trade=trade if re.fullmatch(r"[0-9]{2}-[0-9]{4}\.[0-9]{2}", trade) else "",
        zip=params.get("zip", home).replace("\x00", "").strip()[:10],
        miles=int(miles) if miles in {str(distance) for distance in DISTANCES} else None,
        kind=kind if kind in kinds else "",
        shift=shift if shift in shifts else "",
        pay=int(pay) if pay in {str(dollars) for dollars in pays} else None,
        home=home,
    )
    return located(asked)


def located(asked: Asked) -> Asked:
    """The same search with the place of its ZIP code, or with the sentence that says what is wrong."""
    if not asked.zip:
        if asked.miles:
            return replace(asked, problem=_("Write your ZIP code too, so that we can measure the distance."))
        return asked
    code = re.fullmatch(r"([0-9]{5})(-[0-9]{4})?", asked.zip)
    if not code:
        return replace(asked, problem=_("A ZIP code has five digits, for example 92335."))
    place = Zip.objects.filter(code=code[1]).first()
    if place is None:
        problem = _("We do not know the ZIP code %(zip)s. Try one nearby.") % {"zip": code[1]}
        return replace(asked, zip=code[1], problem=problem)
    return replace(asked, zip=code[1], place=place)


@dataclass(frozen=True)
class Where:
    """In which columns of a room's rows words are looked for.

    `text` are expressions or names of text columns; `by_trade` and `by_credential` turn a subquery of keys into the
    condition that a row has one of them.
    """

    text: tuple
    by_trade: Callable[[QuerySet], Q]
    by_credential: Callable[[QuerySet], Q]
    vocabulary: tuple[tuple[type, str], ...]  # (model, column) whose words correct a misspelling
    by_word: Callable[[str], Q] = lambda word: Q(pk__in=[])  # what a word means beside what is written

    def narrow(self, rows: QuerySet, words: list[str], *, every: bool = True) -> QuerySet:
        """Rows in which every word (or, failing that, one of them) is found: in the text, among the words for their
        trades, in their credentials."""
        if not words:
            return rows
        parts = [part for column in self.text for part in (column, Value(" "))]
        rows = rows.alias(searched=Unaccent(Concat(*parts, output_field=TextField())))
        found = [
            Q(searched__iregex=pattern)
            | self.by_trade(trades_called(pattern))
            | self.by_credential(credentials_called(pattern))
            | self.by_word(word)
            for word, pattern in ((word, pattern_of(word)) for word in words)
        ]
        return rows.filter(*found) if every else rows.filter(reduce(or_, found))


def plain(text: str) -> str:
    """Lower case, without accents."""
    marked = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in marked if not unicodedata.combining(letter)).lower()


def words_of(text: str) -> list[str]:
    """The words to look for; "trabajo de soldador" is about "soldador"."""
    words = re.findall(r"[^\W_]+", plain(text))[:WORDS_AT_MOST]
    return [word for word in words if word not in FILLERS]


def pattern_of(word: str) -> str:
    """The start of a word, in the singular too: "welders" and "soldadores" find "welder" and "soldador".

    One or two letters or digits must be the whole word: "10" is not "100".
    """
    forms = [word]
    if len(word) > 3 and word.endswith("s"):
        forms.append(word[:-1])
    if len(word) > 5 and word.endswith("es"):
        forms.append(word[:-2])
    return rf"\m({'|'.join(forms)})" + (r"\M" if len(word) < 3 else "")


def trades_called(pattern: str) -> QuerySet:
    words = OccupationWord.objects.alias(plain=Unaccent("word")).filter(plain__iregex=pattern).values("occupation")
    return (
        Occupation.objects.alias(plain=Unaccent(Concat("title_en", Value(" "), "title_es", output_field=TextField())))
        .filter(Q(plain__iregex=pattern) | Q(pk__in=words))
        .order_by()
        .values("pk")
    )


def credentials_called(pattern: str) -> QuerySet:
    names = Concat(
        "name_en", Value(" "), "name_es", Value(" "), "short_en", Value(" "), "short_es", output_field=TextField()
    )
    return Credential.objects.alias(plain=Unaccent(names)).filter(plain__iregex=pattern).order_by().values("pk")


def near(rows: QuerySet, asked: Asked) -> QuerySet:
    """Rows with `miles` from the asked place (None where the row's place is not known), within the asked distance."""
    if asked.place is None:
        return rows.annotate(miles=Value(None, output_field=FloatField()))
    # Without the condition a row that has no place would lie 12,437 miles away: LEAST and GREATEST skip NULL.
    rows = rows.annotate(
        miles=Case(When(latitude__isnull=False, longitude__isnull=False, then=miles_from(asked.place)))
    )
    if asked.miles:
        span = asked.miles / MILES_IN_A_DEGREE + 0.1
        latitude = asked.place.latitude
        rows = rows.filter(latitude__range=(latitude - span, latitude + span), miles__lte=asked.miles)
    return rows


@dataclass(frozen=True)
class Found:
    """A page of rows; `instead` are the words they were found by when those are not the typed ones, and `some` says
    that no row has all the words, so that rows with one of them are shown."""

    page: Page
    instead: str = ""
    some: bool = False


def page_of(rows: QuerySet, asked: Asked, where: Where, *, order: tuple, number) -> Found:
    """The page of rows that were asked for: as typed, else with misspellings mended, else with some of the words."""
    if asked.place:
        order = (F("miles").asc(nulls_last=True), *order)
    rows = near(rows, asked).order_by(*order)
    words = words_of(asked.q)
    typed = Paginator(where.narrow(rows, words), PAGE)
    if not words or typed.count:
        return Found(typed.get_page(number))
    mended = mend(words, where)
    if mended != words:
        second = Paginator(where.narrow(rows, words_of(" ".join(mended))), PAGE)
        if second.count:
            return Found(second.get_page(number), instead=" ".join(mended))
    elif len(words) > 1:
        third = Paginator(where.narrow(rows, words, every=False), PAGE)
        if third.count:
            return Found(third.get_page(number), some=True)
    return Found(typed.get_page(number))


def mend(words: list[str], where: Where) -> list[str]:
    """The words with misspelled ones replaced by the nearest known word; a word that is known stays as it is."""
    candidates = [row[0] for row in vocabulary(words, where)]
    known = {plain(token): token.lower() for text in candidates for token in re.findall(r"[^\W_]+", text)}
    return [nearest(word, known) for word in words]


def nearest(word: str, known: dict[str, str]) -> str:
    if word in known or len(word) < 4:
        return word
    alike = {token: SequenceMatcher(None, word, token).ratio() for token in known if len(token) > 3}
    best = max(alike, key=lambda token: (alike[token], token), default=None)
    return known[best] if best and alike[best] >= 0.75 else word


def vocabulary(words: list[str], where: Where) -> QuerySet:
    """Texts that hold a word like one of these, the likest first; one query."""
    parts = []
    for model, column in (
        (OccupationWord, "word"),
        (Occupation, "title_en"),
        (Occupation, "title_es"),
        (Credential, "name_en"),
        (Credential, "name_es"),
        *where.vocabulary,
    ):
        alike = [TrigramWordSimilarity(word, Unaccent(column)) for word in words]
        likeness = Greatest(*alike) if len(alike) > 1 else alike[0]
        parts.append(
            model.objects.order_by()
            .annotate(found=Cast(column, TextField()), likeness=likeness)
            .filter(likeness__gte=0.35)
            .values_list("found", "likeness")
        )
    return parts[0].union(*parts[1:]).order_by("-likeness", "found")[:80]
