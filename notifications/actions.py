"""What people decide about their messages."""

from django.db import transaction

from .models import Preference
from .topics import TOPICS


@transaction.atomic(durable=True)
def choose_frequencies(user, chosen: dict[str, str]) -> None:
    """Keep how often the person wants mail about each topic; it counts for what is still waiting, too."""
    for topic in TOPICS:
        Preference.objects.update_or_create(user=user, topic=topic, defaults={"frequency": chosen[topic]})
