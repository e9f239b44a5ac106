"""The tests' way through the migrations: the same database for half of the work.

Of each step Django renders the model and all its relatives anew. A new index or constraint changes nothing about the
relatives, and neither does a new model, to which they only gain a way back; so here they stay. The product of the
journeys goes the usual way.
"""

import contextlib
from collections.abc import Iterator
from unittest import mock

from django.db.migrations.state import ModelState, ProjectState


@contextlib.contextmanager
def lightly() -> Iterator[None]:
    """Inside, migrations are applied so."""
    with (
        mock.patch.object(ProjectState, "_append_option", _append_option),
        mock.patch.object(ProjectState, "add_model", _add_model),
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
