"""A full load: 50,000 people and 200,000 referrals with eighteen months of history, by set-based SQL in two minutes.

What the boards and the measures are timed on. Every number comes from a hash of the seed and the row, so the same seed
and day make the same world, whatever the machine. Most people were certified and are still looking; four in ten were
hired once. A referral is in the state its events say, and the events stand in the ledger in the order of their time.
"""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from ledger.models import Event
from matching import nightly
from matching.models import Match
from placements.models import Referral
from programs.models import Certification

from .answers import ANSWERS
from .bodies import BODIES
from .world import SEED, World, dice

STEPS = (dice, *BODIES, *ANSWERS)


@transaction.atomic
def build(seed: int = SEED, people: int = 50_000, referrals: int = 200_000, at: datetime | None = None) -> dict:
    """Fill the database; returns how many of each were made. The reference data must be loaded."""
    at = at or timezone.now()
    with connection.cursor() as cursor:
        world = World(cursor, seed, people, referrals, at)
        for step in STEPS:
            step(world)
        for table in world.filled:
            cursor.execute(f'ANALYZE "{table}"')
    if not nightly.fill(at=at):  # what matching reads; nobody is told anything
        nightly.recheck(nightly.Report(), at=at, quiet=True)
    return {
        "people": people,
        "certificates": Certification.objects.count(),
        "openings": world.openings,
        "matches": Match.objects.count(),
        "referrals": Referral.objects.count(),
        "events": Event.objects.count(),
    }
