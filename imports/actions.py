"""Keeping a sheet that was read, bringing it in whole or not at all, taking it back, and answering its questions."""

from datetime import timedelta

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from accounts.telling import hide_ssn
from ledger.log import record

from . import effects, kinds, policies, queries
from .mapping import match
from .models import Batch, Row
from .problems import Refused, note
from .reading import Table


class NotAllIn(Exception):
    """Some rows were refused, so nothing was brought in; `preview` says which and why."""

    def __init__(self, preview):
        super().__init__()
        self.preview = preview


@transaction.atomic(durable=True)
def keep(table: Table, *, kind, organization, file_name, mapping, options, by, at) -> Batch:
    """Keep a sheet that was read, to be looked at before anything of it is saved."""
    policies.bring_in.check(by, kind, organization)
    match(kind.columns, table, mapping)  # refuses headings that say two things
    return Batch.objects.create(
        kind=kind.key,
        organization=organization,
        by=by,
        file_name=hide_ssn(file_name)[-200:],
        sheet=table.as_json(),
        mapping=mapping,
        options=options,
        created_at=at,
    )


@transaction.atomic(durable=True)
def choose_columns(batch: Batch, mapping: dict[str, str], *, by, at) -> Batch:
    """Say which of their columns is which of ours. Only headings of the sheet count."""
    policies.bring_in.check(by, kinds.get(batch.kind), batch.organization)
    fresh = _lock(batch)
    if fresh.state == Batch.State.PREVIEWED:
        columns = {column.key for column in kinds.get(fresh.kind).columns}
        header = set(fresh.sheet["header"]) | {""}
        fresh.mapping |= {key: their for key, their in mapping.items() if key in columns and their in header}
        fresh.save(update_fields=["mapping"])
    return fresh


@transaction.atomic(durable=True)
def discard(batch: Batch, *, by) -> None:
    """Forget a sheet that was only looked at."""
    policies.bring_in.check(by, kinds.get(batch.kind), batch.organization)
    fresh = _lock(batch)
    if fresh.state == Batch.State.PREVIEWED:
        fresh.delete()


@transaction.atomic(durable=True)
def bring_in(batch: Batch, *, by, at, skip_bad_rows=False, progress=iter) -> Batch:
    """Bring the kept sheet in: every row, or with `skip_bad_rows` every good one, or none (raises NotAllIn).

    Pressing twice has one effect. A sheet that changes nothing leaves no event.
    """
    kind = kinds.get(batch.kind)
    policies.bring_in.check(by, kind, batch.organization)
    _one_at_a_time()
    batch = _lock(batch)
    if batch.state != Batch.State.PREVIEWED:
        return batch
    context = queries.context_of(batch, by=by, at=at)
    preview = queries.look_again(batch, by=by, at=at)
    if preview.missing or (preview.refused and not skip_bad_rows):
        raise NotAllIn(preview)
    writing = [row for row in preview.rows if row.outcome in (Row.Outcome.NEW, Row.Outcome.CHANGED)]
    done = {row.line: found for row, found in zip(writing, kind.apply_all(writing, context), strict=True)}
    rows = []
    for parsed in progress(preview.rows):
        row = Row(batch=batch, line=parsed.line, outcome=parsed.outcome, effects=done.get(parsed.line, []))
        if parsed.outcome in (Row.Outcome.QUESTION, Row.Outcome.REFUSED):
            row.values = parsed.raw
        elif parsed.outcome == Row.Outcome.SAME and (here := kind.about(parsed)):
            row.effects = [effects.about(here)]
        rows.append((row, parsed))
    kind.finish(preview.rows, context)
    # Only now is it known which records the people of this very sheet became.
    for row, parsed in rows:
        row.problems = [problem.as_json() for problem in parsed.problems]
    Row.objects.bulk_create([row for row, _parsed in rows], batch_size=500)
    batch.state, batch.imported_at, batch.by, batch.sheet = Batch.State.IMPORTED, at, by, None
    batch.counts = preview.counts
    batch.problems = [problem.as_json() for problem in preview.problems]
    batch.save(update_fields=["state", "imported_at", "by", "sheet", "counts", "problems"])
    if set(batch.counts) & {Row.Outcome.NEW, Row.Outcome.CHANGED, Row.Outcome.QUESTION}:
        record("import.done", batch, by=by, at=at, organization=batch.organization, sheet=batch.kind, **batch.counts)
    return batch


@transaction.atomic(durable=True)
def take_back(batch: Batch, *, by, at) -> Batch:
    """Undo what the batch did, latest first. What somebody acted on since stays, and its row says so."""
    policies.take_back.check(by, batch)
    _one_at_a_time()
    batch = _lock(batch)
    if batch.state != Batch.State.IMPORTED:
        if batch.state == Batch.State.PREVIEWED:
            raise Refused(_("This sheet was only looked at, so there is nothing to take back."))
        return batch
    kind, context = kinds.get(batch.kind), queries.context_of(batch, by=by, at=at)
    rows = list(batch.rows.order_by("-line").defer("values"))
    said = {row.pk: row.problems for row in rows}
    _restore(rows, kind, context)
    _delete(rows, kind, context)
    batch.rows.update(values={})
    Row.objects.bulk_update([row for row in rows if row.problems != said[row.pk]], ["problems"], batch_size=500)
    batch.state, batch.undone_at, batch.sheet = Batch.State.UNDONE, at, None
    batch.save(update_fields=["state", "undone_at", "sheet"])
    record(
        "import.undone",
        batch,
        by=by,
        at=at,
        organization=batch.organization,
        sheet=batch.kind,
        kept=queries.kept_rows(batch),
    )
    return batch


