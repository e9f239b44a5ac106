"""Pages about training that would help: what a provider's classes would open, and what a region lacks."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Organization, Zip
from accounts.policies import Denied, is_coordinator, organizations_of
from openings.models import Opening
from programs import cohort_queries
from programs.models import Occupation

from . import demand, missed, outside, policies

MOST = 100  # rows of the region's table
STATE = "CA"  # whose counties can be asked for


@login_required
@require_safe
def missed_list(request):
    """For people of a provider: which skills hirers missed in people they taught. For coordinators: in anybody."""
    theirs = organizations_of(request.user, *Organization.TRAINS)
    everybody = is_coordinator(request.user)
    if not theirs and not everybody:
        raise Denied(_("This page is for people of training providers."))
    rows = missed.listed(None if everybody else theirs)
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    context = {"page": page, "skills": missed.by_skill(rows), "everybody": everybody}
    return render(request, "placements/missed.html", context)


@login_required
@require_safe
def class_demand(request):
    """For people of a provider: for whom and for which openings their next classes would make the difference."""
    if not organizations_of(request.user, *Organization.TRAINS):
        raise Denied(_("This page is for people of training providers."))
    programs = cohort_queries.programs_of(request.user)
    prefetch_related_objects(programs, "credentials")
    run = demand.last_run()
    exact = outside.reads_exactly(request.user)
    context = {
        "run": run,
        "programs": programs,
        "wanted": demand.of_programs(programs, timezone.localdate(), exact=exact) if run else [],
        "nowhere": [program for program in programs if program.latitude is None],
        "reach": outside.REACH,
    }
    return render(request, "placements/class_demand.html", context)


@login_required
@require_safe
def gap_list(request):
    """For coordinators: which credential, taught to whom, would bring most people and openings together."""
    policies.see_board.check(request.user, None)
    places = Zip.objects.filter(state=STATE).exclude(county="")
    counties = list(places.order_by("county").values_list("county", flat=True).distinct())
    asked_for = Opening.objects.filter(state=Opening.State.PUBLISHED).values("occupation")
    trades = {trade.code: trade.title for trade in Occupation.objects.filter(pk__in=asked_for)}
    county, trade = request.GET.get("county", ""), request.GET.get("trade", "")
    county, trade = county if county in counties else "", trade if trade in trades else ""
    run = demand.last_run()
    context = {
        "run": run,
        "rows": demand.of_region(county or None, trade or None, MOST) if run else [],
        "most": MOST,
        "counties": counties,
        "trades": sorted(trades.items(), key=lambda pair: pair[1]),
        "county": county,
        "trade": trade,
    }
    return render(request, "placements/gaps.html", context)
