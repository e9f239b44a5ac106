"""What people decide about messages, and about addresses that refuse them."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from . import addresses, outbox
from .models import Delivery, Preference, Task, Way
from .preferences import next_digest

# What did not reach an address is sent again when the address is confirmed this soon; older news is in the inbox.
SENT_AGAIN_WITHIN = timedelta(days=14)


@transaction.atomic(durable=True)
def choose_frequencies(user, chosen: dict[str, str], *, at) -> None:
    """Keep how often the person wants mail about each topic; it counts for what is still waiting, too."""
    for topic, frequency in chosen.items():
        Preference.objects.update_or_create(user=user, topic=topic, defaults={"frequency": frequency})
        # Only the emails: how often one gets texts is not chosen here.
        waiting = Delivery.objects.filter(
            user=user, channel=Way.EMAIL, notice__topic=topic, state=Delivery.State.WAITING
        )
        if frequency == Preference.Frequency.NOW:
            if waiting.update(state=Delivery.State.QUEUED, due_at=at):
                outbox.ring()
        elif frequency != Preference.Frequency.OFF:  # what is off is withheld when its hour comes
            waiting.update(due_at=next_digest(at, user.time_zone, frequency))


@transaction.atomic(durable=True)
def confirm_address(channel: str, address: str, *, by, at) -> int:
    """The address is right after all: write there again, first what lately did not reach it. Returns how many."""
    if not addresses.accept(channel, address, by=by, at=at):
        return 0
    refused = Q(state__in=[Delivery.State.FAILED, Delivery.State.BOUNCED], reason=Delivery.Reason.REFUSED)
    unsent = Q(state=Delivery.State.WITHHELD, reason=Delivery.Reason.ADDRESS)
    rows = Delivery.objects.filter(refused | unsent, channel=channel, address=address, notice__isnull=False)
    return outbox.again(rows.filter(created_at__gt=at - SENT_AGAIN_WITHIN), by=by, at=at)


@transaction.atomic(durable=True)
def finish_task(task: Task, *, by, at) -> bool:
    """The person did what was asked; whether it was still to do."""
    return bool(Task.objects.filter(pk=task.pk, done_at=None).update(done_at=at, done_by=by))


@transaction.atomic(durable=True)
def reopen_task(task: Task, *, by, at) -> bool:
    """It was not done after all; whether it had been marked so."""
    return bool(Task.objects.filter(pk=task.pk, done_at__isnull=False).update(done_at=None, done_by=None))
