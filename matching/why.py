"""Why two belong together: the gates of a match, written down after it was made, and judged on the spot until then.

Making a match must be quick, for hundreds may come in a second; its reasons are read by people, a little later. So the
database makes matches (matching/sql/keep.sql) and notes whose reasons are wanted (matching_unsaid); here they are
written, a few at a time, and a reader who comes first gets the same reasons from the same rules.
"""

from collections.abc import Collection, Iterable

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from . import facts, rules
from .models import Match

AT_ONCE = 20  # people or openings whose reasons are written in one go; matching waits while they are


def say(match: Match, judgement: rules.Judgement) -> Match:
    """Give the match, in memory, the reasons of this judgement."""
    match.gates = [gate.as_dict() for gate in judgement.gates]
    match.points = judgement.points
    return match


def complete(matches: Iterable[Match], on=None) -> None:
    """Give those of these matches whose reasons were not written yet their reasons, in memory."""
    silent = [match for match in matches if match.gates is None]
    for match, judgement in _judged(silent, on or timezone.localdate()):
        say(match, judgement)


def ask(matches: Iterable[Match], unsure: Collection[int], on) -> None:
    """Give those of these matches whose reasons were not written yet the gates that are a question, in memory.

    They wait for nothing but an answer, and each knows its person and its opening. `unsure` are the openings that ask
    for a credential the person says they hold: only for those is it read who holds what, and what is asked for.
    """
    silent = [match for match in matches if match.gates is None]
    read = [match for match in silent if match.opening_id in unsure]
    held = facts.held(sorted({match.trainee_id for match in read})) if read else {}
    asked = facts.asked(sorted({match.opening_id for match in read})) if read else {}
    for match in silent:
        person = facts.said(match.trainee, held=held.get(match.trainee_id, ()))
        gates = rules.questions(person, facts.offered(match.opening, **asked.get(match.opening_id, {})), on)
        match.gates = [gate.as_dict() for gate in gates]


def _judged(matches: list[Match], on) -> list[tuple[Match, rules.Judgement]]:
    """These matches with their judgements as the facts are now, but those that go this moment; a few queries."""
    if not matches:
        return []
    people = facts.trainees(_known(matches, "trainee"))
    openings = facts.openings(_known(matches, "opening"))
    return [
        (match, rules.judge(people[match.trainee_id], openings[match.opening_id], on))
        for match in matches
        if match.trainee_id in people and match.opening_id in openings
    ]


def _known(matches: list[Match], name: str) -> list:
    """The people, or the openings, of these matches; read where the match does not know its own."""
    field = Match._meta.get_field(name)
    known = {getattr(match, field.attname): getattr(match, name) for match in matches if field.is_cached(match)}
    asked = {getattr(match, field.attname) for match in matches} - known.keys()
    return [*known.values(), *(field.related_model.objects.filter(pk__in=asked) if asked else ())]


def gates_of(matches: Iterable[int], on=None) -> dict[int, list[dict]]:
    """The gates of these matches, by id, as they stand now or last stood."""
    rows = list(Match.objects.filter(pk__in=matches))
    complete(rows, on)
    return {match.pk: match.gates for match in rows if match.gates is not None}


def write(*, on) -> int:
    """Write the reasons of AT_ONCE people or openings who wait for that; returns how many did. Safe to run twice."""
    from .jobs import lock

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, trainee_id, opening_id FROM matching_unsaid ORDER BY id LIMIT %s", [AT_ONCE])
        taken = cursor.fetchall()
    if not taken:
        return 0
    people = {trainee for _id, trainee, _opening in taken} - {None}
    openings = {opening for _id, _trainee, opening in taken} - {None}
    of_these = Match.objects.filter(Q(trainee_id__in=people) | Q(opening_id__in=openings))
    standing = list(of_these.exclude(state=Match.State.ENDED).order_by("pk"))
    differing = []
    for match, judgement in _judged(standing, on):
        before = match.gates, match.points
        if before != (say(match, judgement).gates, match.points):
            differing.append(match)
    with transaction.atomic():
        lock()  # so that nobody who matches waits for these rows one by one
        Match.objects.bulk_update(differing, ["gates", "points"], batch_size=1000)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM matching_unsaid WHERE id = ANY (%s)", [[row for row, *_ in taken]])
    return len(taken)


def write_all(*, on) -> int:
    """Write the reasons of everybody who waits for that now; returns how many did."""
    total = 0
    while some := write(on=on):
        total += some
    return total
