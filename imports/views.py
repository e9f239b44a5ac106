"""Bringing a sheet in by the web: upload, look, save; afterwards what came of each row, questions, taking back."""

from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import consents
from accounts.models import Organization, User
from accounts.policies import acts_for, is_coordinator
from accounts.record import seen
from accounts.stepup import require
from ledger import scopes

from . import actions, exports, kinds, policies, queries, samples
from .forms import LineForm, SheetForm
from .mapping import knows
from .models import Batch, Row
from .problems import Refused
from .reading import read

SHOWN = 50  # good rows in a preview, rows on a page of results
NAMED = 200  # faults in a preview; the sheet of the rows left out names all


@login_required
@require_safe
def import_list(request):
    policies.use.check(request.user)
    batches = Batch.objects.visible_to(request.user).select_related("organization", "by").defer("sheet", "problems")
    page = Paginator(batches, 20).get_page(request.GET.get("page"))
    for batch in page.object_list:
        batch.kind_label = kinds.get(batch.kind).label
    return render(
        request,
        "imports/list.html",
        {
            "page": page,
            "kinds": policies.kinds_for(request.user),
            "questions": queries.waiting_by_batch(Batch.objects.visible_to(request.user)),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request, kind):
    kind = _kind(kind)
    allowed = policies.organizations_for(request.user, kind)
    if not allowed:
        policies.bring_in.check(request.user, kind, None)
    form = SheetForm(
        request.POST or None,
        request.FILES or None,
        kind=kind,
        organizations=Organization.objects.filter(pk__in=[o.pk for o in allowed]).order_by("name", "pk"),
        several=policies.may_do_all(request.user) and not kind.organization_needed,
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            table = read(file.name, file.read(), knows(kind.columns))
            batch = actions.keep(
                table,
                kind=kind,
                organization=form.chosen(),
                file_name=file.name,
                mapping={},
                options=form.options(),
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("import_batch", batch.public_id)
    return render(request, "imports/new.html", {"kind": kind, "form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_by_hand(request, kind):
    """One line without a sheet, such as one person who completed training. From here on it is a sheet of one line: it
    is looked at before it is saved, it asks whether somebody is here already, and it can be taken back."""
    kind = _kind(kind)
    if not kind.by_hand:
        raise Http404
    allowed = policies.organizations_for(request.user, kind)
    if not allowed:
        policies.bring_in.check(request.user, kind, None)
    form = LineForm(
        request.POST or None,
        kind=kind,
        organizations=Organization.objects.filter(pk__in=[o.pk for o in allowed]).order_by("name", "pk"),
        initial=_known_of(request) if request.method != "POST" else None,
    )
    if request.method == "POST" and form.is_valid():
        done = {"by": request.user, "at": timezone.now()}
        helped = {"helped": request.assistance.person_id} if request.assistance else {}
        whose = {"kind": kind, "organization": form.chosen(), "options": helped}
        try:
            table = read("by-hand.csv", form.sheet(), knows(kind.columns))
            form.refuse(queries.wrong_with(table, **whose, **done))
            if not form.errors:
                batch = actions.keep(table, file_name=_("Written by hand"), mapping={}, **whose, **done)
                return redirect("import_batch", batch.public_id)
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "imports/by_hand.html", {"kind": kind, "form": form}, status=422 if form.errors else 200)


def _known_of(request) -> dict:
    """What is known of the person whom the reader helps, or a coordinator came from, so that nobody types it again."""
    helped = request.assistance.person if request.assistance else None
    asked = request.GET.get("person")
    if helped is None and asked and is_coordinator(request.user):
        with suppress(ValidationError):
            rows = User.objects.filter(pk__in=consents.sharing_record(request.user)).select_related("trainee")
            helped = rows.filter(trainee__public_id=asked).first()
    if helped is None:
        return {}
    seen.note(request.user, [helped], seen.Purpose.SHEET, at=timezone.now())
    return {
        "name": helped.full_name,
        "email": helped.email,
        "phone": helped.phone,
        "zip": helped.trainee.zip,
        "language": helped.language,
    }


@login_required
@require_safe
def import_batch(request, public_id):
    batch = _batch(request, public_id)
    kind = kinds.get(batch.kind)
    if batch.state != Batch.State.PREVIEWED:
        return _came_of(request, batch, kind)
    if batch.sheet is None:
        return render(request, "imports/gone.html", {"batch": batch, "kind": kind})
    try:
        preview = queries.look_again(batch, by=request.user, at=timezone.now())
    except Refused as refused:
        return render(request, "imports/gone.html", {"batch": batch, "kind": kind, "refused": str(refused)})
    if request.GET.get("refused") == "csv":
        require(request)
        return _csv(batch, exports.refused_now(preview, kind))
    good = [row for row in preview.good if row.shown]
    _note(request, kind.people(good[:SHOWN]), batch)
    said = queries.shown_problems([(r.line, p) for r in preview.rows for p in r.problems], kind)
    faults = [one for one in said if one.is_error]
    return render(
        request,
        "imports/preview.html",
        {
            "batch": batch,
            "kind": kind,
            "preview": preview,
            "counts": queries.counted(preview.counts, kind),
            "problems": [*faults[:NAMED], *(one for one in said if not one.is_error)],
            "faults": len(faults),
            "named": NAMED,
            "good": good[:SHOWN],
            "good_total": len(good),
            "heads": [label for label, _value in good[0].shown] if good else [],
            "columns": queries.column_choices(kind, batch.sheet["header"], preview),
            "missing": [kind.column(key).label for key in preview.missing],
        },
    )


@login_required
@require_POST
def import_save(request, public_id):
    """Save the looked-at sheet, whole or without its bad rows; or choose its columns; or forget it."""
    batch = _batch(request, public_id)
    do = request.POST.get("do", "all")
    if do == "discard":
        actions.discard(batch, by=request.user)
        messages.info(request, _("The sheet was put away. Nothing of it was saved."))
        return redirect("import_list")
    if do == "columns":
        chosen = request.POST.items()
        mapping = {n.removeprefix("column-"): heading for n, heading in chosen if n.startswith("column-")}
        actions.choose_columns(batch, mapping, by=request.user, at=timezone.now())
        return redirect("import_batch", batch.public_id)
    if batch.state == Batch.State.PREVIEWED and batch.sheet is None:
        return redirect("import_batch", batch.public_id)
    try:
        batch = actions.bring_in(batch, by=request.user, at=timezone.now(), skip_bad_rows=do == "good")
    except actions.NotAllIn:
        messages.error(request, _("Nothing was saved: some rows cannot come in as they are. They are named below."))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The sheet is in. Below is what came of each row."))
    return redirect("import_batch", batch.public_id)


@login_required
@require_POST
def import_undo(request, public_id):
    batch = _batch(request, public_id)
    try:
        # Who is taken back goes with all that tells of them, also with what others than this reader may read.
        with scopes.task("undo"):
            batch = actions.take_back(batch, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("import_batch", batch.public_id)
    kept = queries.kept_rows(batch)
    if kept:
        messages.warning(
            request,
            ngettext(
                "The sheet is taken back, except for %(n)s row that somebody acted on since. It is named below.",
                "The sheet is taken back, except for %(n)s rows that somebody acted on since. They are named below.",
                kept,
            )
            % {"n": kept},
        )
    else:
        messages.success(request, _("The sheet is taken back: what it made is gone, what it changed is as before."))
    return redirect("import_batch", batch.public_id)


@login_required
@require_POST
def import_question(request, public_id, line):
    """Say whether a row is about somebody already here: `same` names the candidate by its place, or is "none"."""
    batch = _batch(request, public_id)
    row = get_object_or_404(Row.objects.select_related("batch__organization"), batch=batch, line=line)
    said = request.POST.get("same", "")
    candidates = kinds.get(batch.kind).candidates(row)
    if said != "none" and said not in map(str, range(len(candidates))):
        messages.error(request, _("Choose one of the answers first."))
        return redirect("import_batch", batch.public_id)
    try:
        actions.answer(
            row, same_as=None if said == "none" else candidates[int(said)], by=request.user, at=timezone.now()
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Thank you. The row is in."))
    return redirect("import_batch", batch.public_id)


@login_required
@require_safe
def import_sample(request, kind, form):
    """An empty sheet with our column names and example rows."""
    kind = _kind(kind)
    policies.use.check(request.user)
    content, content_type = samples.template_sheet(kind.key, form), samples.CONTENT_TYPES[form]
    return _download(content, content_type, f"{kind.key}.{form}")


def _came_of(request, batch, kind):
    """The page of a batch that was brought in or taken back."""
    if request.GET.get("refused") == "csv":
        require(request)
        return _csv(batch, exports.refused_then(batch, kind))
    rows = batch.rows.order_by("line")
    outcome = request.GET.get("outcome", "")
    if outcome in Row.Outcome.values:
        rows = rows.filter(outcome=outcome)
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    questions = [kind.question(row, request.user) for row in queries.first_of_each_question(batch)]
    for question in questions:
        question.may = policies.answer(request.user, question.row, kind.candidates(question.row))
    named = kind.named(page.object_list, batch, request.user)
    people = {pk for question in questions for pk in _shown(question, kind)}
    _note(request, people | {one.person for one in named.values() if one.person}, batch)
    return render(
        request,
        "imports/result.html",
        {
            "batch": batch,
            "kind": kind,
            "page": page,
            "outcome": outcome if outcome in Row.Outcome.values else "",
            "everything": outcome not in Row.Outcome.values,
            "called": kind.called_by if named else "",
            "rows": queries.shown_rows(page.object_list, kind, named),
            "counts": queries.counted(batch.counts, kind),
            "remarks": queries.problems_of(batch),
            "questions": questions,
            "has_refused": batch.rows.filter(outcome=Row.Outcome.REFUSED).exclude(values={}).exists(),
            "may_undo": batch.state == Batch.State.IMPORTED and policies.take_back(request.user, batch),
        },
    )


def _shown(question, kind) -> list[int]:
    """Of whom a question shows more than that they are here."""
    found = kind.candidates(question.row)
    return [found[candidate.place] for candidate in question.candidates if candidate.shown]


def _note(request, people: set[int], batch) -> None:
    """Who is about to be shown these people leaves a line that they can read."""
    ours = batch.organization if batch.organization and acts_for(request.user, batch.organization) else None
    seen.note(request.user, people, seen.Purpose.SHEET, at=timezone.now(), organization=ours)


def _kind(key):
    try:
        return kinds.get(key)
    except KeyError:
        raise Http404 from None


def _batch(request, public_id) -> Batch:
    visible = Batch.objects.visible_to(request.user).select_related("organization", "by")
    return get_object_or_404(visible, public_id=public_id)


def _csv(batch, content: bytes) -> HttpResponse:
    return _download(content, "text/csv; charset=utf-8", f"{batch.kind}-left-out.csv")


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
