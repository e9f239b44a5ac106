"""Reading matches: a person's list, an opening's list in its own order, one-step-aways with the programs that help."""

import hashlib
from collections import defaultdict
from datetime import date

from django.db.models import Count, Q

from openings.models import ListPlace, Opening
from programs.models import Program

from . import facts
from .models import Match

FITTING = (Match.State.FITS, Match.State.ASK)
FAR_FUTURE = date.max


def of_trainee(trainee):
    """The person's live matches with open openings, those that fit first."""
    return (
        Match.objects.filter(trainee=trainee, opening__state=Opening.State.PUBLISHED)
        .exclude(state=Match.State.ENDED)
        .select_related("opening__organization", "opening__occupation")
        .order_by("-since", "pk")
    )


def of_opening(opening, also=()):
    """People who pass every gate, in the opening's own order; `also` are trainees listed with a question open.

    Whoever withdrew their agreement is gone at once, whether or not the job has run.
    """
    passing = Q(state=Match.State.FITS) | Q(state=Match.State.ASK, trainee__in=also)
    rows = Match.objects.filter(passing, opening=opening, trainee__in=facts.matchable())
    return in_order(opening, list(rows.select_related("trainee__user").order_by("pk")))


def in_order(opening: Opening, matches: list[Match]) -> list[Match]:
    """The matches by the opening's order rule; ties by a hash of both public ids, so by nobody's name or number."""
    places = {place.trainee_id: place for place in ListPlace.objects.filter(opening=opening).order_by("pk")}

    def key(match):
        place = places.get(match.trainee_id)
        tie = _draw(str(opening.public_id), match)
        if opening.order_rule == Opening.OrderRule.LOTTERY:
            return (_draw(opening.lottery_seed, match),)
        if opening.order_rule == Opening.OrderRule.RANKED:
            unranked = place is None or place.rank is None
            return (unranked, 0 if unranked else place.rank, tie)
        if opening.order_rule == Opening.OrderRule.FIFO:
            return (place is None, place.registered_at.timestamp() if place else 0, tie)
        return (match.certified_on or FAR_FUTURE, tie)

    ordered = sorted(matches, key=key)
    for match in ordered:
        match.place = places.get(match.trainee_id)
    return ordered


def _draw(seed: str, match: Match) -> str:
    """The lottery number of a person: anyone who has the seed can compute it again."""
    return hashlib.sha256(f"{seed}:{match.trainee.public_id}".encode()).hexdigest()


def counts(openings) -> dict[int, dict[str, int]]:
    """For each opening: how many pass every gate, how many could once they answer, how many are one step away."""
    rows = (
        Match.objects.filter(opening__in=openings)
        .exclude(state=Match.State.ENDED)
        .values("opening_id")
        .annotate(
            fits=Count("pk", filter=Q(state=Match.State.FITS)),
            ask=Count("pk", filter=Q(state=Match.State.ASK)),
            near=Count("pk", filter=Q(state=Match.State.NEAR)),
        )
        .order_by("opening_id")
    )
    return {row["opening_id"]: row for row in rows}


def programs_for(keys) -> dict[str, list[Program]]:
    """The open programs that teach each of these credentials."""
    found = defaultdict(list)
    programs = Program.objects.filter(is_open=True, credentials__in=set(keys)).distinct()
    for program in programs.select_related("provider").prefetch_related("credentials").order_by("name", "pk"):
        for credential in program.credentials.all():
            found[credential.pk].append(program)
    return found
