"""What the last full rematch found of people one credential short: to look at a region, never at one person."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Gap:
    """One credential that people of a county and trade lack, and nothing else."""

    credential: str
    trade: str  # the O*NET code
    county: str  # where they live; '' where it is not known
    people: int
    pairs: int  # of a person and an opening it would bring together
    openings: int  # of the trade, wherever they are, that somebody lacks only this for


def gaps(county: str | None = None, trade: str | None = None, most: int = 100) -> list[Gap]:
    """Which credential, taught to whom, would unlock most: the most pairs first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH wanted AS (
                SELECT s.bit, o.trade, count(*) AS openings
                  FROM matching_short s JOIN matching_offer o USING (opening_id) GROUP BY 1, 2
            )
            SELECT b.credential_id, to_char(g.trade, 'FM00"-"0000"."00'), g.county, g.people, g.pairs,
                   coalesce(w.openings, 0)
              FROM matching_gap g JOIN matching_bit b USING (bit) LEFT JOIN wanted w USING (bit, trade)
             WHERE (%(county)s::text IS NULL OR g.county = %(county)s)
               AND (%(trade)s::integer IS NULL OR g.trade = %(trade)s)
             ORDER BY g.pairs DESC, g.people DESC, b.credential_id, g.trade, g.county LIMIT %(most)s
            """,
            {"county": county, "trade": trade and int(trade.replace("-", "").replace(".", "")), "most": most},
        )
        return [Gap(*row) for row in cursor.fetchall()]


def short(openings) -> dict[int, dict[str, int]]:
    """For each of these openings, how many people each credential alone would bring, most first."""
    found: dict[int, dict[str, int]] = {opening: {} for opening in openings}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.opening_id, b.credential_id, s.people FROM matching_short s JOIN matching_bit b USING (bit) "
            "WHERE s.opening_id = ANY(%s) ORDER BY s.people DESC, b.credential_id",
            [list(found)],
        )
        for opening, credential, people in cursor.fetchall():
            found[opening][credential] = people
    return found
