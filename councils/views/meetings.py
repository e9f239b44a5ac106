"""Pages of meetings: what, when and where; the agenda; the call; who comes."""

from collections import Counter
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policies import Denied
from ledger.lifecycle import IllegalStep
from ledger.log import history
from notifications import calendar as files

from .. import calendar, policies
from ..actions import meetings as actions
from ..actions import series
from ..forms import ItemForm, MeetingForm, ReplyForm, initial_of
from ..lifecycle import MEETING
from ..models import AgendaItem, Decision, Meeting, Minutes, Need, Rsvp
from ..recommendations import carrying
from .councils import load

STEPS = {"call": actions.call, "open": actions.begin, "close": actions.close, "cancel": actions.cancel}
STEPS["end-series"] = series.end


def uuid_or_404(said: str | None) -> UUID:
    """A public number that a form sent."""
    try:
        return UUID(said or "")
    except ValueError:
        raise Http404 from None


def load_meeting(request, public_id) -> Meeting:
    """A meeting the reader may see; the others are not there."""
    rows = Meeting.objects.visible_to(request.user).select_related("council")
    return get_object_or_404(rows, public_id=public_id)


def runs(request, public_id) -> Meeting:
    """A meeting for who runs it."""
    found = load_meeting(request, public_id)
    policies.may_run.check(request.user, found.council)
    return found


@require_safe
def meeting(request, public_id):
    """One meeting: when, where, its agenda and papers, the proof of its posting; for members, their answer."""
    return _show(request, load_meeting(request, public_id))


def _show(request, found, form=None, status=200):
    user, council = request.user, found.council
    inside = bool(policies.takes_part(user, council))
    roles = policies.roles_in(user, council)
    mine = Rsvp.objects.filter(meeting=found, user=user).first() if roles else None
    if form is None and roles:
        had = {"answer": mine.answer, "needs": mine.needs, "note": mine.needs_note} if mine else None
        form = ReplyForm(initial=had)
    may_run = bool(policies.may_run(user, council))
    paper = Minutes.objects.filter(meeting=found).first()
    decisions = Decision.objects.visible_to(user).filter(meeting=found)
    context = {
        "meeting": found,
        "council": council,
        "items": [(item, papers_of(item)) for item in found.items.all()],
        "inside": inside,
        "form": form if found.state in ("planned", "called") and found.ends_at > timezone.now() else None,
        "mine": mine,
        "may_run": may_run,
        "decisions": decisions if inside else decisions.filter(state__in=Decision.DONE),
        "paper": paper if paper and (inside or _published(paper, council)) else None,
        "steps": {step.name for step in MEETING.open_steps(found.state)} if may_run else set(),
        "posted_at": _posted_at(found),
        "late": council.must_post and timezone.now() > found.post_by,
        "opens": timezone.now() >= found.starts_at - actions.EARLY and not (council.must_post and not found.called_at),
    }
    if may_run:
        context |= answers_of(found, user)
    return render(request, "councils/meeting.html", context, status=status)


def _posted_at(found):
    """Since when the text that is posted now stands there: a call that was changed is posted anew."""
    if not found.posted_hash:
        return None
    return history(found).filter(kind="meeting.posted").values_list("at", flat=True).first() or found.called_at


def _published(paper, council) -> bool:
    return paper.state == Minutes.State.PUBLISHED and council.tells_everybody("minutes")


def papers_of(item) -> list[tuple[str, str]]:
    """The item's papers: link and what it is."""
    split = (line.split(None, 1) for line in item.papers.splitlines() if line.strip())
    return [(parts[0], parts[1] if len(parts) > 1 else parts[0]) for parts in split]


def answers_of(found, user) -> dict:
    """How many come and what they need, as totals; who needs what only for those who arrange it."""
    rows = list(Rsvp.objects.filter(meeting=found).select_related("user"))
    needs = Counter(need for row in rows for need in row.needs)
    named = bool(policies.may_read_needs(user, found.council))
    words = dict(Need.choices)
    come, online, away = (sum(row.answer == key for row in rows) for key in Rsvp.Answer.values)
    return {
        "answered": bool(rows),
        "answers": [
            (ngettext("is coming", "are coming", come), come),
            (ngettext("joins online", "join online", online), online),
            (ngettext("cannot come", "cannot come", away), away),
        ],
        "needs": [(label, needs[key]) for key, label in Need.choices if needs[key]],
        "who_needs": [
            (row.user, [words[need] for need in row.needs], row.needs_note)
            for row in rows
            if row.needs or row.needs_note
        ]
        if named
        else [],
    }


@login_required
@require_POST
def meeting_reply(request, public_id):
    """Whether I come, and what I need."""
    found = load_meeting(request, public_id)
    policies.takes_part.check(request.user, found.council)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    clean = form.cleaned_data
    try:
        actions.reply(found, **clean, by=request.user, at=timezone.now())
    except Denied as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Thank you. You can change your answer until the meeting."))
    return redirect("meeting", public_id)


