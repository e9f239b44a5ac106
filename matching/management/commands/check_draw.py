"""`manage.py check_draw <public id>`: draw a closed opening's list again from its seed and compare."""

from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ledger.log import history
from matching import order, replay
from openings.models import Opening
from openings.seal import opened_seed


class Command(BaseCommand):
    help = "Check the seal of a closed opening, and draw its last list again from the seed and the tickets."

    def add_arguments(self, parser):
        parser.add_argument("public_id", help="the id in the opening's address")

    def handle(self, *, public_id, **_options):
        opening = _closed(public_id)
        seed = _seed(opening)
        self.stdout.write(f"seal  {order.sealed(seed)}\nseed  {seed.hex()}\nThe seed is the one that was sealed.")
        past = replay.at_moment(opening.pk, _last_moment(opening))
        if past.reason:
            raise CommandError(f"No list is known of {past.moment:%Y-%m-%d %H:%M}: {past.reason}.")
        drawn = {p.trainee_id: order.draw(seed, past.tickets[p.trainee_id]) for p in past.passing}
        again = sorted(past.passing, key=lambda p: (order.NO_KEY if p.key is None else p.key, drawn[p.trainee_id]))
        wrong = [p.place for p, other in zip(past.passing, again, strict=True) if p.trainee_id != other.trainee_id]
        wrong += [p.place for p in past.passing if p.draw != drawn[p.trainee_id]]
        for p in past.passing:
            self.stdout.write(f"{p.place:5}  {order.shown(past.tickets[p.trainee_id])}  {drawn[p.trainee_id].hex()}")
        if wrong:
            raise CommandError(f"Drawn again, these places differ: {sorted(set(wrong))}.")
        self.stdout.write(f"{len(again)} people, drawn again: the same order.")


def _closed(public_id) -> Opening:
    try:
        opening = Opening.objects.filter(public_id=public_id).first()
    except ValidationError:
        opening = None
    if opening is None:
        raise CommandError("There is no such opening.")
    if not opened_seed(opening):
        raise CommandError("The seed is shown once the opening is closed.")
    return opening


def _seed(opening: Opening) -> bytes:
    """The seed as the ledger has it, if it is the one that every event sealed."""
    facts = list(history(opening).values_list("facts", flat=True))
    seeds = {f["lottery_seed"] for f in facts if "lottery_seed" in f} | {opened_seed(opening)}
    seals = {f["seed_sha256"] for f in facts if "seed_sha256" in f}
    if not seals:
        raise CommandError("The ledger has no seal of this opening.")
    if seals != {order.sealed(bytes.fromhex(seed)) for seed in seeds}:
        raise CommandError(f"The seal does not fit the seed: sealed {sorted(seals)}, seed {sorted(seeds)}.")
    return bytes.fromhex(seeds.pop())


def _last_moment(opening: Opening) -> datetime:
    """The last moment it was offered: when it closed, or the end of its last day."""
    if opening.closes_on is None:
        return opening.closed_at
    end = datetime.combine(opening.closes_on + timedelta(days=1), time(), timezone.get_default_timezone())
    return min(opening.closed_at, end - timedelta(microseconds=1))
