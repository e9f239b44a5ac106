"""The demo region: invented people, employers, locals and sponsors, every one marked as an example.

`plant(at=...)` fills the database in one transaction. The same day gives the same region: one seed for the dice, and
dates counted from today. Facts are written in bulk and nobody is told of them; matching then looks at everything once,
quietly, and referrals grow from the matches it found.
"""

import random
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from ledger.models import Event
from matching import nightly
from placements.boards import waiting

DICE = 20_260


@dataclass
class Ground:
    """What every step of the seeding shares: the moment, the dice, and the events to be written at the end."""

    at: datetime
    dice: random.Random = field(default_factory=lambda: random.Random(DICE))  # noqa: S311 (examples, not secrets)
    events: list[Event] = field(default_factory=list)

    @property
    def today(self) -> date:
        return timezone.localtime(self.at).date()

    def number(self) -> uuid.UUID:
        """A public id from the dice, so that an example keeps its address from one seeding to the next."""
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)

    def moment(self, day: date, hour: int = 10, minute: int = 0) -> datetime:
        """That day at that local hour, but never later than now."""
        then = timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))  # noqa: DTZ001 (made aware)
        return min(then, self.at)

    def happened(self, kind: str, subject, *, at, by=None, organization=None, **facts) -> None:
        """An event for the timelines. No handoff is made: matching runs once, at the end."""
        self.events.append(
            Event(
                kind=kind,
                at=at,
                actor_id=by.pk if by else None,
                organization_id=organization.pk if organization else None,
                subject_type=subject._meta.model_name,
                subject_id=subject.pk,
                facts=facts,
            )
        )


@transaction.atomic
def plant(*, at: datetime, seed: int = DICE) -> dict[str, int]:
    """Fill the database with the demo region; return how many of each were made. The reference data must be loaded."""
    from . import cohorts, council_work, councils, hires, openings, organizations, past, people, referrals

    ground = Ground(at, dice=random.Random(seed))  # noqa: S311 (examples, not secrets)
    staff = organizations.plant(ground)
    classes = cohorts.plant(ground, staff)
    trainees = people.plant(ground, staff)
    offered = openings.plant(ground, staff)
    seats = councils.plant(ground, staff)
    matched = nightly.rematch(at=at, quiet=True)
    followed = referrals.plant(ground, trainees, staff)
    hired = hires.plant(ground)
    before = past.plant(ground, staff)
    council_work.plant(ground, staff)
    ground.events.sort(key=lambda event: event.at)
    Event.objects.bulk_create(ground.events, batch_size=1000)
    council_work.measure(ground)
    waiting.look_again(at=at)
    return {
        "organizations": len(staff.organizations),
        "classes": len(classes),
        "trainees": len(trainees) + before["trainees"],
        "openings": len(offered) + before["openings"],
        "council seats": seats,
        "matches": matched.made,
        "referrals": followed + before["referrals"],
        "hires": hired + before["hires"],
        "events": len(ground.events),
    }


def build(seed: int = DICE) -> dict[str, int]:
    """What `manage.py seed` calls."""
    return plant(at=timezone.now(), seed=seed)
