"""Whom an opening is put before, whatever its order reads and however many are asked for, written again in Python."""

import pytest
from django.db import connection

from matching import order
from openings.models import ListPlace
from tests.matching.projected import DAY, World

RULES = ("waiting", "ranked", "fifo", "lottery")
PAIRS = """
SELECT p.trainee_id, p.state, p.tenths, p.order_rule, p.seed, p.ticket, p.asked = '{}', length(p.since) / 2,
       '1950-01-01'::date + matching_certified(p.h0, p.h1, p.h2, p.h3, p.since, p.asked, p.groups)
  FROM matching_pair p
 WHERE p.opening_id = %s AND p.state IN ('fits', 'ask') AND p.turns_on > %s AND p.last_on >= %s
"""


def by_hand(pairs, places):
    """Those who fit in the opening's order and those with a question by the draw, as they are to come out."""
    fits, asking = [], []
    for trainee, state, tenths, rule, seed, ticket, _nothing, _held, certified_on in pairs:
        place, drawn = places.get(trainee), order.draw(bytes(seed), ticket)
        key = order.key(
            RULES[rule],
            certified_on=certified_on,
            rank=place and place.rank,
            registered_at=place and place.registered_at,
        )
        if state == "fits":
            fits.append((key, drawn, (trainee, state, tenths, certified_on)))
        else:
            asking.append((drawn, (trainee, state, tenths, certified_on)))
    return [row[-1] for row in sorted(fits)], [row[-1] for row in sorted(asking)]


def first_of(cursor, opening, most):
    cursor.execute(
        "SELECT trainee_id, state, tenths, certified_on FROM matching_first_of(%s, %s, %s)", [opening, DAY, most]
    )
    return cursor.fetchall()


@pytest.mark.parametrize("number", [12, 13])
def test_the_first_are_those_whom_the_order_puts_first_however_many_are_asked_for(db, number):
    world = World(number)
    world.write()
    listed, tied, held = set(), 0, set()
    with connection.cursor() as cursor:
        for count, opening in enumerate(world.openings):
            if count % 3 == 0:  # the institution has nobody on its list
                ListPlace.objects.filter(opening=opening).delete()
            places = {place.trainee_id: place for place in ListPlace.objects.filter(opening=opening)}
            cursor.execute(PAIRS, [opening, DAY, DAY])
            pairs = cursor.fetchall()
            fits, asking = by_hand(pairs, places)
            for most in (0, 1, 2, 5, len(fits), 50, None):
                assert first_of(cursor, opening, most) == fits[:most] + asking[:most], (opening, most)
            listed |= {(RULES[pair[3]], bool(places)) for pair in pairs}
            tied += len({row[-1] for row in fits}) < len(fits)
            held |= {pair[7] for pair in pairs if pair[6]}  # certificates of people where nothing is asked for
    assert listed == {(rule, has) for rule in RULES for has in (True, False)}
    assert tied
    assert held >= set(range(9))


def test_where_nothing_is_asked_for_the_first_certificate_counts_however_many_are_held(db):
    world = World(14)
    world.write()
    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT opening_id FROM matching_offer WHERE asked = '{}'")
        for (opening,) in cursor.fetchall():
            cursor.execute(
                "SELECT trainee_id, certified, since FROM matching_pair WHERE opening_id = %s AND holds", [opening]
            )
            for _trainee, certified, since in cursor.fetchall():
                days = [int.from_bytes(bytes(since[n : n + 2])) for n in range(0, len(since), 2)]
                assert certified == min(days, default=None)
                found.add(len(days))
    assert found >= set(range(9))


def test_the_short_way_says_of_everybody_what_the_gates_say(db):
    World(15).write()
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT count(*) FILTER (WHERE holds IS DISTINCT FROM coalesce(state IN ('fits', 'ask'), false)
                                       OR close IS DISTINCT FROM (state IS NOT NULL)
                                       OR state IN ('fits', 'ask') AND asks IS DISTINCT FROM (state = 'ask')
                                       OR CASE WHEN state = 'fits' THEN certified IS DISTINCT FROM
                                               matching_certified(h0, h1, h2, h3, since, asked, groups) END),
                   count(*) FILTER (WHERE state = 'fits'), count(*) FILTER (WHERE state = 'ask')
              FROM matching_pair
        """)
        apart, fits, asks = cursor.fetchone()
    assert apart == 0
    assert min(fits, asks) > 100