def _restore(rows, kind, context) -> None:
    """Earlier values back, where nobody has changed them since."""
    things = effects.load([e for row in rows for e in row.effects if not e.get("made")])
    for row in rows:
        for effect in reversed(row.effects):
            thing = things.get((effect["model"], effect["pk"]))
            if effect.get("made") or not effect["before"] or thing is None:
                continue
            if effects.differs(thing, effect["after"]):
                _keep(row, "kept_changed", thing)
                continue
            effects.restore(thing, effect["before"])
            kind.restored(effect["model"], thing, effect["before"], context)


def _delete(rows, kind, context) -> None:
    """Made rows away: those that nothing stands on first, then what they stood on, until no more can go."""
    things = effects.load([e for row in rows for e in row.effects if e.get("made")], kind.along)
    whose = {(e["model"], e["pk"]): (row, e) for row in rows for e in row.effects if e.get("made")}
    left = {}
    for key, thing in things.items():
        row, effect = whose[key]
        if effects.differs(thing, effect["after"]) or kind.stays(key[0], thing):
            _keep(row, "kept_acted", thing)
        else:
            left[key] = thing
    while left:
        gone = _delete_once(left, whose, kind, context)
        if not gone:
            break
        left = {key: thing for key, thing in left.items() if key not in gone}
    for key, thing in left.items():
        _keep(whose[key][0], "kept_held", thing)


def _delete_once(left, whose, kind, context) -> set:
    gone = set()
    labels = {}
    for label, pk in left:
        labels.setdefault(label, set()).add(pk)
    for label in labels:
        held = effects.held(label, labels[label])
        free = [left[label, pk] for pk in sorted(labels[label], reverse=True) if pk not in held]
        if not free:
            continue
        going = effects.delete(free, lambda things, label=label: kind.going(label, things, context))
        gone |= {(label, pk) for pk in going}
    return gone


def _keep(row: Row, code: str, thing) -> None:
    row.problems = [*row.problems, note(code, thing=str(thing)).as_json()]  # saved with the others


@transaction.atomic(durable=True)
def answer(row: Row, *, same_as: int | None, by, at) -> Row:
    """Say whether the row is about one of those it may be (`same_as`), or about somebody else (None). Then bring it in.

    Rows of the same sheet about the same person get the same answer.
    """
    _one_at_a_time()
    row = Row.objects.select_for_update(of=("self",), no_key=True).select_related("batch__organization").get(pk=row.pk)
    if row.answered_at or row.outcome != Row.Outcome.QUESTION or row.batch.state != Batch.State.IMPORTED:
        return row
    kind, context = kinds.get(row.batch.kind), queries.context_of(row.batch, by=by, at=at)
    candidates = kind.candidates(row)
    policies.answer.check(by, row, candidates)
    if same_as is not None and same_as not in candidates:
        raise Refused(_("Choose one of the people shown."))
    for waiting in kind.asked_together(row):
        waiting.effects = kind.apply_answer(waiting, same_as, context)
        waiting.answered_at, waiting.values = at, {}
        waiting.save(update_fields=["effects", "answered_at", "values"])
        record(
            "import.answered",
            row.batch,
            by=by,
            at=at,
            organization=row.batch.organization,
            line=waiting.line,
            same_as=same_as,
        )
        if same_as is None:  # the first of them made the person; the others are about the same one
            same_as = kind.person_made(waiting)
    return Row.objects.select_related("batch").get(pk=row.pk)


@transaction.atomic(durable=True)
def forget(*, at) -> int:
    """Sheets only looked at go after a week, the text of refused rows after a month. Returns how many sheets went."""
    old = Batch.objects.filter(state=Batch.State.PREVIEWED, created_at__lt=at - timedelta(days=7))
    gone, _per_model = old.delete()
    Row.objects.filter(outcome=Row.Outcome.REFUSED, batch__imported_at__lt=at - timedelta(days=30)).exclude(
        values={}
    ).update(values={})
    return gone


def _lock(batch: Batch) -> Batch:
    return Batch.objects.select_for_update(of=("self",), no_key=True).select_related("organization").get(pk=batch.pk)


def _one_at_a_time() -> None:
    """Imports judge rows against what is already here, so two must not do so at once."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('imports'))")
    except OperationalError as problem:  # waited longer than the database lets anybody wait
        raise Refused(
            _("The database is away, or another import is running. Nothing was saved; try again in a minute.")
        ) from problem
