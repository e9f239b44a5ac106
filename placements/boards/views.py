"""The coordinator's boards: certified and not placed, overdue next steps, new today; and what is done from them."""

from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.policies import Denied
from accounts.record import seen
from matching import reasons

from .. import policies, queries
from ..models import BulkChange, Referral, SavedView
from . import bulk, rows, saved
from .forms import BulkForm, PeopleForm, ViewForm
from .showing import show

UNDO = "board_undo"  # in the session: what was done last, and how it is said


def _around(request, board: str, query) -> dict:
    """What stands around the list of every board: saved views, whom a step can be given to, what can be undone."""
    kept = query.copy()
    kept.pop("after", None)
    last = request.session.get(UNDO)
    return {
        "board": board,
        **saved.around(request.user, board),
        "query": saved.tidy(kept.urlencode()),
        "days": bulk.DAYS,
        "last": last if last and last["until"] > timezone.now().timestamp() else None,
        "here": request.get_full_path(),
    }


@login_required
@require_safe
def board(request):
    """Certified and not placed, by days waiting, with what blocks each and who owns the next step."""
    policies.see_board.check(request.user, None)
    form, today = PeopleForm(request.GET), timezone.localdate()
    asked = form.asked()
    page = rows.people(asked, request.user, today)
    seen.note(request.user, [person.user_id for person in page], seen.Purpose.BOARD, at=timezone.now())
    names = reasons.Names()
    for person in page:
        person.block_text = queries.BLOCKS[person.block]
        person.missing_names = sorted(names.credential(key) for key in person.missing)
    found = rows.numbers(asked, request.user)
    filters = {name: value for name, value in asked.items() if value and name not in ("after", "block")}
    live = {
        "page": page,
        "asked": asked,
        "total": found.total,
        "tabs": [(key, text, found.blocks[key]) for key, text in queries.TABS.items() if found.blocks[key]],
        "filters": urlencode(filters),
        "query": urlencode(filters | ({"block": asked["block"]} if asked["block"] else {})),
        "today": today,
        "path": request.path,
    }

    def more():
        return _around(request, "board", request.GET) | {"form": form, "counties": found.counties}

    return show(request, "boards/board.html", "boards/_people.html", live, more)


@login_required
@require_safe
def board_overdue(request):
    """Next steps past their day: mine, my organization's, the partnership's."""
    policies.see_board.check(request.user, None)
    whose, today = request.GET.get("whose", rows.ALL), timezone.localdate()
    whose = whose if whose in (rows.MINE, rows.OURS, rows.ALL) else rows.ALL
    page = rows.overdue(request.user, whose, request.GET.get("after", ""), today)
    people = [referral.trainee.user_id for referral in page if referral.named]
    seen.note(request.user, people, seen.Purpose.BOARD, at=timezone.now())
    for referral in page:
        referral.called = referral.trainee.user.full_name if referral.named else _("One person")
    counts = {name: rows.few(rows.overdue_of(request.user, name, today)) for name in (rows.MINE, rows.OURS, rows.ALL)}
    live = {
        "page": page,
        "whose": whose,
        "tabs": [
            (rows.MINE, _("Mine"), counts[rows.MINE]),
            (rows.OURS, _("My organization’s"), counts[rows.OURS]),
            (rows.ALL, _("The partnership’s"), counts[rows.ALL]),
        ],
        "most": rows.MANY,
        "query": urlencode({"whose": whose}),
        "today": today,
        "path": request.path,
    }
    return show(
        request, "boards/overdue.html", "boards/_overdue.html", live,
        lambda: _around(request, "board_overdue", request.GET),
    )  # fmt: skip


@login_required
@require_safe
def board_today(request):
    """What happened since midnight to people who share their record."""
    policies.see_board.check(request.user, None)
    today = timezone.localdate()
    page = rows.news(request.user, today, request.GET.get("after", ""))
    seen.note(request.user, [one.person.user_id for one in page], seen.Purpose.BOARD, at=timezone.now())
    live = {"page": page, "today": today, "query": "", "path": request.path}
    return show(request, "boards/today.html", "boards/_today.html", live, lambda: {"board": "board_today"})


