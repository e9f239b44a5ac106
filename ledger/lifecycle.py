"""A life cycle is a table: one object feeds the guard, the buttons, the documentation and the tests."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .log import record


class IllegalStep(Exception):
    """The record is no longer in a state from which this step is possible; the message says so to a person."""


@dataclass(frozen=True)
class Step:
    """One allowed step. `to` is the new state, `event` the ledger's word for it, `label` the button's word."""

    name: str
    sources: tuple[str, ...]
    to: str
    label: str = ""


@dataclass(frozen=True)
class Lifecycle:
    """The states of one kind of record and the steps between them."""

    name: str
    start: str
    steps: tuple[Step, ...] = field(default_factory=tuple)

    def __getitem__(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)

    def open_steps(self, state: str) -> list[Step]:
        """The steps possible from `state`: what buttons to show."""
        return [step for step in self.steps if state in step.sources]

    def states(self) -> set[str]:
        return {self.start} | {step.to for step in self.steps} | {s for step in self.steps for s in step.sources}

    def diagram(self) -> str:
        """The table as a picture for the documentation (Mermaid); a test keeps the two the same."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.start}"]
        for step in self.steps:
            lines += [f"    {source} --> {step.to}: {step.name}" for source in step.sources]
        return "\n".join(lines)

    def lock(self, thing):
        """The record re-read and locked, so that two people pressing at once cannot both succeed."""
        return type(thing)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=thing.pk)

    def advance(self, thing, name: str, *, by, at, organization=None, changes=None, **facts):
        """Take the step on a freshly locked row, save what it changes, record the event; return the fresh record.

        Raises IllegalStep with a sentence for the reader when the state has moved on.
        """
        step = self[name]
        fresh = self.lock(thing)
        if fresh.state not in step.sources:
            raise IllegalStep(_("This was already changed by somebody else. Look at it again before you go on."))
        changes = {"state": step.to, **(changes or {})}
        for field_name, value in changes.items():
            setattr(fresh, field_name, value)
        fresh.save(update_fields=list(changes))
        record(f"{self.name}.{name}", fresh, by=by, at=at, organization=organization, **facts)
        return fresh
