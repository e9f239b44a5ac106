"""The system check: a model that could hold something personal stands in a room's `personal.py`, or the site does not
start."""

from django.apps import apps
from django.core.checks import Error, register
from django.db import models

from . import registry

# What a field is called when it tells who somebody is or how to reach them.
TELLING = {
    *("name", "full_name", "first_name", "last_name", "given_name", "email", "given_email", "mail", "phone"),
    *("given_phone", "mobile", "number", "address", "street", "birthday", "born_on", "birth_date", "ip", "user_agent"),
    *("zip", "latitude", "longitude"),
}
PEOPLE = {"accounts.user", "accounts.traineeprofile"}


def telling_fields(model) -> set[str]:
    """Fields of a model that could hold something of a person: who they are, how to reach them, or anything at all."""
    return {field.name for field in model._meta.get_fields() if field.concrete and _tells(field)}


def _tells(field) -> bool:
    if field.is_relation:
        related = field.related_model
        label = related if isinstance(related, str | None) else related._meta.label
        return bool(label) and label.lower() in PEOPLE
    if isinstance(field, models.EmailField | models.GenericIPAddressField | models.JSONField | models.FileField):
        return True
    return field.name in TELLING


def _unsaid(model) -> Error | None:
    label = model._meta.label
    telling = telling_fields(model)
    if not telling or registry.is_nobodys(label):
        return None
    entry = registry.entry(label)
    if entry is None:
        return Error(
            f"{label} could hold something of a person ({', '.join(sorted(telling))}) and no personal.py names it.",
            hint="Say in the room's personal.py whose its rows are and what erasing does; or that it is nobody's.",
            id="record.E001",
        )
    said = {name.split("__")[0] for name in entry.show} | entry.covers
    if forgotten := telling - said:
        return Error(
            f"{label}: {', '.join(sorted(forgotten))} could hold something of a person and is not spoken of.",
            hint="Add it to `show` (it is in the person's copy) or to `covers` in the room's personal.py.",
            id="record.E002",
        )
    return None


@register("record")
def every_personal_field_is_registered(app_configs=None, **_):
    """A new table about people says how it is exported and erased."""
    wanted = app_configs or apps.get_app_configs()
    tables = [
        model
        for config in wanted
        for model in config.get_models(include_auto_created=True)
        if not model._meta.proxy and not model._meta.abstract
    ]
    found = (_unsaid(model) for model in tables)
    return [error for error in found if error]
