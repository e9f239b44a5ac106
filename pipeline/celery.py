"""The Celery application. It is a doorbell: what must be done is remembered in PostgreSQL (ledger, outbox)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.settings")

app = Celery("throughline")
# Celery's current application is per thread; without this the web server's threads would ring a nameless default one,
# which knows no broker.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
