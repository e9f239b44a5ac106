"""What pages ask of themes: how many raised one, and what may be quoted of it."""

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from ..models import Quote, Theme, Voice

# Below this nothing is quoted and no number is shown: with fewer, those who know the people know who it was.
CONTRIBUTORS = 5


def raised(themes):
    """The themes, each with how many `contributors` it has: people by name once, each unnamed testimony as one."""
    who = Coalesce(-F("voices__author"), F("voices__pk"))
    return themes.annotate(contributors=Count(who, filter=Q(voices__is_withdrawn=False), distinct=True))


def number_shown(theme: Theme) -> int | None:
    """How many raised it, in steps of five; None while they are too few to say."""
    return theme.contributors // CONTRIBUTORS * CONTRIBUTORS or None


def quotes(theme: Theme) -> list[Quote]:
    """What may be quoted: nothing before enough people raised the theme, and nothing against its author's wish."""
    if theme.contributors < CONTRIBUTORS:
        return []
    found = theme.quotes.filter(voice__is_withdrawn=False, voice__visibility__in=Voice.QUOTABLE)
    found = list(found.select_related("voice__author"))
    for one in found:
        named = one.voice.visibility == Voice.Visibility.NAMED
        one.name = one.voice.author.full_name if named and one.voice.author else ""
    return found
