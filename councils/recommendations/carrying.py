"""What is undone comes back by itself: reminders to whose step it is, and a place on each next agenda."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ledger.log import record

from ..actions.meetings import post
from ..models import ActionStep, AgendaItem, Meeting, Recommendation
from . import course
from .actions import remind_of
from .lifecycle import ALIVE

# Days after the due date -> the rung of the reminder: three days before, on the day, a week and two weeks after.
RUNGS = ((-3, 0), (0, 1), (7, 2), (14, 3))


def open_steps():
    """Steps that are not done, of recommendations that live."""
    rows = ActionStep.objects.filter(done_on=None, recommendation__state__in=ALIVE)
    return rows.select_related("assignee", "recommendation__owner", "recommendation__council").order_by("pk")


@transaction.atomic(durable=True)
def remind(*, at) -> None:
    """Tell whose steps are due, each rung once. A rung that was missed is not made up for by two messages."""
    today = timezone.localdate(at)
    for step in open_steps().filter(due_on__lte=today + timedelta(days=3)):
        rung = max(rung for days, rung in RUNGS if today >= step.due_on + timedelta(days=days))
        remind_of(step, "action_due", rung, at=at)


@transaction.atomic(durable=True)
def carry_over(*, at, council=None) -> int:
    """Put steps that are due by then, and undone, first on the agenda of each council's next meeting; return how many.

    A meeting whose agenda the law wants posted is left alone once it was called, and one from which somebody took a
    step off does not get it back.
    """
    meetings = Meeting.objects.filter(starts_at__gt=at)
    changeable = Q(state=Meeting.State.PLANNED) | Q(state=Meeting.State.CALLED, council__must_post=False)
    meetings = meetings.filter(changeable).select_related("council").order_by("council_id", "starts_at", "pk")
    if council:
        meetings = meetings.filter(council=council)
    carried, steps = 0, list(open_steps())
    seen = set()
    for meeting in meetings:
        if meeting.council_id in seen:
            continue
        seen.add(meeting.council_id)
        # Two who do this at once: the second waits here, and finds the items.
        Meeting.objects.select_for_update().get(pk=meeting.pk)
        there = ActionStep.objects.filter(Q(items__meeting=meeting) | Q(left_off=meeting))
        there = set(there.values_list("pk", flat=True))
        day = timezone.localdate(meeting.starts_at)
        for step in steps:
            if step.recommendation.council_id != meeting.council_id or step.pk in there or step.due_on > day:
                continue
            step.items.add(
                AgendaItem.objects.create(
                    meeting=meeting,
                    kind=AgendaItem.Kind.REPORT,
                    title_en=f"Still to do: {step.title_en}"[:200],
                    title_es=f"Pendiente: {step.title_es or step.title_en}"[:200],
                    minutes_long=5,
                    presenter=step.assignee.full_name[:120] if step.assignee else "",
                )
            )
            record("action.carried", step.recommendation, by=None, at=at)
            carried += 1
            if meeting.called_at:
                post(meeting, by=None, at=at)
    return carried


def read_figures(*, at) -> int:
    """Read the figures of stretches of time that are over; return how many. A stretch that fails is tried tomorrow."""
    total = 0
    rows = Recommendation.objects.exclude(indicator="").filter(adopted_on__isnull=False).order_by("pk")
    for recommendation in rows:
        with transaction.atomic():
            total += course.read(recommendation, today=timezone.localdate(at))
    return total
