"""What somebody has to do: mine, my organization's, everybody's. Done with one tap, and undone with one."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.policies import is_coordinator
from accounts.record import seen

from . import actions, policies, todo
from .models import Task


@login_required
@require_safe
def task_list(request):
    """Open tasks, the most urgent first, if asked only those past their day; and those done lately."""
    policies.have_tasks.check(request.user, None)
    lists, today = todo.lists(request.user), timezone.localdate()
    overdue = {f"{key}_late": which & Q(due_on__lt=today) for key, which in lists.items() if key != "done"}
    counts = todo.count(lists | overdue)
    asked = request.GET.get("list") if request.GET.get("list") in lists else ""
    chosen = asked or next((key for key in lists if key != "done" and counts[key]), "mine")  # where there is work
    order = [F("done_at").desc()] if chosen == "done" else [F("due_on").asc(nulls_last=True), "pk"]
    late = f"{chosen}_late"
    only_late = bool(request.GET.get("late")) and bool(counts.get(late))
    rows = (
        Task.objects.filter(overdue[late] if only_late else lists[chosen])
        .select_related("owner", "organization", "done_by")
        .order_by(*order)
    )
    pages = Paginator(rows, 20)
    pages.count = counts[late if only_late else chosen]  # known already
    page = pages.get_page(request.GET.get("page"))
    page.object_list = todo.worded(list(page.object_list))
    people = {task.person.pk for task in page.object_list if task.person}
    seen.note(request.user, people, seen.Purpose.TASKS, at=timezone.now())
    names = {"mine": _("Mine"), "ours": _("My organization’s"), "all": _("Everybody’s"), "done": _("Done")}
    context = {
        "page": page,
        "tabs": [(key, names[key], None if key == "done" else counts[key]) for key in lists],
        "chosen": chosen,
        "led": chosen != "mine" and not asked,  # here by no wish of theirs: the page says why
        "today": today,
        "late": counts.get(late, 0),
        "only_late": only_late,
        "here": _here(chosen, only_late, page.number),
        "just_done": _just_done(request),
        "coordinator": is_coordinator(request.user),
    }
    return render(request, "notifications/tasks.html", context)


def _visible(request):
    return Task.objects.filter(policies.tasks_of(request.user))


def _just_done(request) -> Task | None:
    """The task the person just marked as done, to offer the way back."""
    try:
        found = list(_visible(request).filter(public_id=request.GET.get("was"), done_by=request.user))
    except (ValueError, ValidationError):
        return None
    return todo.worded(found)[0] if found else None


@login_required
@require_POST
def task_done(request, public_id):
    """It is done."""
    task = get_object_or_404(_visible(request), public_id=public_id)
    if not actions.finish_task(task, by=request.user, at=timezone.now()):
        messages.info(request, _("Somebody else had done this already."))
        return redirect(_back(request))
    return redirect(f"{_back(request)}&was={task.public_id}")


@login_required
@require_POST
def task_undo(request, public_id):
    """It is not done after all."""
    task = get_object_or_404(_visible(request), public_id=public_id)
    actions.reopen_task(task, by=request.user, at=timezone.now())
    messages.success(request, _("The task is open again."))
    return redirect(_back(request))


def _here(chosen: str, only_late: bool, page: int = 1) -> dict[str, str]:
    """What the forms of a list send along, so that who is done with a task on the fifth page stays there."""
    asked = {"list": chosen, "late": "1" if only_late else "", "page": str(page) if page > 1 else ""}
    return {name: value for name, value in asked.items() if value}


def _back(request) -> str:
    chosen, page = request.POST.get("list"), request.POST.get("page", "")
    chosen = chosen if chosen in ("mine", "ours", "all", "done") else "mine"
    number = int(page) if page.isdecimal() and len(page) < 6 else 1
    return f"{reverse('task_list')}?{urlencode(_here(chosen, bool(request.POST.get('late')), number))}"
