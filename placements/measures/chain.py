"""Where it breaks: how many get from each hand-off to the next, and how long it takes, in all and for each institution.

Two chains. Of people, from their first verified certificate on, by the provider that attested it; and of yeses, from
the moment they were put before an employer or hall, by that institution. Whoever reached a later step has reached every
earlier one, so that a step nobody wrote down loses nobody.
"""

# ruff: noqa: S608 (words of ours)

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from json import loads

from django.db import connection
from django.utils import timezone

from accounts.models import Organization

PEOPLE = ("certified", "matched", "asked", "yes", "seen", "interview", "offer", "hired", "retained")
WAITED_FOR = ("answered", "hired")
ANSWER_DAYS, STAY_DAYS = 7, 30
YESES = ("yes", "seen", "interview", "offer", "hired", "retained")

# What each step is in the ledger. A retention of any length is one of thirty days.
_KINDS = {
    "yes": ("referral.yes", "referral.queue"),
    "seen": ("referral.see",),
    "interview": ("referral.interview", "referral.trial"),
    "offer": ("referral.offer",),
    "hired": ("referral.hire", "placement.hire"),
    "retained": tuple(f"placement.retained_{days}" for days in (30, 90, 180, 365)),
    # The first answer, whatever it is. Having looked is none.
    "answered": tuple(f"referral.{step}" for step in ("interview", "trial", "offer", "put_off", "decline", "hire")),
    "left": ("referral.withdraw", "referral.close"),
}


def _first(step: str, more: str = "") -> str:
    kinds = ", ".join(f"'{kind}'" for kind in _KINDS[step])
    return f"min(e.at) FILTER (WHERE e.kind IN ({kinds}){more}) AS {step}"


# A hire that was written down by mistake is none, neither here nor among the jobs.
_MEANT = (
    " AND coalesce((SELECT bool_or(m.end_reason <> 'mistake') FROM placements_placement m"
    " WHERE m.referral_id = r.id), true)"
)

# Whether the thirty days of a job that goes on are not over: nobody can have stayed so long, so nobody is lost there.
_FRESH = "bool_or(j.ended_on IS NULL AND j.starts_on > %(young)s) AS fresh"
# Of a hire of which no job was written down the day is that of the hire.
_FRESH_TOO = "coalesce(job.fresh, step.hired > %(at)s - %(stay)s) AS fresh"

# Each person whose first certificate was verified in the time, with when each step was first taken.
_PERSON = f"""
    first AS (
        SELECT c.trainee_id, min(e.at) AS certified, (array_agg(e.organization_id ORDER BY e.at, e.id))[1] AS body
          FROM ledger_event e JOIN programs_certification c ON c.id = e.subject_id
         WHERE e.kind = 'certification.verified' GROUP BY 1
    ), person AS (
        SELECT * FROM first WHERE certified >= %(since)s AND certified < %(until)s
           AND (%(body)s::bigint IS NULL OR body = %(body)s)
    ), put AS (
        SELECT trainee_id, min(m.since) AS matched, min(m.trainee_told_at) AS asked
          FROM person JOIN matching_match m USING (trainee_id) GROUP BY 1
    ), step AS (
        SELECT r.trainee_id, {_first("yes")}, {_first("seen")}, {_first("interview")}, {_first("offer")},
               {_first("hired", _MEANT)}, {_first("answered")}
          FROM person JOIN placements_referral r USING (trainee_id)
          JOIN ledger_event e ON e.subject_type = 'referral' AND e.subject_id = r.id GROUP BY 1
    ), job AS (
        SELECT j.trainee_id, {_first("hired")}, {_first("retained")}, {_FRESH}
          FROM person JOIN placements_placement j USING (trainee_id)
          JOIN ledger_event e ON e.subject_type = 'placement' AND e.subject_id = j.id
         WHERE j.end_reason <> 'mistake' GROUP BY 1
    ), told AS MATERIALIZED (
        SELECT person.trainee_id, body, certified, matched, asked, yes, seen, interview, offer, answered,
               least(step.hired, job.hired) AS hired, retained, {_FRESH_TOO}
          FROM person LEFT JOIN put USING (trainee_id) LEFT JOIN step USING (trainee_id)
          LEFT JOIN job USING (trainee_id)
    )
"""

# Each yes that came before an employer or hall in the time.
_YES = f"""
    said AS (
        SELECT r.id, o.organization_id AS body, min(e.at) AS yes
          FROM ledger_event e JOIN placements_referral r ON r.id = e.subject_id
          JOIN openings_opening o ON o.id = r.opening_id
         WHERE e.kind IN ('referral.yes', 'referral.call_up') AND e.at >= %(since)s AND e.at < %(until)s
           AND (%(body)s::bigint IS NULL OR o.organization_id = %(body)s)
         GROUP BY 1, 2
    ), step AS (
        SELECT said.id, {", ".join(_first(s, " AND e.at >= said.yes") for s in (*YESES[1:-2], "answered", "left"))},
               {_first("hired", " AND e.at >= said.yes" + _MEANT.replace("r.id", "said.id"))}
          FROM said JOIN ledger_event e ON e.subject_type = 'referral' AND e.subject_id = said.id GROUP BY 1
    ), job AS (
        SELECT j.referral_id AS id, {_first("retained")}, {_FRESH}
          FROM said JOIN placements_placement j ON j.referral_id = said.id
          JOIN ledger_event e ON e.subject_type = 'placement' AND e.subject_id = j.id
         WHERE j.end_reason <> 'mistake' GROUP BY 1
    ), told AS MATERIALIZED (
        SELECT said.*, seen, interview, offer, hired, answered, "left", retained, {_FRESH_TOO}
          FROM said LEFT JOIN step USING (id) LEFT JOIN job USING (id)
    )
"""


