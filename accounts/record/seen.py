"""Who looked at whose record: a row for each viewer, purpose and day, which the person reads at /me/seen/.

An account may look at so many people in a day (PEOPLE_SEEN_A_DAY). With the last of them the coalition is asked to look
into it, and from then on no further person opens until the next day; whoever was opened today opens again.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Organization, RecordView, User
from ..policies import Denied, organizations_of

Purpose = RecordView.Purpose
KEPT = timedelta(days=3 * 365)

# Who is told that an account looked at as many people as it may: filled by the room that can ask somebody to look.
_alarms: list[Callable] = []


def alarm(tell: Callable) -> None:
    """`tell(viewer, organization, people, at)` is called once for each account and day."""
    _alarms[:] = [tell]


# One statement: the rows of today, new or counted up, unless they were more new people than the day has left.
_NOTE = """
WITH wanted AS (
    SELECT DISTINCT person FROM unnest(%(people)s::bigint[]) AS person
), known AS (
    SELECT DISTINCT person_id FROM accounts_recordview WHERE viewer_id = %(viewer)s AND day = %(day)s
), fresh AS (
    SELECT count(*) AS n FROM wanted WHERE person NOT IN (SELECT person_id FROM known)
), counted AS (
    SELECT (SELECT count(*) FROM known) AS before, (SELECT n FROM fresh) AS new
), written AS (
    INSERT INTO accounts_recordview AS r (person_id, viewer_id, organization_id, purpose, day, first_at, last_at, times)
    SELECT person, %(viewer)s, %(organization)s, %(purpose)s, %(day)s, %(at)s, %(at)s, 1
      FROM wanted, counted WHERE counted.new = 0 OR counted.before + counted.new <= %(most)s
     ORDER BY person
    ON CONFLICT (viewer_id, day, person_id, purpose, organization_id)
    DO UPDATE SET last_at = greatest(r.last_at, excluded.last_at), times = r.times + 1
    RETURNING 1
)
SELECT before, new FROM counted
"""


def note(viewer, people: Iterable[User | int], purpose: str, *, at, organization: Organization | None = None) -> None:
    """`viewer` is about to be shown these people. Raises Denied when that is more than the day allows.

    Costs one statement however many they are. One's own record is not looked at by anybody.
    """
    ids = {person if isinstance(person, int) else person.pk for person in people} - {viewer.pk}
    if not ids:
        return
    body = organization or next(iter(organizations_of(viewer)), None)
    most = settings.PEOPLE_SEEN_A_DAY
    values = {
        "people": sorted(ids),
        "viewer": viewer.pk,
        "organization": body.pk if body else None,
        "purpose": str(purpose),
        "day": timezone.localdate(at),
        "at": at,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)
        before, new = cursor.fetchone()
    if new and before + new >= most:
        _tell(viewer, body, before + new, at)
    if new and before + new > most:
        raise Denied(
            _(
                "You have opened the records of very many people today. Nobody new can be opened before tomorrow. "
                "The coalition was told; if your work needs more, write to them."
            )
        )


def _tell(viewer, organization, people: int, at) -> None:
    with transaction.atomic():
        for tell in _alarms:
            tell(viewer, organization, people, at)


def of_person(user):
    """Who looked at this person, newest first."""
    return user.seen_by.select_related("organization", "viewer").order_by("-last_at", "-pk")


_BRING_OVER = """
WITH gone AS (DELETE FROM accounts_recordview WHERE organization_id = %(old)s RETURNING *)
INSERT INTO accounts_recordview AS r (person_id, viewer_id, organization_id, purpose, day, first_at, last_at, times)
SELECT person_id, viewer_id, %(new)s, purpose, day, first_at, last_at, times FROM gone
ON CONFLICT (viewer_id, day, person_id, purpose, organization_id)
DO UPDATE SET first_at = least(r.first_at, excluded.first_at), last_at = greatest(r.last_at, excluded.last_at),
              times = r.times + excluded.times
"""


def bring_over(old: Organization, new: Organization) -> None:
    """The looks of people of one organization are those of another: both are one now."""
    with connection.cursor() as cursor:
        cursor.execute(_BRING_OVER, {"old": old.pk, "new": new.pk})


def forget(*, at) -> int:
    """Rows older than three years go."""
    return RecordView.objects.filter(day__lt=timezone.localdate(at - KEPT)).delete()[0]
