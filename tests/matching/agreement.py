"""Every answer of the database about a day, beside what the rules in Python say: where they differ, in words."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from django.db import connection
from django.utils import timezone

from accounts.models import TraineeProfile
from matching import facts, jobs, live, rules
from matching.models import Match
from openings.models import ListPlace, Opening

LAST = 2**63 - 1
EVERYBODY = """
SELECT (SELECT count(*) FROM (TABLE matching_seeker EXCEPT SELECT * FROM matching_seekers(NULL, %(on)s)) a)
     + (SELECT count(*) FROM (SELECT * FROM matching_seekers(NULL, %(on)s) EXCEPT TABLE matching_seeker) b)
     + (SELECT count(*) FROM (TABLE matching_offer EXCEPT SELECT * FROM matching_offers(NULL, %(on)s)) c)
     + (SELECT count(*) FROM (SELECT * FROM matching_offers(NULL, %(on)s) EXCEPT TABLE matching_offer) d)
     + (SELECT count(*) FROM (SELECT DISTINCT ON (subject_id) subject_id, facts -> 'rows' AS rows FROM ledger_event
                               WHERE kind = 'seeker.projected' ORDER BY subject_id, id DESC) told
         WHERE rows <> coalesce((SELECT jsonb_agg(to_jsonb(s) - 'trainee_id' ORDER BY trade, at)
                                   FROM matching_seeker s WHERE s.trainee_id = told.subject_id), '[]'))
"""
# What is asked about an opening; of all openings of a day in one statement, for there are thousands of them.
QUESTIONS = {
    "passing": "matching_passing(o.id, %(on)s::date, %(also)s::bigint[], NULL)",
    "two": "matching_passing(o.id, %(on)s::date, %(also)s::bigint[], 2)",
    "first": "matching_first_of(o.id, %(on)s::date, 50)",
    "short": "matching_short_of(o.id, %(on)s::date)",
    "sieve": "matching_sieve(o.id, %(on)s::date)",
}
GATES = ("credentials", "license", "languages", "shifts", "wage", "dates")


def judged(put, on, *, judge=rules.judge, facts=facts) -> dict[tuple[int, int], rules.Judgement]:
    """The rules' word on every pair: those who may be matched, and what is offered on the day."""
    trainees = facts.trainees(facts.matchable().filter(pk__in=put.people))
    openings = facts.openings(facts.live(on).filter(pk__in=put.works))
    return {(t.id, o.id): judge(t, o, on) for t in trainees.values() for o in openings.values()}


def disagreements(put, on, said: dict) -> Iterator[str]:
    """Where the database says something else than the rules, on a day for which everything is projected."""
    yield from pairs_apart(put, on, said)
    yield from days_apart(put, said)
    with connection.cursor() as cursor:
        cursor.execute("SELECT trainee_id, ticket FROM matching_ticket WHERE trainee_id = ANY(%s)", [list(put.people)])
        tickets = dict(cursor.fetchall())
    yield from apart("standing", standing(put, on), best(said))
    places = {(p.trainee_id, p.opening_id): p for p in ListPlace.objects.filter(opening_id__in=put.works)}
    of = defaultdict(dict)
    for (trainee, opening), judgement in said.items():
        of[opening][trainee] = judgement
    yield from apart("counts", live.counts(put.works, on), counts(said))
    also = list(put.people)[::2]
    asked = {name: answers(name, put.works, on, also) for name in QUESTIONS}
    for opening in Opening.objects.filter(pk__in=put.works):
        answered = {name: found[opening.pk] for name, found in asked.items()}
        yield from order_apart(opening, answered, of[opening.pk], tickets, places, also=also)
        yield from counts_apart(opening.pk, answered, of[opening.pk])
    yield from alone_apart(min(put.works), on, asked, also)


def answers(name: str, works, on, also) -> dict[int, list[tuple]]:
    """What the database answers to this question about each of these openings, in its order."""
    found = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT o.id, a.* FROM unnest(%(works)s::bigint[]) o (id) CROSS JOIN LATERAL {QUESTIONS[name]}"
            " WITH ORDINALITY a ORDER BY o.id, a.ordinality",
            {"works": list(works), "on": on, "also": also},
        )
        for opening, *row, _nth in cursor.fetchall():
            found[opening].append(tuple(row))
    return found


