"""Ringing Celery. A broker that is away is no harm: the sweep finds the work, and nobody waits or fails for it."""

import logging
import time

log = logging.getLogger(__name__)

# A broker that does not answer at all costs seconds to notice. For so long nobody else of this process tries.
PAUSE = 15
_silent_until = 0.0


def ring(task, **values) -> bool:
    """Ring for this task; False when nobody could hear it."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return False
    try:
        task.delay(**values)
    except Exception as away:
        _silent_until = time.monotonic() + PAUSE
        log.warning("broker away, the sweep will do %s: %s", task.name, away)
        return False
    return True
