"""Why two belong together: the gates of a match, written down after it was made, and judged on the spot until then.

Making a match must be quick, for hundreds may come in a second; its reasons are read by people, a little later. So the
database makes matches (matching/sql/keep.sql) and notes whose reasons are wanted (matching_unsaid); here they are
written, a few at a time, and a reader who comes first gets the same reasons from the same rules.
"""

from collections.abc import Collection, Iterable

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import TraineeProfile
from openings.models import Opening

from . import facts, rules
from .models import Match

AT_ONCE = 20  # people or openings whose reasons are written in one go; matching waits while they are


def judged(pairs: Collection[tuple[int, int]], on, *, profiles=None, offered=None) -> dict:
    """The judgement of each of these pairs, (trainee, opening), as the facts are now; fixed number of queries.

    Pairs of which one is not among `profiles` or `offered` (querysets; all, when not given) are absent.
    """
    if not pairs:
        return {}
    profiles = TraineeProfile.objects.all() if profiles is None else profiles
    offered = Opening.objects.all() if offered is None else offered
    some = facts.trainees(profiles.filter(pk__in={trainee for trainee, _opening in pairs}))
    asked = facts.openings(offered.filter(pk__in={opening for _trainee, opening in pairs}))
    return {
        (trainee, opening): rules.judge(some[trainee], asked[opening], on)
        for trainee, opening in sorted(pairs)
        if trainee in some and opening in asked
    }


def say(match: Match, judgement: rules.Judgement) -> Match:
    """Give the match, in memory, the reasons of this judgement."""
    match.gates = [gate.as_dict() for gate in judgement.gates]
    match.points = judgement.points
    return match


def complete(matches: Iterable[Match], on=None) -> None:
    """Give those of these matches whose reasons were not written yet their reasons, in memory."""
    silent = {(match.trainee_id, match.opening_id): match for match in matches if match.gates is None}
    for pair, judgement in judged(silent.keys(), on or timezone.localdate()).items():
        say(silent[pair], judgement)


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
    found = judged({(match.trainee_id, match.opening_id) for match in standing}, on)
    differing = []
    for match in standing:
        before = match.gates, match.points
        judgement = found.get((match.trainee_id, match.opening_id))
        if judgement and before != (say(match, judgement).gates, match.points):
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
