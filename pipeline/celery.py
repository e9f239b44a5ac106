"""The Celery application. It is a doorbell: what must be done is remembered in PostgreSQL (ledger, outbox)."""

import os

from celery import Celery, Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.settings")


class Job(Task):
    """A task asks the database as the job it is (ledger/scopes.py)."""

    abstract = True

    def __call__(self, *arguments, **named):
        from ledger import scopes  # not before Django is ready

        with scopes.job(self.name):
            return super().__call__(*arguments, **named)


app = Celery("throughline", task_cls=Job)
# Celery's current application is per thread; without this the web server's threads would ring a nameless default one,
# which knows no broker.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
