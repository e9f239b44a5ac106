"""What the full rematches found, for coordinators: when, how much, what had changed and why, and what failed."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.policies import Denied, is_coordinator
from openings.models import Opening

from .models import Run

PAGE = 20


@login_required
@require_safe
def run_list(request):
    """The nightly matching, newest first."""
    if not is_coordinator(request.user):
        raise Denied(_("Only coordinators see this page."))
    page = Paginator(Run.objects.all(), PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    named = {opening for run in page.object_list for opening, _trainee in run.changes.get("named", ())}
    openings = Opening.objects.in_bulk(named)
    for run in page.object_list:
        run.looked = _looked(run)
        run.found = [*_missed(run.missed), *_changed(run.changes)] if run.state == Run.State.DONE else []
        spots = dict.fromkeys(opening for opening, _trainee in run.changes.get("named", ()))
        run.named = [openings[pk] for pk in spots if pk in openings]
    return render(request, "matching/runs.html", {"page": page})


def _looked(run) -> list[str]:
    if run.state != Run.State.DONE:
        return []
    people = ngettext("%(n)s person", "%(n)s people", run.people) % {"n": f"{run.people:,}"}
    openings = ngettext("%(n)s opening", "%(n)s openings", run.openings) % {"n": f"{run.openings:,}"}
    return [
        _("%(people)s, %(openings)s.") % {"people": people, "openings": openings},
        ngettext(
            "%(n)s pair of a person and an opening fits.", "%(n)s pairs of a person and an opening fit.", run.passing
        )
        % {"n": f"{run.passing:,}"},
        ngettext("%(n)s pair lacks only one certificate.", "%(n)s pairs lack only one certificate.", run.near)
        % {"n": f"{run.near:,}"},
    ]


def _missed(missed) -> list[str]:
    """What the jobs of the day had not heard of, and what was put right."""
    if not missed:
        return []
    said = [
        (
            "people",
            ngettext(
                "%(n)s person had changed, and matching had not heard of it.",
                "%(n)s people had changed, and matching had not heard of it.",
                missed.get("people", 0),
            ),
        ),
        (
            "openings",
            ngettext(
                "%(n)s opening had changed, and matching had not heard of it.",
                "%(n)s openings had changed, and matching had not heard of it.",
                missed.get("openings", 0),
            ),
        ),
        ("made", ngettext("%(n)s match was added.", "%(n)s matches were added.", missed.get("made", 0))),
        ("changed", ngettext("%(n)s match was changed.", "%(n)s matches were changed.", missed.get("changed", 0))),
        ("ended", ngettext("%(n)s match was ended.", "%(n)s matches were ended.", missed.get("ended", 0))),
    ]
    found = [text % {"n": f"{missed[name]:,}"} for name, text in said if missed.get(name)]
    return found or [_("Nothing had been missed.")]


def _changed(changes) -> list[str]:
    """How the lists of the first people of each opening differ from those of the run before, by reason."""
    if not changes:
        return []
    if changes.get("first"):
        return [_("This was the first run, so there is nothing to compare it with.")]
    came, went = changes.get("came", {}), changes.get("went", {})
    if not came and not went:
        return [_("The lists of the openings are the same as before.")]
    reasons = {
        "person": _("Because something about the person changed: %(came)s came onto a list, %(went)s left one."),
        "opening": _("Because the opening changed: %(came)s came onto its list, %(went)s left it."),
        "list": _("Because the institution's own list changed: %(came)s came, %(went)s left."),
        "others": _("Because others moved in front or made room: %(came)s came onto a list, %(went)s left one."),
        "unexplained": _("Nothing on record says why: %(came)s came onto a list, %(went)s left one."),
    }
    return [
        text % {"came": f"{came.get(why, 0):,}", "went": f"{went.get(why, 0):,}"}
        for why, text in reasons.items()
        if why in came or why in went
    ]
