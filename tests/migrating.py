"""The tests' way through the migrations: the same database for a quarter of the work.

Of each step Django renders the model and all its relatives anew. A new index, constraint or field changes nothing about
the relatives, and neither does a new model, to which they only gain a way back; so here they stay. Whoever asks for
more than the model itself, a step in Python or a changed key, finds all of them rendered anew, as Django provides for
what it calls delayed. The product of the journeys goes the usual way.
"""

import contextlib
from collections.abc import Iterator
from unittest import mock

from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED, Field


@contextlib.contextmanager
def lightly() -> Iterator[None]:
    """Inside, migrations are applied so."""
    with (
        mock.patch.object(ProjectState, "_append_option", _append_option),
        mock.patch.object(ProjectState, "add_model", _add_model),
        mock.patch.object(ProjectState, "add_field", _add_field),
        mock.patch.object(ProjectState, "reload_model", _reload_model),
    ):
        yield


def _append_option(self: ProjectState, room: str, name: str, option: str, one: object) -> None:
    options = self.models[room, name].options
    options[option] = [*options[option], one]
    if "apps" in self.__dict__:
        meta = self.apps.get_model(room, name)._meta
        setattr(meta, option, [*getattr(meta, option), one])


def _add_model(self: ProjectState, model: ModelState) -> None:
    key = model.app_label, model.name_lower
    self.models[key] = model
    if self._relations is not None:
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.apps.render_multiple([model])


def _add_field(self: ProjectState, room: str, name: str, field_name: str, field: Field, preserve_default: bool) -> None:
    key = room, name
    if not preserve_default:
        field = field.clone()
        field.default = NOT_PROVIDED
    self.models[key].fields[field_name] = field
    if self._relations is not None:
        self.resolve_model_field_relations(key, field_name, field)
    self.reload_model(*key, delay=True)


def _reload_model(self: ProjectState, room: str, name: str, delay: bool = False) -> None:
    if "apps" in self.__dict__:
        self.is_delayed = True
        if delay:
            self._reload({(room, name)})
        else:
            del self.__dict__["apps"]
