"""Exit 0 when this container does its work: the health check of docker-compose.yml.

python deploy/healthy.py             the web server answers its home page, which asks the database
python deploy/healthy.py worker      this host's worker was seen in the last two minutes (sender, beat, watch alike)
"""

import http.client
import os
import platform
import sys
from urllib.parse import urlsplit


def web() -> bool:
    site = urlsplit(os.environ.get("SITE_URL", "http://127.0.0.1:8000"))
    line = http.client.HTTPConnection("127.0.0.1", 8000, timeout=8)
    # As the proxy asks: otherwise the answer is a redirect to https, or that this host is not ours.
    line.request("GET", "/", headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme})
    return line.getresponse().status == 200


def seen(kind: str) -> bool:
    """By its heartbeat, not by asking Celery: that would load everything once a minute, and fail with the broker."""
    import psycopg

    asked = (
        "SELECT max(seen_at) > now() - interval '2 minutes' FROM ledger_heartbeat WHERE kind = %s AND process LIKE %s"
    )
    with psycopg.connect(os.environ.get("DATABASE_URL", ""), connect_timeout=5) as line:
        return bool(line.execute(asked, [kind, f"%@{platform.node()}"]).fetchone()[0])


if __name__ == "__main__":
    sys.exit(not (seen(sys.argv[1]) if len(sys.argv) > 1 else web()))
