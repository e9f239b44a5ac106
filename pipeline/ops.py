"""The operations page, for staff of the coalition: what waits, what failed, who lives; sending parked work round."""

import functools
import platform
import tomllib
from datetime import timedelta
from importlib.metadata import version

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.policies import Denied, is_coordinator
from ledger import handoffs, heartbeats
from ledger.models import Handoff, Heartbeat, Turn
from matching.models import Run
from notifications import addresses
from notifications.models import Delivery
from pipeline import health, mending
from pipeline.schedule import jobs

PARKED = 50
# What each periodic job does, in words.
JOBS = {
    "sweep-handoffs": gettext_lazy("Look for work that nobody has taken"),
    "sweep-outbox": gettext_lazy("Send the messages that are due"),
    "tell-of-matches": gettext_lazy("Tell people of new matches"),
    "write-reasons": gettext_lazy("Write down why matches fit"),
    "expire-certifications": gettext_lazy("End certificates that expired"),
    "close-openings": gettext_lazy("Close openings whose last day is over"),
    "remind-hirers": gettext_lazy("Remind employers and halls to answer"),
    "remind-schools": gettext_lazy("Remind schools to answer about places and certificates"),
    "call-up": gettext_lazy("Call up whoever is next in order"),
    "open-openings": gettext_lazy("Open openings whose first day has come"),
    "look-at-words": gettext_lazy("Look for openings whose words would be refused today"),
    "check-in": gettext_lazy("Ask whether hires still work there"),
    "forget-sheets": gettext_lazy("Delete old spreadsheets"),
    "tidy-records": gettext_lazy("Erase records whose time is over"),
    "tend-councils": gettext_lazy("The daily work for the councils"),
    "look-at-board": gettext_lazy("Bring the coordinators’ board up to date"),
    "look-at-measures": gettext_lazy("Count the measures anew"),
    "send-board-reminders": gettext_lazy("Send the reminders from the board"),
    "forget-texts": gettext_lazy("Delete old codes and text messages"),
    "look-after-organizations": gettext_lazy("See which organizations need somebody"),
    "forget-old": gettext_lazy("Delete what was needed only for a moment"),
    "rematch-everything": gettext_lazy("Match everything again, each night"),
}

# Who waits for work, in words.
ROOMS = {
    "matching": gettext_lazy("Matching people and openings"),
    "openings": gettext_lazy("Openings: what changed for them"),
    "notifications": gettext_lazy("Inbox and messages"),
    "placements": gettext_lazy("Referrals and hires"),
    "placements.boards": gettext_lazy("The coordinators’ board"),
}


def staff_only(view):
    """For coordinators; everybody else is told so."""

    @functools.wraps(view)
    def guarded(request, *args, **kwargs):
        if not is_coordinator(request.user):
            raise Denied(_("Only coordinators see this page."))
        return view(request, *args, **kwargs)

    return login_required(guarded)


@staff_only
@require_safe
def ops(request):
    """How the site runs, now."""
    return render(request, "ops/ops.html", state(timezone.now()))


@staff_only
@require_safe
def ops_now(request):
    """The same without the page around it: htmx asks for it every 15 seconds."""
    return render(request, "ops/_now.html", state(timezone.now()))


@staff_only
@require_POST
def ops_retry(request):
    """Send parked work round again: one, or all of it."""
    named = request.POST.get("handoff", "")
    if named and not named.isdecimal():
        raise Denied(_("This work is not known."))
    again = handoffs.retry([int(named[:18])] if named else None, by=request.user, at=timezone.now())
    if again:
        said = ngettext("%(n)s piece of work is tried again.", "%(n)s pieces of work are tried again.", again)
        messages.success(request, said % {"n": again})
    else:
        messages.info(request, _("Nothing was left to try again."))
    return redirect("ops")


def state(now) -> dict:
    """Everything the page shows."""
    lag, seen = health.lag(at=now), heartbeats.last_seen()
    silent = heartbeats.silent(seen, at=now)
    beats = list(Heartbeat.objects.exclude(process=heartbeats.STARTING))
    for beat in beats:
        beat.name = health.NAMES.get(beat.kind, beat.kind)
        beat.silent = beat.seen_at < now - heartbeats.SILENT
    parked = list(handoffs.parked()[:PARKED])
    for handoff in parked:
        handoff.name = ROOMS.get(handoff.room, handoff.room)
    return {
        "now": now,
        "troubles": health.troubles(at=now),
        "lag": lag,
        "late": {"handoffs": _late(lag.handoffs, now), "deliveries": _late(lag.deliveries, now)},
        "rooms": _rooms(now),
        "parked": parked,
        "more_parked": max(0, lag.parked - PARKED),
        "nameless": addresses.nameless(),
        "deliveries": _deliveries(now),
        "beats": beats,
        "missing": [health.NAMES[kind] for kind in silent if kind not in {beat.kind for beat in beats}],
        "turns": _turns(),
        "run": Run.objects.first(),
        "backup": Turn.objects.filter(job="backup").first(),
        "backup_late": health.late_backup(lag.backup, now),
        "backup_needed": health.is_public(),
        "commands": {"doctor": mending.DOCTOR, "backup": mending.BACKUP},
        "disk": health.disk(),
        "versions": [*versions(), ("PostgreSQL", server_version())],
    }


def _turns() -> list[Turn]:
    """What was last done by the clock, called as people say it; the short name stands beside, for the log has that."""
    turns = list(Turn.objects.filter(job__in=jobs()).order_by("job"))
    for turn in turns:
        turn.name = JOBS.get(turn.job, turn.job)
    return turns


def _late(since, now) -> bool:
    return bool(since and now - since > health.LATE)


def _rooms(now) -> list[dict]:
    """What is open, by room; what is done is not counted, for there is no end of it."""
    at_it = Count("pk", filter=Q(state="waiting", leased_until__gte=now))
    rows = (
        Handoff.objects.filter(state__in=["waiting", "parked"])
        .order_by("room")
        .values("room")
        .annotate(
            waiting=Count("pk", filter=Q(state="waiting")),
            at_it=at_it,
            failing=Count("pk", filter=Q(state="waiting", attempts__gt=1)),
            parked=Count("pk", filter=Q(state="parked")),
        )
    )
    return [{**row, "name": ROOMS.get(row["room"], row["room"])} for row in rows]


def _deliveries(now) -> list[dict]:
    """Messages by way and state, those of the last day beside."""
    day = Count("pk", filter=Q(created_at__gte=now - timedelta(days=1)))
    rows = Delivery.objects.order_by("channel", "state").values("channel", "state").annotate(n=Count("pk"), day=day)
    ways = dict(Delivery._meta.get_field("channel").flatchoices)
    states = dict(Delivery._meta.get_field("state").flatchoices)
    return [
        {**row, "way": ways.get(row["channel"], row["channel"]), "name": states.get(row["state"], row["state"])}
        for row in rows
    ]


@functools.cache
def versions() -> tuple:
    """What runs here."""
    project = settings.BASE_DIR / "pyproject.toml"
    ours = tomllib.loads(project.read_text())["project"]["version"] if project.exists() else "?"
    packages = [(name, version(name.lower())) for name in ("Django", "Celery")]
    return ("Throughline", ours), ("Python", platform.python_version()), *packages


def server_version() -> str:
    """PostgreSQL's version, as people write it."""
    number = connection.pg_version
    return f"{number // 10000}.{number % 10000}"
