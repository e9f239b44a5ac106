"""What a monitoring system reads at /metrics: how long answers take, what waits, who lives."""

import os

from django.db import DatabaseError, connection
from django.db.models import Count
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from ledger import heartbeats
from ledger.models import Handoff, Heartbeat, Turn
from notifications.models import Delivery
from pipeline import health

LATENCY = Histogram(
    "throughline_http_seconds",
    "How long answers take, by address and kind of answer",
    ["view", "method", "answer"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
METHODS = {"GET", "HEAD", "POST"}


def observe(request, status: int, took: float) -> None:
    """Note one answer. The labels are names of ours, never what a visitor typed."""
    found = request.resolver_match
    view = (found.view_name if found else None) or "none"
    method = request.method if request.method in METHODS else "other"
    LATENCY.labels(view, method, f"{status // 100}xx").observe(took)


class Rows:
    """What the database knows, asked at each reading."""

    def collect(self):
        """The gauges; only `throughline_up` while the database is away."""
        up = GaugeMetricFamily("throughline_up", "Whether the database answers")
        try:
            found = list(self._gauges(timezone.now()))
        except DatabaseError:
            connection.close()
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from found

    def _gauges(self, now):
        handoffs = GaugeMetricFamily("throughline_handoffs", "Handoffs by room and state", labels=["room", "state"])
        for room, state, n in _count(Handoff, "room", "state"):
            handoffs.add_metric([room, state], n)
        yield handoffs
        deliveries = GaugeMetricFamily("throughline_deliveries", "Messages by state", labels=["channel", "state"])
        for channel, state, n in _count(Delivery, "channel", "state"):
            deliveries.add_metric([channel, state], n)
        yield deliveries
        lag = health.lag(at=now)
        age = GaugeMetricFamily("throughline_lag_seconds", "How long the oldest due work waits", labels=["queue"])
        age.add_metric(["handoffs"], health.seconds(lag.handoffs, now))
        age.add_metric(["deliveries"], health.seconds(lag.deliveries, now))
        yield age
        beats = GaugeMetricFamily("throughline_heartbeat_age_seconds", "Since it was seen", labels=["kind", "process"])
        for kind, process, at in Heartbeat.objects.values_list("kind", "process", "seen_at"):
            if process != heartbeats.STARTING:
                beats.add_metric([kind, process], health.seconds(at, now))
        yield beats
        turns = GaugeMetricFamily("throughline_job_age_seconds", "Since a periodic job ended well", labels=["job"])
        for job, at in Turn.objects.exclude(ended_at=None).values_list("job", "ended_at"):
            turns.add_metric([job], health.seconds(at, now))
        yield turns


def _count(model, *by):
    return model.objects.order_by().values_list(*by).annotate(n=Count("pk"))


def text() -> bytes:
    """Everything, in Prometheus' text form; latencies of all processes of this host where they share a folder."""
    registry = CollectorRegistry()
    registry.register(Rows())
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(REGISTRY)