# --- Doing something with many rows -----------------------------------------------------------------------------------
def _back(request, back: str, board: str):
    """To where the button was pressed, if that is a page of ours."""
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and urlsplit(back).path == reverse(board):
        return redirect(back)
    return redirect(board)


def _marked(request, board: str):
    """The rows that were marked and that this reader may see."""
    picked = [value for value in request.POST.getlist("pick")[: bulk.MOST] if _is_uuid(value)]
    if board == "board":
        return queries.belonging().filter(public_id__in=picked)
    return Referral.objects.visible_to(request.user).open().filter(public_id__in=picked)


def _is_uuid(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return False


@login_required
@require_POST
def board_do(request):
    """Give the marked rows' next step to somebody, put their due date off, or remind whoever owes it."""
    policies.see_board.check(request.user, None)
    form = BulkForm(request.POST)
    name = form.data.get("board") if form.data.get("board") in ("board", "board_overdue") else "board"
    back = request.POST.get("back", "")
    if not form.is_valid():
        messages.error(request, _("Choose what should be done with the rows you marked."))
        return _back(request, back, name)
    marked, clean = _marked(request, name), form.cleaned_data
    if not request.POST.getlist("pick"):
        messages.warning(request, _("Mark at least one row first."))
        return _back(request, back, name)
    try:
        change = _act(name, clean, marked, by=request.user, at=timezone.now())
    except Denied as refused:
        messages.error(request, str(refused))
    else:
        request.session[UNDO] = {
            "id": str(change.public_id),
            "said": _said(change),
            "until": (change.at + (bulk.HELD if change.what == bulk.What.REMIND else bulk.UNDO)).timestamp(),
        }
    return _back(request, back, name)


def _act(board: str, clean: dict, marked, *, by, at) -> BulkChange:
    if clean["act"] == "remind":
        return bulk.remind(marked, by=by, at=at)
    if clean["act"] == "later":
        if board == "board":
            raise Denied(_("Due dates are put off on the board of overdue next steps."))
        return bulk.put_off(marked, clean["days"], by=by, at=at)
    to = User.objects.filter(public_id=clean["to"]).first() if clean["to"] else None
    if to is None:
        raise Denied(_("Choose a coordinator who takes the next step."))
    assign = bulk.assign_people if board == "board" else bulk.assign_referrals
    return assign(marked, to, by=by, at=at)


def _said(change: BulkChange) -> str:
    n = len(change.rows)
    if change.what == bulk.What.REMIND:
        said = ngettext("%(n)s reminder leaves in a minute.", "%(n)s reminders leave in a minute.", n)
    elif change.what == bulk.What.LATER:
        said = ngettext("%(n)s due date was put off.", "%(n)s due dates were put off.", n)
    else:
        said = ngettext("%(n)s next step has a new owner.", "%(n)s next steps have a new owner.", n)
    return said % {"n": n}


@login_required
@require_POST
def board_undo(request, public_id):
    """Take back what was just done."""
    change = get_object_or_404(BulkChange, public_id=public_id, by=request.user)
    try:
        n = bulk.undo(change, by=request.user, at=timezone.now())
    except Denied as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, ngettext("Undone for %(n)s row.", "Undone for %(n)s rows.", n) % {"n": n})
    request.session.pop(UNDO, None)
    board = request.POST.get("board")
    return _back(request, request.POST.get("back", ""), board if board == "board_overdue" else "board")


# --- Saved views ------------------------------------------------------------------------------------------------------
@login_required
@require_POST
def view_save(request):
    """Keep the filters of this board under a name."""
    policies.see_board.check(request.user, None)
    form = ViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the view a name of at most 60 letters."))
        return redirect("board")
    clean = form.cleaned_data
    try:
        saved.save(
            clean["board"], clean["name"], clean["query"], shared=clean["shared"], by=request.user, at=timezone.now()
        )
    except Denied as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": clean["name"]})
    return redirect(f"{reverse(clean['board'])}?{saved.tidy(clean['query'])}")


@login_required
@require_POST
def view_remove(request, public_id):
    """Take one's own view away."""
    view = get_object_or_404(SavedView, public_id=public_id, owner=request.user)
    saved.remove(view, by=request.user)
    messages.success(request, _("The view “%(name)s” is removed.") % {"name": view.name})
    return redirect(view.board)
