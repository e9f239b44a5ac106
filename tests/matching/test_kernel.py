"""The compiled rules say what the view says, to the last digit: on generated worlds with every feature."""

import hashlib
from datetime import date

import numpy as np
import pytest
from django.db import connection

from matching import live, rematch, standing
from tests.matching.projected import DAY, World

ON = date.fromisoformat(DAY)
HOLDS = f"turns_on > '{DAY}' AND last_on >= '{DAY}'"

pytestmark = pytest.mark.usefixtures("compiled")


@pytest.fixture(scope="module")
def kernel():
    from matching import kernel

    return kernel


def rows(query, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return cursor.fetchall()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_list_is_the_views(db, seed):
    world = World(seed)
    world.write()
    with connection.cursor() as cursor:
        summary = rematch.compute(cursor.connection, ON, audited=False)
    names = dict(rows("SELECT bit, credential_id FROM matching_bit"))
    passing = 0
    for opening in world.openings:
        said = live.passing(opening, ON)
        passing += len(said)
        top = [(p.place, p.trainee_id, p.tenths, live.NO_KEY if p.key is None else p.key) for p in said[:50]]
        query = "SELECT place, trainee_id, tenths, key FROM matching_top WHERE opening_id = %s ORDER BY place"
        assert rows(query, opening) == top
        short = rows("SELECT bit, people FROM matching_short WHERE opening_id = %s", opening)
        assert {names[bit]: people for bit, people in short} == live.short_of(opening, ON)
    (near,) = rows(f"SELECT count(*) FROM matching_pair WHERE state = 'near' AND {HOLDS}")[0]
    assert (summary.passing, summary.near) == (passing, near)
    assert passing > 300
    assert near > 300
    assert max(place for (place,) in rows("SELECT place FROM matching_top")) == 50


@pytest.mark.parametrize("seed", [4])
def test_who_could_be_taught_is_counted_by_county_trade_and_credential(db, seed):
    World(seed).write()
    with connection.cursor() as cursor:
        rematch.compute(cursor.connection, ON, audited=False)
    said = rows(
        f"""
        SELECT coalesce(z.county, ''), p.trade, b.bit, count(DISTINCT p.trainee_id), count(*)
          FROM matching_pair p
          JOIN matching_bit b
            ON (CASE b.bit / 63 WHEN 0 THEN p.w0 WHEN 1 THEN p.w1 WHEN 2 THEN p.w2 ELSE p.w3 END >> b.bit %% 63) & 1 = 1
          LEFT JOIN accounts_zip z ON z.code = lpad(p.home::text, 5, '0')
         WHERE p.state = 'near' AND {HOLDS} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        """
    )
    assert rows("SELECT * FROM matching_gap ORDER BY 1, 2, 3") == said
    assert len(said) > 20
    names = dict(rows("SELECT bit, credential_id FROM matching_bit"))
    trades = {51412100: "51-4121.00", 53705100: "53-7051.00"}
    found = standing.gaps(most=10_000)
    assert sorted((gap.county, gap.trade, gap.credential, gap.people, gap.pairs) for gap in found) == sorted(
        (county, trades[trade], names[bit], people, pairs) for county, trade, bit, people, pairs in said
    )
    assert [gap.pairs for gap in found] == sorted((gap.pairs for gap in found), reverse=True)
    one = found[0]
    openings = rows(
        "SELECT DISTINCT p.opening_id FROM matching_pair p JOIN matching_bit b ON b.credential_id = %s AND "
        "(CASE b.bit / 63 WHEN 0 THEN p.w0 WHEN 1 THEN p.w1 WHEN 2 THEN p.w2 ELSE p.w3 END >> b.bit %% 63) & 1 = 1 "
        f"WHERE p.trade = %s AND p.state = 'near' AND {HOLDS}",
        *(one.credential, int(one.trade.replace("-", "").replace(".", ""))),
    )
    assert one.openings == len(openings)
    here = standing.gaps(one.county, one.trade)
    assert here == [gap for gap in found if (gap.county, gap.trade) == (one.county, one.trade)]
    some = [opening for (opening,) in openings]
    assert standing.short([*some, 1]) == {**{opening: live.short_of(opening, ON) for opening in some}, 1: {}}


def test_a_draw_is_the_sha_256_of_seed_and_ticket(kernel):
    rng = np.random.default_rng(1)
    seed, out, scratch = rng.bytes(32), np.empty(4, np.uint64), np.empty(64, np.uint32)
    for ticket in (0, 1, 255, 2**31, 2**32, 2**63 - 1, *rng.integers(0, 2**63 - 1, 50).tolist()):
        kernel.draw(np.frombuffer(seed, ">u4").astype(np.uint32), ticket, scratch, out)
        said = hashlib.sha256(seed + ticket.to_bytes(8)).digest()
        assert b"".join(int(word).to_bytes(8) for word in out) == said
