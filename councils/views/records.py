"""Bringing in past meetings: the file is read and shown before anything is written, and can be taken back."""

import base64
import binascii

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.policies import Denied
from ledger.log import history

from .. import past, policies
from .councils import load

SHOWN = 10  # files that can still be taken back


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def past_import(request, public_id):
    """A file of past meetings: look, bring in, take back."""
    council = load(request, public_id)
    policies.may_run.check(request.user, council)
    now, found, held = timezone.now(), None, ""
    wanted = request.POST.get("do")
    if wanted == "undo":
        return _undo(request, council, now)
    if wanted in ("look", "save"):
        content = _content(request)
        found = past.read(content, council, now=now)
        held = base64.b64encode(content).decode() if not found.problem else ""
        if wanted == "save" and found.good:
            made = len(past.bring_in(council, found.good, by=request.user, at=now))
            said = ngettext("%(n)s meeting was brought in.", "%(n)s meetings were brought in.", made) % {"n": made}
            messages.success(request, said if made else _("These meetings are here already."))
            return redirect("past_import", public_id)
    events = history(council).filter(kind__in=["meeting.imported", "meeting.import_undone"])[:SHOWN]
    undone = {pk for event in events if event.kind == "meeting.import_undone" for pk in event.facts["meetings"]}
    files = [
        (event, signing.dumps(event.pk, salt="past"))
        for event in events
        if event.kind == "meeting.imported" and not undone & set(event.facts["meetings"])
    ]
    context = {"council": council, "found": found, "held": held, "files": files}
    return render(request, "councils/past.html", context, status=422 if found and found.problem else 200)


def _content(request) -> bytes:
    if file := request.FILES.get("file"):
        return file.read(past.BIGGEST + 1)
    try:
        return base64.b64decode(request.POST.get("held", ""), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _undo(request, council, now):
    try:
        number = signing.loads(request.POST.get("id", ""), salt="past")
        event = history(council).get(kind="meeting.imported", pk=number)
        count = past.take_back(council, event.facts["meetings"], by=request.user, at=now)
    except (signing.BadSignature, Denied, history(council).model.DoesNotExist) as refused:
        messages.error(request, str(refused) if isinstance(refused, Denied) else _("This file is gone already."))
    else:
        said = ngettext("%(n)s meeting was taken back.", "%(n)s meetings were taken back.", count) % {"n": count}
        messages.success(request, said)
    return redirect("past_import", council.public_id)
