"""The watch: a process that needs no broker. It does what the bells should have woken somebody to do.

While Celery is well it finds nothing to do but look. When the broker or every worker is away, it sweeps in their place,
so that whatever was decided still happens within a minute; it also does the daily and nightly jobs whose bell nobody
heard. Matching and letters each have a thread of their own, as they have workers of their own. See docs/adr/0010.
"""

import logging
import signal
import threading
from datetime import timedelta

from django.db import close_old_connections, connections
from django.utils import timezone

from ledger import heartbeats, scopes, turns
from pipeline.schedule import jobs

log = logging.getLogger(__name__)

LOOK = 5  # seconds
# After a start the bells are given this long to be heard.
PATIENCE = timedelta(seconds=40)


class Watch:
    """Looks after every queue until it is asked to stop."""

    def __init__(self):
        self.stop = threading.Event()
        self.name = heartbeats.me("watch")

    def run(self) -> None:
        """Stand watch until SIGTERM or Ctrl-C; what is being done then is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        since = timezone.now()
        queues = sorted({job.queue for job in jobs().values()})
        threads = [threading.Thread(target=self._stand, args=(queue, since), name=queue) for queue in queues]
        for thread in threads:
            thread.start()
        pulse = heartbeats.Pulse(["watch"], self.name)
        while not self.stop.wait(LOOK):
            # One that died takes the whole process with it, and the supervisor starts that again.
            if not all(thread.is_alive() for thread in threads):
                self.stop.set()
                raise SystemExit(1)
            pulse()
            _quietly(lambda: heartbeats.forget(at=timezone.now()))
        for thread in threads:
            thread.join()
        pulse.gone()

    def _stand(self, queue: str, since) -> None:
        with scopes.job("watch"):
            while not self.stop.wait(LOOK):
                _quietly(lambda: self.look(queue, at=timezone.now(), since=since))

    def look(self, queue: str, *, at, since) -> list[str]:
        """Do what nobody heard the bell of; the names of the jobs that were done."""
        if at < since + PATIENCE:
            return []
        mine = [job for job in jobs().values() if job.queue == queue]
        done = []
        for job in turns.overdue(mine, at=at, since=since):
            log.warning("nobody heard the bell of %s: done by the watch", job.name)
            try:
                if turns.take(job, by=self.name):
                    done.append(job.name)
            except Exception as error:  # one that fails must not cost the others their turn; take() wrote it down
                log.warning("%s failed: %s", job.name, error)
        return done


def _quietly(look) -> None:
    """Look, whatever happens: while PostgreSQL is away there is nothing to do but look again."""
    try:
        close_old_connections()
        look()
    except Exception as error:
        log.warning("the watch could not look: %s: %s", type(error).__name__, error)
    finally:
        # Nothing is held between two looks, so that a restart of PostgreSQL is met with a new connection.
        connections.close_all()
