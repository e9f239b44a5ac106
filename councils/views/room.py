"""Pages while a meeting goes on: who is there, the quorum, the minutes beside the agenda, and the code at the door."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.policies import Denied

from .. import policies, presence, square
from ..actions import meetings as actions
from ..actions import minutes
from ..models import Attendance, Constituency, Decision
from .meetings import load_item, load_meeting, runs, uuid_or_404

# The fields of an item's minutes: how their ids begin in the page, and how many lines they show.
FIELDS = {"text_en": ("en", 5), "text_es": ("es", 5), "dissent": ("d", 2), "action": ("a", 2)}


def state_of(meeting) -> dict:
    """The quorum and who is there, as the pages show it."""
    rows = presence.sittings(meeting)
    quorum = presence.quorum_of(meeting, rows)
    words = dict(Constituency.choices)
    sitting = {row.sits.user_id for row in rows if row.sits}
    there = list(meeting.attendances.filter(left_at=None, user__isnull=False).select_related("user").order_by("pk"))
    for row in there:
        row.votes = row.user_id in sitting
    return {
        "quorum": quorum,
        "by": [(words[name], now, held, least, now >= least) for name, (now, held, least) in quorum.by.items()],
        "there": there,
        "online": sum(row.how == Attendance.How.ONLINE for row in there),
    }


@login_required
@require_safe
def meeting_room(request, public_id):
    """The meeting as it goes on, for who runs it."""
    found = runs(request, public_id)
    there = state_of(found)
    known = {row.user_id for row in there["there"]}
    absent = [person for person in actions.invited(found.council) if person.pk not in known]
    decisions = list(Decision.objects.filter(meeting=found))
    context = {
        "meeting": found,
        "council": found.council,
        "items": [(item, [d for d in decisions if d.item_id == item.pk]) for item in found.items.all()],
        "others": [d for d in decisions if d.item_id is None],
        "absent": absent,
        "paper": minutes.paper_of(found),
        "may_decide": bool(policies.may_facilitate(request.user, found.council)),
        **there,
    }
    return render(request, "councils/room.html", context)


@login_required
@require_safe
def meeting_quorum(request, public_id):
    """Who is there now: the part of the page that asks again by itself."""
    found = load_meeting(request, public_id)
    policies.takes_part.check(request.user, found.council)
    return render(request, "councils/_quorum.html", {"meeting": found, **state_of(found)})


@login_required
@require_POST
def meeting_attend(request, public_id):
    """Whoever runs the meeting writes down who came or left."""
    found = runs(request, public_id)
    done = {"by": request.user, "at": timezone.now()}
    said = request.POST.get("person")
    person = User.objects.filter(public_id=uuid_or_404(said)).first() if said else None
    how = request.POST.get("how")
    try:
        if person is None:
            raise Denied(_("Choose who came."))
        if request.POST.get("do") == "leave":
            actions.leave(get_object_or_404(found.attendances, user=person), **done)
        elif how in Attendance.How.values:
            actions.check_in(found, how=how, user=person, **done)
        else:
            raise Denied(_("Press the button of what you want to do. Nothing is done yet."))
    except Denied as refused:
        messages.error(request, str(refused))
    return redirect("meeting_room", public_id)


@login_required
@require_safe
def meeting_door(request, public_id):
    """The page to print for the door: a square that leads whoever scans it to checking in."""
    found = runs(request, public_id)
    url = settings.SITE_URL + reverse("meeting_check_in", args=[public_id, found.check_in_code])
    # The door is everybody's: it speaks both languages, the reader's first.
    both = sorted(dict(settings.LANGUAGES), key=lambda code: code != get_language())
    context = {"meeting": found, "council": found.council, "url": url, "square": square.svg(url, _("Code to check in"))}
    context["both"] = both
    return render(request, "councils/door.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_check_in(request, public_id, code):
    """I am here. Opening the page does nothing; pressing the button does."""
    found = load_meeting(request, public_id)
    if code != found.check_in_code or not policies.roles_in(request.user, found.council):
        raise Http404
    if request.method == "POST":
        how = "online" if request.POST.get("how") == "online" else "room"
        try:
            actions.check_in(found, how=how, said=code, by=request.user, at=timezone.now())
        except Denied as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("You are checked in."))
            return redirect("meeting", public_id)
    mine = found.attendances.filter(user=request.user, left_at=None).first()
    return render(request, "councils/check_in.html", {"meeting": found, "council": found.council, "mine": mine})


@login_required
@require_POST
def item_write(request, public_id):
    """What somebody wrote on one item: saved as they type, and by the button where there is no JavaScript."""
    item = load_item(request, public_id)
    said = request.POST.get("version", "")
    version = int(said) if said.isdecimal() and len(said) < 9 else -1
    texts = {name: request.POST[name] for name in minutes.TEXTS if name in request.POST}
    before = {name: request.POST.get(f"before_{name}", "") for name in minutes.TEXTS}
    refused = ""
    try:
        written = minutes.write(item, texts, before=before, version=version, by=request.user, at=timezone.now())
        item, clashes = written.item, written.clashes
    except Denied as error:
        # What was typed stays in the fields: it can be copied elsewhere.
        refused, clashes = str(error), {}
    if request.htmx:
        # What somebody else wrote meanwhile comes into the field; a field that says what was typed is left alone.
        changed = [
            (f"{short}-{item.public_id}", name, getattr(item, name), rows)
            for name, (short, rows) in FIELDS.items()
            if name in texts and not refused and getattr(item, name) != minutes.plain(texts[name])
        ]
        context = {"item": item, "clashes": clashes, "refused": refused, "saved": not refused, "apart": True}
        return render(request, "councils/_minute_saved.html", context | {"changed": changed})
    if refused:
        messages.error(request, refused)
    elif clashes:
        messages.warning(
            request, _("Somebody else wrote here meanwhile. Both texts stand in it now; make one of them.")
        )
    else:
        messages.success(request, _("Saved."))
    return redirect("meeting_room", item.meeting.public_id)
