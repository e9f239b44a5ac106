"""Full-text search in English and Spanish, with snippets; what should be looked through again stands last."""

import re

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, Greatest, Left
from django.utils.html import escape
from django.utils.safestring import mark_safe

# No text holds these: files with control characters are refused, and so are forms.
START, STOP = "\x02", "\x03"
SHOWN = 50


def found(rows, words: str, *, today, language: str):
    """The resources that have these words, the best first, each with a `snippet`; with no words all, newest first.

    Both languages are searched whatever the reader's: who asks for "soldador" finds the paper that has it.
    """
    rows = rows.annotate(is_stale=Case(When(review_on__lt=today, then=Value(1)), default=Value(0)))
    rows = rows.select_related("owner").defer("body_en", "body_es")
    words = words.replace("\x00", " ").strip()[:200]
    if not words:
        return list(rows.order_by("is_stale", "-changed_on", "-pk")[:SHOWN])
    en = SearchQuery(words, config="english", search_type="websearch")
    es = SearchQuery(words, config="spanish", search_type="websearch")
    rank = Greatest(SearchRank(F("found_en"), en), SearchRank(F("found_es"), es))
    rows = rows.filter(Q(found_en=en) | Q(found_es=es)).annotate(rank=rank)
    rows = rows.order_by("is_stale", "-rank", "-changed_on", "-pk")[:SHOWN]
    options = {"start_sel": START, "stop_sel": STOP, "max_fragments": 2, "max_words": 24, "min_words": 8}
    rows = rows.annotate(
        heard_en=SearchHeadline(_whole("en"), en, config="english", **options),
        heard_es=SearchHeadline(_whole("es"), es, config="spanish", **options),
    )
    rows = list(rows)
    for row in rows:
        first, second = (row.heard_es, row.heard_en) if language == "es" else (row.heard_en, row.heard_es)
        row.snippet = marked(first if START in first or START not in second else second)
    return rows


def _whole(language: str):
    # Headlines are made of the beginning: whole books would cost seconds.
    return Concat(F(f"summary_{language}"), Value(" "), Left(F(f"body_{language}"), 40_000))


def marked(text: str) -> str:
    """The snippet as HTML: what was found is marked, everything else is text."""
    text = escape(re.sub(r"\s+", " ", text))
    return mark_safe(text.replace(START, "<mark>").replace(STOP, "</mark>"))  # noqa: S308 - escaped above
