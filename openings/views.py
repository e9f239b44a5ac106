"""Openings for everybody: the search page and an opening's own page."""

import uuid

from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.models.people import Language, Shift
from programs import search
from programs.models import Program
from programs.queries import WAGES_SOURCE
from programs.views import home_zip

from . import order, policies, queries, seal
from .models import Opening

PAYS = (18, 20, 25, 30, 35, 40, 50)  # dollars an hour to choose from


@require_safe
def opening_list(request):
    asked = search.read(
        request.GET, kinds=Opening.Kind.values, home=home_zip(request.user), shifts=Shift.values, pays=PAYS
    )
    program = taught_by(request.GET.get("teaches", ""))
    rows = queries.listed(trade=asked.trade, kind=asked.kind, shift=asked.shift, pay=asked.pay)
    if program:
        rows = rows.filter(pk__in=queries.asking_for(program).order_by().values("pk"))
    newest = ("-published_at", "-pk")
    found = search.page_of(rows, asked, queries.WHERE, order=newest, number=request.GET.get("page"))
    return render(
        request,
        "openings/list.html",
        {
            "asked": asked,
            "page": found.page,
            "found": found,
            "program": program,
            "query": f"{asked.query()}&teaches={program.public_id}" if program else asked.query(),
            "trades": queries.trades_offered(),
            "shifts": Shift.choices,
            "pays": PAYS,
            "tabs": asked.tabs(Opening.Kind.choices),
            "may_write": policies.write(request.user, None),
        },
    )


def taught_by(public_id: str) -> Program | None:
    """The program whose openings are asked for; what is no program's id is ignored."""
    try:
        return Program.objects.prefetch_related("credentials").filter(public_id=uuid.UUID(public_id)).first()
    except ValueError:
        return None


@require_safe
def opening(request, public_id):
    found = get_object_or_404(queries.shown().visible_to(request.user), public_id=public_id)
    closed = found.state == Opening.State.CLOSED
    return render(
        request,
        "openings/opening.html",
        {
            "opening": found,
            "asks": queries.requirement_groups(found),
            "order_sentence": order.explained(found.order_rule),
            "seal": seal.seal_of(found),
            "opened_seed": seal.opened_seed(found),
            "text_language": "es" if get_language() == "es" and found.description_es else "en",
            "shifts": [Shift(value).label for value in found.shifts],
            "languages": [Language(value).label for value in found.languages],
            "wages_source": WAGES_SOURCE,
            "may_edit": policies.edit(request.user, found),
            "alike": queries.alike(found)[:3] if closed else [],
        },
    )
