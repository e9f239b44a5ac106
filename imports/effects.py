"""What a row made or changed, written so that it can be taken back: model, row number, values before and after."""

from collections.abc import Callable

from django.apps import apps
from django.db import connection, transaction
from django.db.models import SET_NULL, Model
from django.db.models.deletion import ProtectedError, RestrictedError

# Rows that are computed from others, or only tell of them, and go when those go. Named by label: those rooms are
# downstream of this one.
DERIVED = {
    "accounts.recordview",
    "account.emailaddress",
    "matching.match",
    "notifications.delivery",
    "notifications.notice",
    "notifications.preference",
    "placements.waiting",
}


def made(thing: Model, *fields: str) -> dict:
    """`fields` are watched: when one has changed since, somebody acted on it and an undo leaves it."""
    return {"model": thing._meta.label_lower, "pk": thing.pk, "made": True, "after": _values(thing, fields)}


def changed(thing: Model, before: dict) -> dict:
    """`before` holds the earlier values, as from `update`."""
    return {"model": thing._meta.label_lower, "pk": thing.pk, "before": before, "after": _values(thing, before)}


def about(thing: Model) -> dict:
    """A row that added nothing to what is here; taking it back takes nothing."""
    return {"model": thing._meta.label_lower, "pk": thing.pk, "before": {}, "after": {}}


def things(row) -> list[tuple[str, int]]:
    """Model and number of each thing that a row made, changed or is about."""
    return [(effect["model"], effect["pk"]) for effect in row.effects]


def update(thing: Model, values: dict) -> dict | None:
    """Set what differs and save only that; return the effect, or None when nothing differs."""
    new = {name: value for name, value in values.items() if getattr(thing, name) != value}
    if not new:
        return None
    before = _values(thing, new)
    for name, value in new.items():
        setattr(thing, name, value)
    thing.save(update_fields=list(new))
    return changed(thing, before)


def _values(thing: Model, names) -> dict:
    return {name: _as_json(thing, name) for name in names}


def _as_json(thing: Model, name: str):
    field = thing._meta.get_field(name)
    value = getattr(thing, field.attname)
    return value if isinstance(value, str | int | float | bool | list | type(None)) else field.value_to_string(thing)


def differs(thing: Model, after: dict) -> bool:
    return any(_as_json(thing, name) != value for name, value in after.items())


def restore(thing: Model, before: dict) -> None:
    for name, value in before.items():
        field = thing._meta.get_field(name)
        setattr(thing, field.attname, value if isinstance(value, list) else field.to_python(value))
    thing.save(update_fields=list(before))


def load(effects: list[dict], along: dict[str, tuple[str, ...]] | None = None) -> dict[tuple[str, int], Model]:
    """The rows that effects speak of and that still exist, one query per model. `along` says, by label, which of the
    rows that they point to come with them."""
    wanted: dict[str, set] = {}
    for effect in effects:
        wanted.setdefault(effect["model"], set()).add(effect["pk"])
    found = {}
    for label, pks in wanted.items():
        rows = apps.get_model(label)._default_manager.filter(pk__in=pks).order_by("pk")
        if along and label in along:
            rows = rows.select_related(*along[label])
        for thing in rows:
            found[label, thing.pk] = thing
    return found


def held(label: str, pks: set) -> dict[int, str]:
    """Which of these rows others stand on, and by what; derived ones do not count. One question for all of them."""
    others = [relation for relation in _pointing_at(apps.get_model(label)) if not _goes_along(relation)]
    return {pk: relation.related_model._meta.label_lower for relation, pk in reversed(_who(others, pks))}


def delete(things: list[Model], first: Callable[[list[Model]], None]) -> set[int]:
    """Do `first` and delete them; the numbers of those that went. Nothing but what is derived stands on them (`held`);
    that goes along, and where the database holds on to it, the thing stays.

    As Django's own `delete`, which asks every table anew for each hundred rows.
    """
    numbers, model = {thing.pk for thing in things}, type(things[0])
    along: dict = {}
    for relation, pk in _who([relation for relation in _pointing_at(model) if _goes_along(relation)], numbers):
        along.setdefault(relation, set()).add(pk)
    try:
        with transaction.atomic():
            first(things)
            for relation, pks in along.items():
                rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": pks})
                # Who looked at somebody's record stays on that person's page, also without the looker's organization.
                rows.update(**{relation.field.name: None}) if relation.on_delete is SET_NULL else rows.delete()
            gone = model._base_manager.filter(pk__in=numbers)
            gone._raw_delete(gone.db)
    except (ProtectedError, RestrictedError):
        # One of several is held: each on its own, so that the others go.
        return set().union(*(delete([thing], first) for thing in things)) if len(things) > 1 else set()
    return numbers


def _pointing_at(model: type[Model]) -> list:
    """Every relation by which rows of other tables, or of its own, point at rows of this one."""
    found = [field for field in model._meta.get_fields(include_hidden=True) if field.auto_created]
    return [field for field in found if (field.one_to_many or field.one_to_one) and not field.concrete]


def _goes_along(relation) -> bool:
    other = relation.related_model
    return other._meta.label_lower in DERIVED or bool(other._meta.auto_created)


def _who(relations: list, pks: set) -> list[tuple]:
    """By which of these relations any row points at which of these: (relation, number of what it points at)."""
    if not relations or not pks:
        return []
    quote, number = connection.ops.quote_name, relations[0].model._meta.pk.rel_db_type(connection)
    # Said once for all: the numbers are many, and so are the tables.
    asked = [
        f"SELECT DISTINCT {place}, {column} FROM {table}"  # noqa: S608 - names of ours
        f" WHERE {column} = ANY ((SELECT pks FROM these)::{number}[])"
        for place, (table, column) in enumerate(
            (quote(relation.related_model._meta.db_table), quote(relation.field.column)) for relation in relations
        )
    ]
    with connection.cursor() as cursor:
        said = f"WITH these AS (SELECT %s::{number}[] AS pks) {' UNION ALL '.join(asked)} ORDER BY 1, 2"
        cursor.execute(said, [sorted(pks)])
        return [(relations[place], pk) for place, pk in cursor.fetchall()]
