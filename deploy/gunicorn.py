"""Gunicorn in the container. Threads, because requests wait for PostgreSQL more than they compute."""

import os
import tempfile

# Every worker process counts its answers in a file of its own; /metrics adds them up. Set before the project is loaded.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="metrics-"))

bind = "0.0.0.0:8000"  # inside the container; only the proxy reaches it
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
preload_app = True
timeout = 60
graceful_timeout = 20
# Restarted now and then, not all at once: a slow leak in any dependency stays small.
max_requests = 5000
max_requests_jitter = 500
# The worker's heartbeat file: in memory, as a slow disk would look like a hung worker.
worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True
accesslog = "-"
# No line where testimony is sent without a name.
logger_class = "pipeline.unseen.QuietLogger"
# Without what follows the "?": names that staff look for do not belong into logs.
access_log_format = '%({x-forwarded-for}i)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'


def child_exit(server, worker):
    """A worker process that ended is counted on, not forgotten."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)
