"""Keeping what matching reads (matching_seeker, matching_offer) equal to the facts, row by row or all at once.

Whatever changed is written to the ledger as well, so that any past list can be made again (matching/replay.py).
Everything here runs under the lock of `matching.jobs`, inside its transaction.
"""

import math
from json import loads

from django.db import connection

from accounts.models import Zip
from ledger.log import record_all
from ledger.models import Event
from openings.models import Opening

from . import rules

FARTHEST = 200  # miles; no profile allows more
DEGREE = 69.0  # miles of latitude, at least


def people(ids, *, on, at) -> list[int]:
    """Project these trainees as of the day; return those whose projection changed."""
    return _project(ids, [], on=on, at=at)


def openings(ids, *, on, at) -> list[int]:
    """Project these openings as of the day; return those whose projection changed."""
    near_openings(ids)
    return _project([], ids, on=on, at=at)


def _project(some_people, some_openings, *, on, at) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unnest(matching_project(%s, %s, %s, %s))", [sorted(some_people), sorted(some_openings), on, at]
        )
        return [pk for (pk,) in cursor.fetchall()]


def near_openings(ids) -> None:
    """Measure what lies within reach of these openings, where that was not done yet."""
    if ids:
        near(Opening.objects.filter(pk__in=ids).values_list("zip", flat=True))


def fill(*, on, at) -> None:
    """Project everybody and everything at once where nothing is projected yet: the first filling of a large install."""
    near(Opening.objects.published().values_list("zip", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '512MB'")
        cursor.execute("SELECT matching_give_tickets(NULL), matching_give_bits(NULL, NULL)")
        # Whoever agrees at this very moment has no ticket yet; the event of it projects them.
        everybody = "matching_seekers(NULL, %s) WHERE ticket IS NOT NULL ORDER BY trade, zip, reach"
        for table, rows, subject in (
            ("matching_seeker", everybody, "trainee_id"),
            ("matching_offer", "matching_offers(NULL, %s)", "opening_id"),
        ):
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {rows}", [on])  # noqa: S608 - names of ours
            cursor.execute(f"ANALYZE {table}")
            kind = table.removeprefix("matching_")
            kept = "jsonb_agg(to_jsonb(r) - 'trainee_id' ORDER BY r.trade, r.at)" if kind == "seeker" else "to_jsonb(r)"
            each = f"GROUP BY r.{subject}" if kind == "seeker" else ""
            told = f"SELECT %s, %s, %s, r.{subject}, jsonb_build_object('rows', {kept}) FROM {table} r {each}"  # noqa: S608
            cursor.execute(
                f"INSERT INTO ledger_event (kind, at, subject_type, subject_id, facts) {told}",
                [f"{kind}.projected", at, kind],
            )


def erased(trainees, *, at) -> set[int]:
    """Write down that these people are gone, so that no later list counts them; return the openings they may have been
    on, where somebody moves up.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT subject_id, rows FROM (
                SELECT DISTINCT ON (subject_id) subject_id, (facts ->> 'rows')::jsonb AS rows FROM ledger_event
                 WHERE subject_type = 'seeker' AND subject_id = ANY (%s) AND kind = 'seeker.projected'
                 ORDER BY subject_id, id DESC) last
             WHERE rows <> '[]' AND NOT EXISTS (SELECT FROM accounts_traineeprofile p WHERE p.id = subject_id)
            """,
            [sorted(trainees)],
        )
        last = {pk: loads(rows) for pk, rows in cursor.fetchall()}
        trades = {row["trade"] for rows in last.values() for row in rows}
        cursor.execute("SELECT opening_id FROM matching_offer WHERE trade = ANY (%s)", [sorted(trades)])
        found = {pk for (pk,) in cursor.fetchall()}
    record_all(
        [
            Event(kind="seeker.projected", at=at, subject_type="seeker", subject_id=pk, facts={"rows": []})
            for pk in sorted(last)
        ]
    )
    return found


def over(on) -> list[int]:
    """Openings projected whose last day is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT opening_id FROM matching_offer WHERE last_on < %s", [on])
        return [pk for (pk,) in cursor.fetchall()]


def near(codes) -> None:
    """Measure how far every ZIP code within reach is from these, where that was not done yet."""
    wanted = {code for code in codes if code}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT work FROM matching_near WHERE work = ANY(%s)", [sorted(int(code) for code in wanted)]
        )
        wanted -= {f"{work:05}" for (work,) in cursor.fetchall()}
        places = list(Zip.objects.filter(code__in=wanted).values_list("code", "latitude", "longitude"))
        for code, *here in places:
            within = [
                (int(home), tenths)
                for home, *there in _about(cursor, *here)
                if (tenths := rules.tenths_between(there, here)) <= FARTHEST * 10
            ]
            cursor.execute(
                "INSERT INTO matching_near (work, home, tenths) SELECT %s, * FROM unnest(%s::int[], %s::smallint[])"
                " ON CONFLICT DO NOTHING",
                [int(code), *map(list, zip(*within, strict=True))],
            )
        if places:
            cursor.execute("ANALYZE matching_near")  # a plan kept from when it was small would walk all of it


def _about(cursor, latitude: float, longitude: float) -> list[tuple[str, float, float]]:
    """The ZIP codes in the frame of degrees that holds all within reach, so that few of the country's are measured."""
    north = FARTHEST / DEGREE + 0.1
    # A degree of longitude is shortest on the frame's edge that is nearer to a pole.
    shortest = math.cos(math.radians(min(90, abs(latitude) + north)))
    east = 180 if shortest < 0.2 else FARTHEST / (DEGREE * shortest) + 0.1
    cursor.execute(
        "SELECT code, latitude, longitude FROM accounts_zip WHERE latitude BETWEEN %(south)s AND %(north)s"
        " AND least(abs(longitude - %(here)s), 360 - abs(longitude - %(here)s)) <= %(east)s ORDER BY latitude",
        {"south": latitude - north, "north": latitude + north, "here": longitude, "east": east},
    )
    return cursor.fetchall()


def measure_again() -> None:
    """Measure every distance anew: ZIP codes came or were mended. The next rematch finds what follows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT work FROM matching_near")
        works = {f"{work:05}" for (work,) in cursor.fetchall()}
        cursor.execute("DELETE FROM matching_near")
    near(works)
