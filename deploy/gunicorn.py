"""Gunicorn in the container. Threads, because requests wait for PostgreSQL more than they compute."""

import os

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
access_log_format = '%({x-forwarded-for}i)s "%(r)s" %(s)s %(b)s %(M)sms'
