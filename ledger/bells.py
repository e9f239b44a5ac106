"""Ringing Celery. A broker that is away is no harm: the sweep finds the work, and nobody waits or fails for it.

A bell that is on its way is not rung again: whoever hears it takes all that waits. The broker remembers that with a
mark (`once`) that the hearer wipes before looking (`heard`), and that fades by itself should the bell be lost.
"""

import logging
import time
from functools import cache

from django.conf import settings
from redis import Redis

log = logging.getLogger(__name__)

# A broker that does not answer at all costs seconds to notice. For so long nobody else of this process tries.
PAUSE = 15
# For so long a bell is believed to be on its way.
FADES = 2
_silent_until = 0.0


def ring(task, *, once: str = "", within: float = 0, **values) -> bool:
    """Ring for this task; False when nobody could hear it.

    `once` names the bell: while one of that name is on its way no other is sent. With `within`, none for that many
    seconds, heard or not.
    """
    global _silent_until
    if time.monotonic() < _silent_until:
        return False
    try:
        if once and not _first(once, within or FADES):
            return True
        task.delay(**values)
    except Exception as away:
        _silent_until = time.monotonic() + PAUSE
        log.warning("broker away, the sweep will do %s: %s", task.name, away)
        return False
    return True


def heard(once: str) -> None:
    """Say that this bell was heard: what happens from now on rings again. Before the work is looked at."""
    try:
        _broker().delete(_mark(once))
    except Exception as away:
        log.warning("broker away, %s fades: %s", once, away)


def _first(once: str, seconds: float) -> bool:
    return bool(_broker().set(_mark(once), 1, nx=True, px=int(seconds * 1000)))


@cache
def _broker() -> Redis:
    """A line of our own: Celery's connections are in the middle of its own conversations."""
    return Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=2)


def _mark(once: str) -> str:
    return f"throughline:bell:{once}"
