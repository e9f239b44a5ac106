"""Questions people ask while they wait: my matches, my next training, who passes; the database time of each.

"Who passes" is asked as its page asks: for the first of the list, who are looked at again one by one. The whole list of
an opening, which the page shows only when asked for all, stands beside it as `everybody`.
"""

import random
from collections import Counter
from datetime import date

from django.db import connection

from accounts.models import TraineeProfile, Zip
from bench.stage import SEED
from bench.statements import Meter, summary
from matching import live, queries, rematch
from openings.models import Opening
from placements.teaching import NAMED
from programs.cohort_queries import next_cohorts

STEPS = 3  # as placements.views
WARM = 2000  # others ask first: an installation that has been up for an hour has read its tables before


def _some(sql: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(sql)
        everything = sorted(pk for (pk,) in cursor.fetchall())
    return random.Random(SEED).choices(everything, k=count + WARM)


def _asked(question, things) -> dict:
    meter, seconds, statements = Meter(), [], []
    for thing in things:
        with meter.on():
            question(thing)
        seconds.append(meter.seconds)
        statements.append(meter.statements)
    return {**summary(seconds[WARM:]), "statements": sorted(statements)[len(statements) // 2]}


def keep_lists(on: date) -> None:
    """Keep for every opening the matches its jobs would have: the first of its list, as a full rematch finds them."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT NOT EXISTS (SELECT FROM matching_top)")
        if cursor.fetchone()[0]:
            rematch.compute(rematch.address(), on)
        cursor.execute(
            "INSERT INTO matching_match (public_id, trainee_id, opening_id, state, gates, points, certified_on, since,"
            " trainee_told_at, hirer_told_at)"
            " SELECT gen_random_uuid(), s.trainee_id, s.opening_id, s.state, '[]',"
            " jsonb_build_object('tenths', s.tenths), s.certified_on, now(), now(), now()"
            " FROM (SELECT opening_id, array_agg(trainee_id) AS people FROM matching_top GROUP BY opening_id) t"
            " CROSS JOIN LATERAL matching_stood(t.opening_id, t.people, %s) s"
            " ON CONFLICT DO NOTHING",
            [on],
        )
        # As autovacuum leaves an installation that has run for a day.
        cursor.execute("VACUUM (ANALYZE) matching_match")
        cursor.execute("CHECKPOINT")


def questions(on: date, count: int) -> dict:
    """Each question of `count` people or openings picked at random."""
    keep_lists(on)
    people = TraineeProfile.objects.select_related("user").in_bulk(
        trainees := _some("SELECT DISTINCT trainee_id FROM matching_seeker", count)
    )
    openings = Opening.objects.in_bulk(offered := _some("SELECT opening_id FROM matching_offer", count))
    homes = Zip.objects.in_bulk({person.zip for person in people.values()})

    def my_matches(pk):
        # As the page does: what fits, and by name the nearest openings of the three certificates that would open most.
        _fitting, near = queries.of_trainee(people[pk], on)
        opens, shown = Counter(one.missing for one in near), []
        for missing, _many in opens.most_common(STEPS):
            shown += [one for one in near if one.missing == missing][:NAMED]
        queries.name(shown, on)

    def next_training(pk):
        missing = {key for pair in live.of_people([pk], on) if pair.state == "near" for key in pair.missing}
        next_cohorts(missing, home=homes.get(people[pk].zip), miles=people[pk].miles, on=on)

    def who_passes(pk):
        queries.first_of_opening(openings[pk], on=on)

    def everybody(pk):
        queries.of_opening(openings[pk], on=on)

    return {
        "my_matches": _asked(my_matches, trainees),
        "next_training": _asked(next_training, trainees),
        "who_passes": _asked(who_passes, offered),
        "everybody": _asked(everybody, offered),
    }
