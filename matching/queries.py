"""Reading matches for pages: a person's list, an opening's list in its own order, one-step-aways.

What fits is asked live, so a page is never older than the last job; the match rows add what people were told.
"""

from dataclasses import dataclass

from django.utils import timezone

from ledger import prepared
from openings.models import ListPlace, Opening

from . import facts, live, rules, why
from .jobs import FIRST
from .models import Match

FITTING = (Match.State.FITS, Match.State.ASK)
UNREAD = ("description", "description_es")  # long, and no list of openings shows them


@dataclass
class Near:
    """An opening a person is one credential short of: any one of `missing` would complete it."""

    opening_id: int
    missing: tuple[str, ...]
    tenths: int  # of a mile
    opening: Opening | None = None  # once `name` was asked for it

    @property
    def distance(self) -> float:
        return self.tenths / 10


def of_trainee(trainee, on=None, *, explained: bool = False) -> tuple[list[Match], list[Near]]:
    """What the person fits (or could once they answer), the newest first; and what they are one credential short of,
    the nearest first: in a city that is hundreds, and `name` reads those that are shown.

    A match nobody told them of yet is not saved (`pk` is None); `matching.jobs.meet` puts it before them. Unless
    `explained`, those whose reasons were not written yet have none but the questions, where there are any.
    """
    on = on or timezone.localdate()
    pairs = live.of_people([trainee.pk], on, agreeing=True)
    fitting = [pair for pair in pairs if pair.state in FITTING]
    near = [Near(pair.opening_id, pair.missing, pair.tenths) for pair in pairs if pair.state == "near"]
    with prepared.kept():
        openings = _offered([pair.opening_id for pair in fitting], on)
        told = {m.opening_id: m for m in Match.objects.filter(trainee=trainee.pk)} if openings else {}
    found = []
    for pair in fitting:
        if opening := openings.get(pair.opening_id):
            match = told.get(pair.opening_id)
            if not _says(match, pair.state):
                match = Match(state=pair.state, points={"tenths": pair.tenths})
            match.opening, match.trainee = opening, trainee
            found.append(match)
    if explained:
        why.complete(found, on)
    else:
        unsure = {pair.opening_id for pair in fitting if pair.unsure}
        why.ask([match for match in found if match.state == Match.State.ASK], unsure, on)
    found.sort(key=lambda match: match.since, reverse=True)
    return found, near


def name(nears: list[Near], on=None) -> list[Near]:
    """These with their openings, read at once; without those that closed this moment."""
    with prepared.kept():
        openings = _offered([near.opening_id for near in nears if near.opening is None], on or timezone.localdate())
    for near in nears:
        near.opening = near.opening or openings.get(near.opening_id)
    return [near for near in nears if near.opening]


def _offered(pks: list[int], on) -> dict[int, Opening]:
    """Those of these openings that are offered on the day, with what a list of them shows."""
    if not pks:
        return {}
    rows = facts.live(on).select_related("organization", "occupation").defer(*UNREAD)
    return {opening.pk: opening for opening in rows.filter(pk__among=pks)}


def _says(match: Match | None, state: str) -> bool:
    return match is not None and match.state == state


def _judged(trainees, openings, on) -> dict[tuple[int, int], Match]:
    """Matches that are not kept, with their gates, as the rules see them now."""
    if not trainees or not openings:
        return {}
    people = facts.trainees(facts.matchable().filter(pk__in=trainees))
    return _found(people, facts.openings(facts.live(on).filter(pk__in=openings)), on)


def _found(people: dict[int, rules.Trainee], openings: dict[int, rules.Opening], on) -> dict[tuple[int, int], Match]:
    """Matches, not kept, of those of these who fit or could."""
    found = {(person.id, opening.id): (person, opening) for person in people.values() for opening in openings.values()}
    judged = {pair: rules.judge(*both, on) for pair, both in found.items()}
    return {
        (trainee, opening): why.say(
            Match(trainee_id=trainee, opening_id=opening, state=it.state, certified_on=it.certified_on), it
        )
        for (trainee, opening), it in judged.items()
        if it.state in FITTING
    }


def of_opening(opening, also=(), on=None) -> list[live.Passing]:
    """Everybody who passes every gate, in the opening's own order; `also` are trainees listed with a question open.

    Whoever withdrew their agreement is gone at once, whether or not the job has run.
    """
    return _agreeing(live.passing(opening.pk, on or timezone.localdate(), also=also))


def first_of_opening(opening, also=(), on=None) -> list[live.Passing]:
    """The first of `of_opening`, at least FIRST where there are as many, without looking at a whole city."""
    most = FIRST + len(also)
    return _agreeing(live.first_kept(opening.pk, on or timezone.localdate(), also=also, most=most))


def _agreeing(found: list[live.Passing]) -> list[live.Passing]:
    agreed = live.agreeing(p.trainee_id for p in found)
    return [passing for passing in found if passing.trainee_id in agreed]


def matches_of(opening, passing: list[live.Passing], on=None) -> list[Match]:
    """The matches of some people on an opening's list, in that order, each with `.passing` and `.place` (on a list)."""
    trainees = [p.trainee_id for p in passing]
    rows = Match.objects.filter(opening=opening, trainee__in=trainees).exclude(state=Match.State.ENDED)
    found = {m.trainee_id: m for m in rows.select_related("trainee__user")}
    why.complete(found.values(), on)
    lacking = [p.trainee_id for p in passing if not _says(found.get(p.trainee_id), p.state)]
    people = facts.matchable().select_related("user").in_bulk(lacking)
    for (trainee, _opening), match in _judged(lacking, [opening.pk], on or timezone.localdate()).items():
        match.trainee, match.opening = people[trainee], opening
        found[trainee] = match
    places = {place.trainee_id: place for place in ListPlace.objects.filter(opening=opening, trainee__in=trainees)}
    ordered = []
    for p in passing:
        if match := found.get(p.trainee_id):
            match.passing, match.place = p, places.get(p.trainee_id)
            ordered.append(match)
    return ordered


def counts(openings, on=None) -> dict[int, dict[str, int]]:
    """For each opening: how many pass every gate, how many could once they answer, how many are one step away."""
    return live.counts([opening.pk for opening in openings], on or timezone.localdate())
