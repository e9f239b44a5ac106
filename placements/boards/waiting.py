"""Who is certified and not placed, row by row: kept when something about a person changes, and looked through in turn.

1. What the ledger says of a person or an opening wakes this room (`jobs.py`), which writes their rows anew at once and
   marks them to be looked at once more: matching hears of the same, and may be later.
2. Every few minutes the rows longest not looked at are written anew (`look_again`), and whoever has none gets one.
3. A page reads the rows in their order, then asks of the few it shows whether they still belong there (`rows.py`): an
   agreement taken back bites on the next request, whatever stands here.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from matching import live
from programs.models import Certification

from .. import queries
from ..models import Waiting

BATCH = 500
FRESH = timedelta(hours=6)
STINT = 60  # seconds
# A row that has to be looked at once more: it comes first.
SOON = datetime(2000, 1, 1, tzinfo=timezone.get_default_timezone())


def refresh(trainees: Iterable[int], *, at, again: bool = False) -> int:
    """Write these people's rows as things stand; whoever does not belong on the board has none. Returns how many do.

    `again`: they are looked at once more soon. Safe to run twice and side by side.
    """
    ids, kept = sorted(set(trainees)), 0
    for start in range(0, len(ids), BATCH):
        kept += _refresh(ids[start : start + BATCH], timezone.localdate(at), SOON if again else at)
    return kept


@transaction.atomic
def _refresh(ids: list[int], today, checked_at) -> int:
    found = list(queries.certified_not_placed(today).filter(pk__in=ids).values_list("pk", "since", "block", "county"))
    short = defaultdict(set)
    for pair in live.of_people([pk for pk, _since, block, _county in found if block == "near"], today):
        if pair.state == "near":
            short[pair.trainee_id] |= set(pair.missing)
    Waiting.objects.filter(pk__in=set(ids) - {row[0] for row in found}).delete()
    Waiting.objects.bulk_create(
        [
            Waiting(
                trainee_id=pk, since=since, block=block, county=county, missing=sorted(short[pk]), checked_at=checked_at
            )
            for pk, since, block, county in sorted(found)
        ],
        update_conflicts=True,
        unique_fields=["trainee"],
        update_fields=["since", "block", "county", "missing", "checked_at"],
    )
    return len(found)


def look_again(*, at) -> int:
    """Give a row to whoever has none, and write the rows anew that nobody looked at for six hours; for a minute."""
    end, done = monotonic() + STINT, 0
    # Without asking the rules of anybody: that is what the rows are for.
    valid = Certification.objects.valid(timezone.localdate(at)).filter(trainee=OuterRef("pk"))
    missing = queries.belonging().filter(Exists(valid), waiting=None).order_by("pk").values_list("pk", flat=True)
    stale = Waiting.objects.filter(checked_at__lt=at - FRESH).order_by("checked_at").values_list("pk", flat=True)
    for rows in (missing, stale):
        ids = list(rows)
        for start in range(0, len(ids), BATCH):
            if monotonic() > end:
                return done
            done += refresh(ids[start : start + BATCH], at=at)
    return done