def alone_apart(opening_id, on, asked, also) -> Iterator[str]:
    """Asked alone, as pages and jobs ask, an opening's answers are the same."""
    listed = [
        (p.trainee_id, p.state, p.tenths, LAST if p.key is None else p.key, p.draw)
        for p in live.passing(opening_id, on, also=also)
    ]
    if listed != [(*row, bytes(draw)) for *row, draw in asked["passing"][opening_id]]:
        yield f"order of {opening_id}, asked alone: {listed}"
    yield from apart(
        f"short_of {opening_id}, asked alone", live.short_of(opening_id, on), dict(asked["short"][opening_id])
    )
    removed = {gate: live.Removed(gate, *many) for gate, *many in asked["sieve"][opening_id]}
    yield from apart(f"sieve {opening_id}, asked alone", live.sieve(opening_id, on), removed)


def pairs_apart(put, on, said) -> Iterator[str]:
    expected = {
        pair: (judgement.state, judgement.points["tenths"], frozenset(judgement.one_step))
        for pair, judgement in said.items()
        if judgement.state
    }
    yield from pairs_differ("of_people", put, as_pairs(live.of_people(put.people, on)), expected)


def as_pairs(pairs) -> dict:
    return {(p.trainee_id, p.opening_id): (p.state, p.tenths, frozenset(p.missing)) for p in pairs}


def turned_apart(put, later) -> Iterator[str]:
    """On a later day, before anything is projected anew: whoever turned is absent, and nobody else changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT trainee_id FROM matching_seeker WHERE turns_on <= %s", [later])
        turned = {pk for (pk,) in cursor.fetchall()}
        cursor.execute("SELECT opening_id FROM matching_offer")
        offered = {pk for (pk,) in cursor.fetchall()}
    said = judged(put, later)
    stood = {pair: judgement for pair, judgement in said.items() if pair[0] not in turned and pair[1] in offered}
    yield from pairs_apart(put, later, stood)


def days_apart(put, said) -> Iterator[str]:
    """Since when each person has held all that is asked for, whatever the opening's order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT trainee_id, opening_id, matching_certified(h0, h1, h2, h3, since, asked, groups) FROM matching_pair"
            " WHERE trainee_id = ANY(%s) AND opening_id = ANY(%s)",
            [list(put.people), list(put.works)],
        )
        got = {(t, o): None if days is None else live.EPOCH + timedelta(days) for t, o, days in cursor.fetchall()}
    within = {
        pair: judgement.certified_on
        for pair, judgement in said.items()
        if all(gate.state == rules.MET for gate in judgement.gates if gate.name in ("trade", "distance"))
    }
    yield from pairs_differ("certified", put, got, within)


def kept_apart(put, on, said) -> Iterator[str]:
    """What is kept of each pair once half of the people and all openings were matched: the rows, and nothing else."""
    noon = datetime.combine(on, time(12), timezone.get_current_timezone())
    jobs.keep(set(list(put.people)[::2]), set(put.works), at=noon, quiet=True)
    rows = Match.objects.filter(trainee__in=put.people).exclude(state=Match.State.ENDED)
    got = {(m.trainee_id, m.opening_id): (m.state, m.certified_on, m.points["tenths"]) for m in rows}
    expected = {
        pair: (judgement.state, judgement.certified_on, judgement.points["tenths"])
        for pair, judgement in said.items()
        if judgement.state in (rules.FITS, rules.ASK)
    }
    yield from pairs_differ("kept", put, got, expected)


def order_apart(opening, answered, said, tickets, places, *, also) -> Iterator[str]:
    passing = {t: j for t, j in said.items() if j.state == rules.FITS or (j.state == rules.ASK and t in also)}
    keys = {
        t: (key_of(opening, j, places.get((t, opening.pk))), draw_of(opening, tickets[t])) for t, j in passing.items()
    }
    expected = [(place, t, passing[t].state, *keys[t]) for place, t in enumerate(sorted(keys, key=keys.get), start=1)]
    listed = answered["passing"]
    got = [(place, t, state, key, bytes(draw)) for place, (t, state, _tenths, key, draw) in enumerate(listed, start=1)]
    if got != expected:
        yield f"order of {opening.pk}: {got}, by the rules {expected}"
    if answered["two"] != listed[:2]:
        yield f"the first two of {opening.pk}"
    first = [t for t in sorted(keys, key=keys.get) if passing[t].state == rules.FITS]
    asking = [t for t, judgement in said.items() if judgement.state == rules.ASK]
    first += sorted(asking, key=lambda t: draw_of(opening, tickets[t]))
    if [trainee for trainee, *_how in answered["first"]] != first:
        yield f"who is asked of {opening.pk}"


