"""How Celery's own processes say that they live: a worker while it listens to the broker, beat while it ticks."""

from celery import beat, bootsteps, signals

from ledger.heartbeats import EVERY, Pulse, me

# Queue -> what whoever serves it is called.
WORK = {"celery": "worker", "mail": "sender"}


class Listening(bootsteps.StartStopStep):
    """Beats from a worker's own loop for as long as it is connected: a worker that hears no bell falls silent."""

    requires = {"celery.worker.consumer.tasks:Tasks"}

    def __init__(self, consumer, **kwargs):
        super().__init__(consumer, **kwargs)
        self.timer = None

    def start(self, consumer):
        queues = consumer.app.amqp.queues.consume_from
        pulse = Pulse([kind for queue, kind in WORK.items() if queue in queues], consumer.hostname)
        pulse()
        self.timer = consumer.timer.call_repeatedly(EVERY.total_seconds(), pulse)

    def stop(self, consumer):
        if self.timer:
            self.timer.cancel()
            self.timer = None

    shutdown = stop


@signals.worker_shutdown.connect
def goodbye(sender=None, **_):
    """A worker that was stopped in good order is not missed."""
    Pulse([], str(getattr(sender, "hostname", sender))).gone()


class Scheduler(beat.Scheduler):
    """Celery's beat without a file: when a job was last begun stands in PostgreSQL (ledger.turns)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.pulse = Pulse(["beat"], me("beat"))

    def tick(self, *args, **kwargs):
        self.pulse()
        return super().tick(*args, **kwargs)

    def close(self):
        super().close()
        self.pulse.gone()
