"""The world of doors: two regions, three organizations of every kind, every role in each, records of every kind.

Texts that belong to somebody are marked: every name, address, number and note holds a word that stands nowhere else (a
canary). Whoever finds one in an answer knows whose it is, and of what class, and so whether it may stand there
(tests/house/may_see.yml). `manage.py seed --scenario doors --canaries FILE` writes them down.

    canaries        the marked words
    organizations   who there is, and who acts for whom
    people          trainees: what they told us, their certificates, what they agreed to
    records         what happened: openings, answers, sheets, messages, tasks
    councils        an open and a closed council, with people of every role and what they work on
"""

import json
import random
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts.models import Organization, User
from ledger.models import Event
from matching import nightly

from ..demo import Ground
from .canaries import Canaries

DICE = 7


@dataclass
class Body:
    """One organization with its people and one record of each kind; `trainees` are those around it, by their part."""

    organization: Organization
    number: int  # 0, 1, 2 of its kind; region and certificates go by it
    staff: dict[str, User] = field(default_factory=dict)  # by role
    trainees: dict[str, object] = field(default_factory=dict)  # "open" said yes and shares; "quiet" does neither
    records: dict[str, object] = field(default_factory=dict)


@dataclass
class World(Ground):
    """Everything that was made, for whoever tries its doors."""

    canaries: Canaries = field(default_factory=Canaries)
    bodies: list[Body] = field(default_factory=list)
    councils: list = field(default_factory=list)  # of councils.Chamber: the open one, and the closed one
    alone: dict[str, User] = field(default_factory=dict)  # people of no organization: a council's member, the operator

    def of(self, kind: str) -> list[Body]:
        """The three organizations of one kind."""
        return [body for body in self.bodies if body.organization.kind == kind]

    def beside(self, kind: str, body: Body) -> Body:
        """The organization of that kind in the same row as this one."""
        return self.of(kind)[body.number]


@transaction.atomic
def world(*, at: datetime, seed: int = DICE) -> World:
    """Make it all; nobody is told anything. The reference data must be loaded."""
    from . import councils, organizations, people, records

    made = World(at, dice=random.Random(seed))  # noqa: S311 (examples, not secrets)
    made.canaries.dice = random.Random(seed + 1)  # noqa: S311
    organizations.plant(made)
    people.plant(made)
    records.openings(made)
    nightly.rematch(at=at, quiet=True)
    records.plant(made)
    councils.plant(made)
    made.events.sort(key=lambda event: event.at)
    Event.objects.bulk_create(made.events, batch_size=1000)
    return made


def build(seed: int = DICE, canaries: Path | None = None) -> dict[str, int]:
    """What `manage.py seed` calls; `canaries` is the file that they are written to."""
    made = world(at=timezone.now(), seed=seed)
    if canaries:
        canaries.write_text(json.dumps(made.canaries.planted, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return {
        "organizations": len(made.bodies),
        "people who act for them": sum(len(body.staff) for body in made.bodies),
        "trainees": sum(len(body.trainees) for body in made.bodies),
        "councils": len(made.councils),
        "canaries": len(made.canaries.planted),
    }