def key_of(opening, judgement, place) -> int:
    """What the opening's order reads of a person, by docs/matching.md."""
    match opening.order_rule:
        case "waiting":
            since = judgement.certified_on
            return LAST if since is None else (since - date(1950, 1, 1)).days
        case "ranked":
            return place.rank if place and place.rank is not None else LAST
        case "fifo":
            moment = datetime(1970, 1, 1, tzinfo=UTC)
            return (place.registered_at - moment) // timedelta(microseconds=1) if place else LAST
        case "lottery":
            return 0


def draw_of(opening, ticket: int) -> bytes:
    seed = opening.lottery_seed
    if len(seed) == 64 and set(seed) <= set("0123456789abcdef"):
        recorded = bytes.fromhex(seed)
    else:
        recorded = sha256(f"{seed}{opening.public_id}".encode()).digest()
    return sha256(recorded + ticket.to_bytes(8, "big")).digest()


def standing(put, on) -> dict[int, str]:
    trainees = TraineeProfile.objects.filter(pk__in=put.people)
    found = trainees.annotate(best=live.Standing("pk", on)).values_list("pk", "best")
    return {pk: state for pk, state in found if state}


def best(said) -> dict[int, str]:
    """For each person the best that any opening says."""
    states = defaultdict(set)
    for (trainee, _opening), judgement in said.items():
        states[trainee].add(judgement.state)
    wanted = (rules.FITS, rules.ASK, rules.NEAR)
    return {t: next(s for s in wanted if s in found) for t, found in states.items() if found & set(wanted)}


def counts(said) -> dict[int, dict[str, int]]:
    """For each opening with people of its trade within reach: how many fit, could, or are one credential short."""
    found = {}
    for (_trainee, opening), judgement in said.items():
        if all(gate.state == rules.MET for gate in judgement.gates if gate.name in ("trade", "distance")):
            found.setdefault(opening, {"fits": 0, "ask": 0, "near": 0})
            if judgement.state:
                found[opening][judgement.state] += 1
    return found


def counts_apart(opening_id, answered, said) -> Iterator[str]:
    short = Counter(key for judgement in said.values() for key in judgement.one_step)
    yield from apart(f"short_of {opening_id}", dict(answered["short"]), short)
    by_first, alone = Counter(distance=0), Counter()
    for judgement in said.values():
        gates = judgement.gates
        if any(gate.name == "trade" and gate.state != rules.MET for gate in gates):
            continue
        if any(gate.name == "distance" and gate.state != rules.MET for gate in gates):
            by_first["distance"] += 1
            continue
        failed = {"credentials" if g.name in ("credential", "any_of") else g.name for g in judgement.missing}
        open_ones = any(gate.state == rules.UNKNOWN for gate in gates)
        first = next((gate for gate in GATES if gate in failed), "unknown" if open_ones else "passes")
        by_first[first] += 1
        alone[first] += len(failed) <= 1
    sieve = {gate: (people, alone[gate]) for gate, people in by_first.items()}
    yield from apart(f"sieve {opening_id}", {gate: tuple(many) for gate, *many in answered["sieve"]}, sieve)


def apart(question: str, got: dict, expected: dict) -> Iterator[str]:
    for key in got.keys() | expected.keys():
        if got.get(key) != expected.get(key):
            yield f"{question} {key}: {got.get(key)}, by the rules {expected.get(key)}"


def pairs_differ(question: str, put, got: dict, expected: dict) -> Iterator[str]:
    for pair in got.keys() | expected.keys():
        if got.get(pair) != expected.get(pair):
            who, work = put.people[pair[0]], put.works[pair[1]]
            yield f"{question}: {got.get(pair)}, by the rules {expected.get(pair)}\n{who}\n{work}"


def everybody_apart(on) -> int:
    """How many rows of the projection are not those of everybody and every opening projected at once, and of how many
    people the ledger says something else.
    """
    with connection.cursor() as cursor:
        cursor.execute(EVERYBODY, {"on": on})
        return cursor.fetchone()[0]
