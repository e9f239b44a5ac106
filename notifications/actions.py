"""What people decide about their messages."""

from django.db import transaction

from . import outbox
from .models import Delivery, Preference
from .topics import TOPICS


@transaction.atomic(durable=True)
def choose_frequencies(user, chosen: dict[str, str], *, at) -> None:
    """Keep how often the person wants mail about each topic; it counts for what is still waiting, too."""
    for topic in TOPICS:
        frequency = chosen[topic]
        Preference.objects.update_or_create(user=user, topic=topic, defaults={"frequency": frequency})
        waiting = Delivery.objects.filter(user=user, notice__topic=topic, state=Delivery.State.WAITING)
        if frequency == Preference.Frequency.NOW:
            if waiting.update(state=Delivery.State.QUEUED, due_at=at):
                outbox.ring()
        elif frequency != Preference.Frequency.OFF:  # what is off is withheld when its hour comes
            waiting.update(due_at=outbox.next_digest(at, user.time_zone, frequency))
