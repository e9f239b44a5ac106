"""Worlds of projections, written straight into the tables that matching reads: every feature, every odd combination."""

import random
import re

from django.db import connection

from matching import sql

TRADES = (51412100, 53705100)
ZIPS = (92335, 92376, 92408, 93701, 93711, 0)
BITS = (0, 1, 2, 61, 62, 63, 64, 125, 126, 188, 189, 200, 251)  # the edges of the four words
DAY = "2026-11-24"


def words(bits) -> list[int]:
    found = [0, 0, 0, 0]
    for bit in bits:
        found[bit // 63] |= 1 << bit % 63
    return found


class World:
    """People and openings by chance, the same for the same number."""

    def __init__(self, seed: int, people: int = 300, openings: int = 60):
        self.rng = random.Random(seed)
        self.ids = self.rng.sample(range(10_000, 90_000), people)
        self.openings = self.rng.sample(range(100, 9_000), openings)
        self.tables = {
            "matching_bit": [(f"kernel-{bit}", bit) for bit in BITS],
            "matching_near": self._near(),
            "matching_seeker": [row for person in self.ids for row in self._person(person)],
            "matching_offer": [self._opening(opening) for opening in self.openings],
        }

    def write(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # people of no other table will do
            for table, rows in self.tables.items():
                cursor.execute(f"DELETE FROM {table}")
                marks = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
            cursor.execute(
                "INSERT INTO openings_listplace (opening_id, trainee_id, rank, registered_at) "
                "SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::integer[], %s::timestamptz[])",
                [list(column) for column in zip(*self._places(), strict=True)],
            )
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    def _near(self):
        pairs = [(a, b) for a in ZIPS for b in ZIPS if a and b and self.rng.random() < 0.9]
        return [(a, b, 0 if a == b else self.rng.choice((1, 49, 50, 51, 250, 251, 600, 601, 2000))) for a, b in pairs]

    def _some(self, chance: float, among=BITS) -> set[int]:
        return {bit for bit in among if self.rng.random() < chance}

    def _person(self, person):
        rng, common = self.rng, rng_of(self.rng)
        shared = (
            rng.choice(ZIPS),
            rng.choice((50, 250, 600, 601, 2000)),
            rng.choice((-1, -1, 0, 1, 2, 3, 3)),
            rng.choice((0, 1, 1, 3, 3, 63)),
            rng.choice((0, 1, 1, 15, 15, 8)),
            rng.choice((0, 0, 2000, 2450, 2451)),
            rng.choice(("-infinity", "-infinity", "2026-12-01", "2026-12-02")),
        )
        ticket = rng.getrandbits(63)
        places = rng.choice(((0,), (0,), (0,), (0, 7), (0, 7, 8), (7,)))
        for trade in TRADES[: rng.choice((1, 1, 2))]:
            for at in places:
                held = self._some(common)
                claimed = self._some(0.15) - held
                since = b"".join(rng.choice((100, 100, 27_000, 28_000, 65_535)).to_bytes(2) for _bit in held)
                turns = rng.choice(("infinity", "infinity", "infinity", "2026-11-25", "2026-11-24"))
                evaluated = at == 0 and len(places) > 1
                own = 0 if not evaluated else places[1] if len(places) == 2 else -1
                yield (person, trade, at, evaluated, own, *shared, *words(held), *words(claimed), ticket, turns, since)

    def _opening(self, opening):
        rng = self.rng
        required = self._some(rng.choice((0, 0.1, 0.1, 0.2)))
        groups = [sorted(self._some(0.2) or {rng.choice(BITS)}) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))]
        one = words(groups[0]) if groups else [0] * 4
        more = [word for group in groups[1:] for word in words(group)]
        asked = [(-1 - bit, bit) for bit in sorted(required, reverse=True)]
        asked += [(number, bit) for number, group in enumerate(groups) for bit in group]
        return (
            opening,
            rng.choice((7, 8, 9)),
            rng.choice(TRADES),
            rng.choice(ZIPS[:-1]),
            rng.choice(("infinity", "infinity", "2026-11-24", "2026-11-23")),
            rng.choice(("infinity", "2026-12-01")),
            rng.choice((2450, 3000, 3000)),
            rng.choice((0, 0, 0, 1, 2)),
            rng.choice((0, 0, 1, 2)),
            rng.choice((0, 0, 1, 2)),
            rng.choice((0, 0, 1, 2, 3)),
            *words(required),
            *one,
            *words(self._some(0.1)),
            *([bit for _group, bit in asked] + [-1] * 3)[:3],
            1 <= len(asked) <= 3 and not groups,
            more,
            [bit for _group, bit in asked],
            [group for group, _bit in asked],
            rng.randbytes(32),
        )

    def _places(self):
        for opening in self.openings:
            for person in self.rng.sample(self.ids, 60):
                rank = self.rng.choice((None, 1, 2, 3, 3))
                yield opening, person, rank, f"2026-11-{self.rng.choice((1, 2, 2)):02} 08:00:00.000001+00"


def rng_of(rng) -> float:
    """How much of everything one person holds."""
    return rng.choice((0.1, 0.5, 0.8, 0.9))


def patience(lasts: str) -> None:
    """From now on whoever takes what waits stands so long in line in its statement, and no two seconds."""
    taking = re.search(r"CREATE (FUNCTION matching_take\(.*?\nEND \$\$;)", sql.tell(), flags=re.DOTALL)[1]
    assert "'2s'" in taking
    with connection.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE " + taking.replace("'2s'", f"'{lasts}'"))