@login_required
@require_POST
def meeting_step(request, public_id, step):
    """A button of the meeting's life: call, open, close, cancel."""
    if step not in STEPS:
        raise Http404
    said = {
        "call": _("The call is out, and posted."),
        "open": _("The meeting is open."),
        "close": _("The meeting is closed. The minutes can still be written."),
        "cancel": _("Called off. Everybody who was called is told."),
        "end-series": _("The series ends with this meeting."),
    }
    found = runs(request, public_id)
    try:
        STEPS[step](found, by=request.user, at=timezone.now())
    except (Denied, IllegalStep) as refused:
        messages.error(request, str(refused))
        return redirect("meeting", public_id)
    messages.success(request, said[step])
    return redirect("meeting_room" if step == "open" else "meeting", public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_new(request, public_id):
    """A meeting, or meetings that come again."""
    council = load(request, public_id)
    policies.may_run.check(request.user, council)
    now = timezone.now()
    form = MeetingForm(request.POST or None, now=now, initial={"time_zone": council.time_zone, "way": "in_person"})
    if request.method == "POST" and form.is_valid():
        again = bool(form.cleaned_data["unit"])
        try:
            if again:
                series.plan(council, form.series(), by=request.user, at=now)
            else:
                planned = actions.plan(council, form.facts(), by=request.user, at=now)
        except Denied as refused:
            form.add_error(None, str(refused))
        else:
            # What is undone stands on the next agenda before anybody calls the meeting; the night finds the rest.
            carrying.carry_over(at=now, council=council)
            if again:
                messages.success(request, _("Saved. The meetings of the next half year are in the calendar."))
                return redirect("council", public_id)
            messages.success(request, _("Saved. Write the agenda, then send the call."))
            return redirect("agenda", planned.public_id)
    context = {"form": form, "council": council, "meeting": None}
    return render(request, "councils/meeting_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request, public_id):
    """Another time, place or title."""
    found = runs(request, public_id)
    now = timezone.now()
    form = MeetingForm(request.POST or None, now=now, meeting=found, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        said = request.POST.get("version", "")
        version = int(said) if said.isdecimal() and len(said) < 9 else -1
        try:
            amend = series.move_on if form.cleaned_data.get("following") else actions.amend
            amend(found, form.facts(), version=version, by=request.user, at=now)
        except Denied as refused:
            form.add_error(None, str(refused))
        except IllegalStep as refused:
            found = runs(request, public_id)
            form.put_beside(found)
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. Whoever was called is told when time or place changed."))
            return redirect("meeting", public_id)
    context = {"form": form, "council": found.council, "meeting": found}
    return render(request, "councils/meeting_edit.html", context, status=422 if form.errors else 200)


@require_safe
def meeting_ics(request, public_id):
    """The meeting for one's calendar."""
    found = load_meeting(request, public_id)
    inside = bool(policies.roles_in(request.user, found.council))
    return files.answer(
        [calendar.entry(found, found.changed_at, inside=inside)], f"meeting-{found.local_start:%Y-%m-%d}"
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agenda(request, public_id):
    """The agenda, to write and put in order."""
    found = runs(request, public_id)
    form = ItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_item(found, form.cleaned_data, by=request.user, at=timezone.now())
        except Denied as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("agenda", public_id)
    items = list(found.items.all())
    context = {"meeting": found, "council": found.council, "items": items, "form": form, "item": None}
    context["long"] = sum(item.minutes_long for item in items)
    return render(request, "councils/agenda.html", context, status=422 if form.errors else 200)


def load_item(request, public_id) -> AgendaItem:
    """An item of a meeting that one runs."""
    rows = AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(request.user))
    found = get_object_or_404(rows.select_related("meeting__council"), public_id=public_id)
    policies.may_run.check(request.user, found.meeting.council)
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agenda_item(request, public_id):
    """One item of the agenda."""
    item = load_item(request, public_id)
    form = ItemForm(request.POST or None, instance=AgendaItem.objects.get(pk=item.pk))
    if request.method == "POST" and form.is_valid():
        try:
            done = {"by": request.user, "at": timezone.now()}
            actions.change_item(item, form.cleaned_data, **done, still=form.must_still_stand)
        except (Denied, IllegalStep) as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("agenda", item.meeting.public_id)
    context = {"meeting": item.meeting, "council": item.meeting.council, "items": [], "form": form, "item": item}
    return render(request, "councils/agenda.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def agenda_do(request, public_id):
    """Up, down, or off the agenda."""
    item = load_item(request, public_id)
    done = {"by": request.user, "at": timezone.now()}
    wanted = request.POST.get("do")
    try:
        if wanted == "drop":
            actions.drop_item(item, **done)
        elif wanted in ("up", "down"):
            actions.move_item(item, up=wanted == "up", **done)
    except Denied as refused:
        messages.error(request, str(refused))
    return redirect("agenda", item.meeting.public_id)
