"""The catalogue of training: the search page and a program's own page. Public."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from . import cohort_queries, policies, queries, search
from .models import Program


@require_safe
def program_list(request):
    asked = search.read(request.GET, kinds=Program.Kind.values, home=home_zip(request.user))
    rows = queries.listed(trade=asked.trade, kind=asked.kind)
    found = search.page_of(rows, asked, queries.WHERE, order=("name", "pk"), number=request.GET.get("page"))
    return render(
        request,
        "programs/list.html",
        {
            "asked": asked,
            "page": found.page,
            "found": found,
            "first_days": cohort_queries.first_days(found.page, on=timezone.localdate()),
            "trades": queries.trades_taught(),
            "tabs": asked.tabs(Program.Kind.choices),
        },
    )


@require_safe
def program(request, public_id):
    found = get_object_or_404(queries.shown(), public_id=public_id)
    trades = list(found.occupations.all())
    today = timezone.localdate()
    freshness = queries.freshness(found, today=today)
    return render(
        request,
        "programs/program.html",
        {
            "program": found,
            "cohorts": cohort_queries.of_program(found, on=today) if found.is_open else [],
            "may_teach": policies.teach(request.user, found),
            "today": today,
            "trades": trades,
            "paid": [trade for trade in trades if trade.wage_median_cents],
            "wages_source": queries.WAGES_SOURCE,
            "freshness": freshness,
            "sources": queries.sources(found),
        },
    )


def home_zip(user) -> str:
    """The ZIP code a signed-in trainee searches from until they type another."""
    return user.trainee.zip if user.is_authenticated and user.is_trainee else ""
