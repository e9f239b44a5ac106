"""What a row made or changed, written so that it can be taken back: model, row number, values before and after."""

from collections.abc import Callable

from django.apps import apps
from django.db import transaction
from django.db.models import Model
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
    """Which of these rows others stand on, and by what; derived ones do not count."""
    holders: dict[int, str] = {}
    model = apps.get_model(label)
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.one_to_many or relation.one_to_one) or not relation.auto_created or relation.concrete:
            continue
        other = relation.related_model
        if other._meta.label_lower in DERIVED or other._meta.auto_created:
            continue
        name = relation.field.name
        rows = other._base_manager.filter(**{f"{name}__in": pks}).order_by()
        for held_pk in rows.values_list(f"{name}_id", flat=True):
            holders.setdefault(held_pk, other._meta.label_lower)
    return holders


def delete(things: list[Model], first: Callable[[list[Model]], None]) -> set[int]:
    """Do `first` and delete them; the numbers of those that went. What the database holds on to stays."""
    numbers = {thing.pk for thing in things}
    try:
        with transaction.atomic():
            first(things)
            type(things[0])._default_manager.filter(pk__in=numbers).delete()
    except (ProtectedError, RestrictedError):
        # One of several is held: each on its own, so that the others go.
        return set().union(*(delete([thing], first) for thing in things)) if len(things) > 1 else set()
    return numbers
