"""The page that lists hires: an employer's or hall's own, those a provider wrote down, those a coordinator follows."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.policies import is_coordinator
from accounts.record import seen

from . import listed, policies


@login_required
@require_safe
def hire_list(request):
    """Whom, for which opening, since when, what is asked next; by tab and by words, each leads to its page."""
    policies.declare.check(request.user, None)
    finds_out, today = is_coordinator(request.user), timezone.localdate()
    words = request.GET.get("q", "").replace("\x00", " ").strip()[:80]
    rows = listed.of(request.user)
    rows = listed.search(rows, words) if words else rows
    which = listed.tabs(finds_out=finds_out)
    counts = rows.order_by().aggregate(**{f"n_{name}": Count("pk", filter=q) for name, q in which.items()})
    tab = request.GET.get("tab")
    tab = tab if tab in which else listed.ALL
    found = rows.filter(which[tab]).prefetch_related("check_ins")
    found = found.select_related("trainee__user", "opening__organization", "employer", "occupation")
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    seen.note(
        request.user,
        [hire.trainee.user_id for hire in page.object_list if hire.named],
        seen.Purpose.LIST,
        at=timezone.now(),
    )
    for hire in page.object_list:
        hire.next, hire.asks = listed.comes_next(hire, finds_out=finds_out, today=today)
    labels = {
        listed.ALL: pgettext("hires", "All"),
        listed.ASKED: _("Waiting for your answer"),
        listed.WORKING: _("At work"),
        listed.ENDED: _("Ended"),
    }
    kept = {"q": words} if words else {}
    context = {
        "page": page,
        "tab": tab,
        "tabs": [(urlencode({"tab": key} | kept), key, labels[key], counts[f"n_{key}"]) for key in which],
        "asked": {"q": words},
        "query": urlencode({"tab": tab} | kept),
        "coordinates": finds_out,
        "board": "hire_list",
    }
    return render(request, "placements/hires/list.html", context)
