"""What a full rematch changed in the lists of those who come first, and why: the events since the one before say it.

A change that no event explains is a defect: something was written past the jobs, or the rules changed between two runs.
"""

import logging

from django.db import connection, transaction

from .models import Run

log = logging.getLogger(__name__)

TABLES = ("matching_top", "matching_short", "matching_gap")
NAMED = 20  # how many unexplained changes are named one by one
FULL = 50

MOVED = """
WITH moved AS (
    SELECT opening_id, trainee_id, b.place IS NULL AS came
      FROM matching_top n FULL JOIN matching_top_before b USING (opening_id, trainee_id)
     WHERE n.place IS NULL OR b.place IS NULL
), said AS (
    SELECT kind, subject_id, (facts ->> 'trainee')::bigint AS trainee FROM ledger_event
     WHERE id > %(after)s AND kind IN ('seeker.projected', 'offer.projected', 'opening.registered', 'opening.booked',
                                       'opening.ranked')
), whole AS (
    SELECT opening_id, false AS came FROM matching_top WHERE place = %(full)s
     UNION ALL SELECT opening_id, true FROM matching_top_before WHERE place = %(full)s
), told AS (
    SELECT m.*, CASE
           WHEN (m.opening_id) IN (SELECT subject_id FROM said WHERE kind = 'offer.projected') THEN 'opening'
           WHEN (m.trainee_id) IN (SELECT subject_id FROM said WHERE kind = 'seeker.projected') THEN 'person'
           WHEN (m.opening_id, m.trainee_id) IN (SELECT subject_id, trainee FROM said
                                                  WHERE trainee IS NOT NULL) THEN 'list'
           WHEN (m.opening_id, m.came) IN (SELECT opening_id, came FROM whole) THEN 'others'
           ELSE 'unexplained' END AS why
      FROM moved m
)
SELECT why, count(*) FILTER (WHERE came), count(*) FILTER (WHERE NOT came),
       (array_agg(opening_id ORDER BY opening_id, trainee_id))[:%(named)s],
       (array_agg(trainee_id ORDER BY opening_id, trainee_id))[:%(named)s]
  FROM told GROUP BY why
"""


def tell(ledger: int) -> dict:
    """Compare the lists with the former ones, forget those, and return what changed by reason.

    `ledger` is the last event that is in the new lists; the next comparison begins after it.
    """
    former = Run.objects.filter(state=Run.State.DONE, changes__has_key="ledger").first()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        rows = []
        if former:
            cursor.execute(MOVED, {"after": former.changes["ledger"], "full": FULL, "named": NAMED})
            rows = cursor.fetchall()
        cursor.execute("SELECT matching_lists_forget()")
    found = {
        "ledger": ledger,
        "first": former is None,
        "came": {why: came for why, came, *_ in rows if came},
        "went": {why: went for why, _came, went, *_ in rows if went},
    }
    for why, came, went, openings, trainees in rows:
        if why == "unexplained":
            found["named"] = [list(pair) for pair in zip(openings, trainees, strict=True)]
            log.warning("rematch: %s changes that no event explains: %s", came + went, found["named"])
    return found
