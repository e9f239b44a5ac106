"""The bell of a daily job: a journey rings it when its story has come so far."""

import json

import psycopg
from celery import Celery

from .stack import Stack


def ring(site: Stack, job: str) -> None:
    """Have a worker of the running product do this job now, as if it had not been done today."""
    known = json.loads((site.home / "environment.json").read_text())
    with psycopg.connect(known["WORKER_DATABASE_URL"]) as connection:
        connection.execute("UPDATE ledger_turn SET begun_at = NULL WHERE job = %s", [job])
    broker = known["REDIS_URL"]
    if broker.startswith("unix://"):
        broker = "redis+socket://" + broker.removeprefix("unix://")
    bell = Celery(broker=broker, set_as_current=False)
    with bell.connection_for_write() as connection:
        bell.send_task("pipeline.tasks.turn", kwargs={"job": job}, connection=connection)
