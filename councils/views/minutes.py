"""The minutes as a paper: to read, to print, and the steps from the draft to the frozen text."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.policies import Denied
from accounts.speech import spoken
from ledger.lifecycle import IllegalStep

from .. import markdown, policies
from ..actions import minutes as actions
from ..lifecycle import MINUTES
from ..models import Constituency, Decision, Meeting, Minutes
from .decisions import weights
from .meetings import load_meeting, runs, uuid_or_404


@require_safe
def minutes(request, public_id):
    """The minutes of a meeting: drafts for those who take part, the published ones for everybody."""
    rows = Meeting.objects.select_related("council").visible_to(request.user)
    found = get_object_or_404(rows, public_id=public_id)
    inside = bool(policies.takes_part(request.user, found.council))
    paper = Minutes.objects.filter(meeting=found).select_related("approved_in").first()
    if paper is None or not (
        inside or (paper.state == Minutes.State.PUBLISHED and found.council.tells_everybody("minutes"))
    ):
        raise Http404
    content = paper.content if paper.is_frozen else actions.content_of(found)
    may_run = bool(policies.may_run(request.user, found.council))
    later = Meeting.objects.filter(council=found.council, starts_at__gt=found.starts_at, state__in=["open", "closed"])
    words = dict(Constituency.choices)
    context = {
        "meeting": found,
        "council": found.council,
        "paper": paper,
        "items": [_item(item) for item in content["items"]],
        "others": [_decided(decision) for decision in content["decisions"]],
        "seats": content["seats"],
        "by": [(words[name], there, held) for name, (there, held) in sorted(content["by"].items())],
        "steps": {step.name for step in MINUTES.open_steps(paper.state)} if may_run else set(),
        "later": later.order_by("starts_at") if may_run else [],
        "inside": inside,
        "may_run": may_run,
    }
    return render(request, "councils/minutes.html", context)


def _item(item: dict) -> dict:
    return {
        "title": spoken(*item["title"]),
        "text": markdown.html(spoken(*item["text"])),
        # The other language, marked, rather than nothing.
        "other": bool(any(item["text"])) and not all(item["text"]),
        "language": "en" if item["text"][0] else "es",
        "dissent": markdown.html(item["dissent"]),
        "action": markdown.html(item["action"]),
        "decisions": [_decided(decision) for decision in item["decisions"]],
    }


def _decided(decision: dict) -> dict:
    return {
        "id": decision["decision"],
        "text": spoken(*decision["text"]),
        "adopted": decision["state"] == Decision.State.ADOPTED,
        "consensus": decision["method"] == Decision.Method.CONSENSUS,
        "heads": (decision["result"] or {}).get("heads"),
        "weights": weights(decision["result"] or {}),
        "dissent": decision["dissent"],
    }


@login_required
@require_POST
def minutes_step(request, public_id, step):
    """Ready, back to the draft, approved, published."""
    found = runs(request, public_id)
    done = {"by": request.user, "at": timezone.now()}
    said = {
        "ready": _("The minutes wait to be approved at the next meeting."),
        "reopen": _("The minutes are a draft again."),
        "approve": _("Approved. From now on nobody changes these minutes."),
        "publish": _("Published."),
    }
    if step not in said:
        raise Http404
    try:
        if step == "approve":
            later = load_meeting(request, uuid_or_404(request.POST.get("in")))
            actions.approve(found, approved_in=later, **done)
        else:
            {"ready": actions.ready, "reopen": actions.reopen, "publish": actions.publish}[step](found, **done)
    except (Denied, IllegalStep) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said[step])
    return redirect("minutes", public_id)