@dataclass(frozen=True)
class Line:
    """One institution's chain, or everybody's: how many got to each step, and the middle number of days to it from the
    one before, of those who got there."""

    body: Organization | None
    counts: list[int]
    days: list[int | None]
    # Of those hired and not yet retained: whose thirty days are not over, so that nobody can say.
    recent: int = 0


def moments(since: date, until: date, body: int | None, at) -> dict:
    """The parameters of a question about days from `since` up to, not including, `until`, asked at a moment."""

    def moment(day):
        return timezone.make_aware(datetime.combine(day, time.min))

    stay = timedelta(days=STAY_DAYS)
    young = timezone.localdate(at) - stay
    return {"since": moment(since), "until": moment(until), "body": body, "at": at, "stay": stay, "young": young}


@dataclass(frozen=True)
class Found:
    """What one look at the ledger found of a time. `waits` is of people only, `in_time` of yeses only."""

    lines: list[Line]
    # For each of "answered" and "hired": (days, whether it happened, people).
    waits: dict[str, list[tuple[int, bool, int]]]
    in_time: tuple[int, int]  # yeses answered within the days, of how many
    # Of people, for each of "answered" and "hired": how many had it before their first certificate. They waited no
    # time at all for it, so they are in no number of days.
    before: dict[str, int]


def _columns(steps: tuple[str, ...]) -> tuple[str, str]:
    """For each step when it or a later one was reached; of those the counts and the middle numbers of days; and how
    many cannot have reached the last."""
    reached = ", ".join(f"least({', '.join(steps[at:])}) AS s{at}" for at in range(len(steps)))
    counts = [f"count(s{at})" for at in range(len(steps))]
    days = [
        f"percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(0, extract(epoch FROM s{at} - s{at - 1}) / 86400)) "
        f"FILTER (WHERE s{at} IS NOT NULL AND s{at - 1} >= began)"  # GREATEST passes over a NULL
        for at in range(1, len(steps))
    ]
    last = len(steps) - 1
    recent = f"count(*) FILTER (WHERE fresh AND s{last} IS NULL AND s{last - 1} IS NOT NULL)"
    return reached, ", ".join([*counts, *days, recent])


def _asked(told: str, steps: tuple[str, ...], more: str, params: dict) -> tuple[list[Line], list[list]]:
    """The lines of a chain, and what else was asked of the same rows: one statement, for the rows are costly."""
    reached, columns = _columns(steps)
    statement = (
        f"WITH {told} SELECT 'line', jsonb_build_array(body, grouping(body), {columns}) "
        f"FROM (SELECT body, {steps[0]} AS began, fresh, {reached} FROM told) t GROUP BY GROUPING SETS ((body), ()) "
        f"UNION ALL {more}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = [(what, loads(value) if isinstance(value, str) else value) for what, value in cursor.fetchall()]
    found = [value for what, value in rows if what == "line"]
    bodies = Organization.objects.in_bulk({value[0] for value in found if value[0]})
    many, lines, everybody = len(steps), [], Line(None, [0] * len(steps), [None] * len(steps))
    for number, whole, *values in found:
        took = [None, *(None if value is None else round(value) for value in values[many:-1])]
        line = Line(bodies.get(number), values[:many], took, values[-1])
        if whole:
            everybody = line
        elif line.body:
            lines.append(line)
    lines.sort(key=lambda line: (-line.counts[0], line.body.name))
    return [everybody, *lines], [[what, *value] for what, value in rows if what != "line"]


def of_people(since: date, until: date, body: int | None, at) -> Found:
    """Everybody first certified in the time, then each provider's, the largest first."""
    more = " UNION ALL ".join(
        f"SELECT '{step}', jsonb_build_array(floor(extract(epoch FROM coalesce({step}, %(at)s) - certified) / 86400)"
        f"::int, {step} IS NOT NULL, count(*)) FROM told WHERE {step} IS NULL OR {step} >= certified "
        f"GROUP BY floor(extract(epoch FROM coalesce({step}, %(at)s) - certified) / 86400)::int, {step} IS NOT NULL"
        for step in WAITED_FOR
    )
    more += "".join(
        f" UNION ALL SELECT '{step} before', jsonb_build_array(count(*)) FROM told WHERE {step} < certified"
        for step in WAITED_FOR
    )
    lines, rows = _asked(_PERSON, PEOPLE, more, moments(since, until, body, at))
    waits = {step: [tuple(row[1:]) for row in rows if row[0] == step] for step in WAITED_FOR}
    before = {step: next(row[1] for row in rows if row[0] == f"{step} before") for step in WAITED_FOR}
    return Found(lines, waits, (0, 0), before)


def of_yeses(since: date, until: date, body: int | None, at) -> Found:
    """All yeses of the time, then each employer's and hall's, the largest first.

    A yes counts as answered in time or not once its days are over. One that was taken back or ended before an answer,
    within the days, asked nobody for longer: it is left out.
    """
    more = (
        "SELECT 'in time', jsonb_build_array(count(*) FILTER (WHERE answered <= yes + %(span)s), count(*)) FROM told "
        "WHERE yes + %(span)s <= %(at)s "
        'AND ("left" IS NULL OR "left" > yes + %(span)s OR coalesce(answered <= "left", false))'
    )
    params = moments(since, until, body, at) | {"span": timedelta(days=ANSWER_DAYS)}
    lines, rows = _asked(_YES, YESES, more, params)
    return Found(lines, {}, (rows[0][1], rows[0][2]), {})
