"""How an employer or hall answers, as facts: in how many days, and how many it hired. Counted from the ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .lifecycle import REFERRAL

FEWEST = 3  # answers; fewer say more about one person's case than about a habit
PERIOD = timedelta(days=365)
# From the yes (or the turn) to the first answer. A yes nobody answered yet counts for nothing here.
SENT = ("referral.yes", "referral.call_up", "referral.reopen")
ANSWERED = tuple(f"{REFERRAL.name}.{step}" for step in ("interview", "trial", "offer", "put_off", "hire", "decline"))

# Each yes of the period, from when it was sent, with the first answer after it and before the next one.
_SQL = """
WITH theirs AS (
    SELECT r.id, o.organization_id FROM placements_referral r JOIN openings_opening o ON o.id = r.opening_id
    WHERE o.organization_id = ANY(%(organizations)s)
), sent AS (
    SELECT t.organization_id, e.subject_id, e.at,
           lead(e.at, 1, 'infinity') OVER (PARTITION BY e.subject_id ORDER BY e.id) AS next
    FROM ledger_event e JOIN theirs t ON t.id = e.subject_id
    WHERE e.subject_type = 'referral' AND e.kind = ANY(%(sent)s) AND e.at > %(since)s
), answers AS (
    SELECT s.organization_id, a.at - s.at AS took
    FROM sent s CROSS JOIN LATERAL (
        SELECT e.at FROM ledger_event e
        WHERE e.subject_type = 'referral' AND e.subject_id = s.subject_id AND e.kind = ANY(%(answered)s)
          AND e.at >= s.at AND e.at < s.next
        ORDER BY e.id LIMIT 1
    ) a
), hires AS (
    SELECT t.organization_id, count(DISTINCT e.subject_id) AS n
    FROM ledger_event e JOIN theirs t ON t.id = e.subject_id
    WHERE e.subject_type = 'referral' AND e.kind = 'referral.hire' AND e.at >= %(year)s
      AND coalesce((SELECT bool_or(m.end_reason <> 'mistake') FROM placements_placement m WHERE m.referral_id = t.id),
                   true)
    GROUP BY 1
)
SELECT o.id, coalesce(a.n, 0), a.days, coalesce(h.n, 0)
FROM unnest(%(organizations)s::bigint[]) AS o(id)
LEFT JOIN (
    SELECT organization_id, count(*) AS n,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM took) / 86400.0) AS days
    FROM answers GROUP BY 1
) a ON a.organization_id = o.id
LEFT JOIN hires h ON h.organization_id = o.id
"""


@dataclass(frozen=True)
class Habit:
    """In how many days an organization answers (the middle one of `n` answers), and how many it hired this year."""

    n: int
    days: float | None
    hired: int

    @property
    def enough(self) -> bool:
        return self.n >= FEWEST

    @property
    def sentence(self) -> str:
        """The fact in words, with what it rests on; plainly so where there is not enough to say."""
        if not self.enough:
            return _("Not enough answers yet to say how fast they answer.")
        if self.days < 1:
            said = _("Answers within a day (the middle one of %(n)s answers)") % {"n": self.n}
        else:
            whole = round(self.days)
            said = ngettext(
                "Answers in %(days)s day (the middle one of %(n)s answers)",
                "Answers in %(days)s days (the middle one of %(n)s answers)",
                whole,
            ) % {"days": whole, "n": self.n}
        hired = ngettext("hired %(n)s person this year", "hired %(n)s people this year", self.hired)
        return _("%(answers)s; %(hired)s.") % {"answers": said, "hired": hired % {"n": self.hired}}


def habits(organizations, *, at: datetime) -> dict[int, Habit]:
    """How each of these answers, over the last year; one statement for any number of them."""
    keys = sorted({getattr(organization, "pk", organization) for organization in organizations})
    if not keys:
        return {}
    year = timezone.localtime(at).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    values = {"organizations": keys, "sent": list(SENT), "answered": list(ANSWERED), "since": at - PERIOD, "year": year}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        return {pk: Habit(n, days, hired) for pk, n, days, hired in cursor.fetchall()}
