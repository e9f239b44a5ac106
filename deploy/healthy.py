"""Exit 0 when the web server of this container answers its home page, which asks the database: the health check."""

import http.client
import os
import sys
from urllib.parse import urlsplit

site = urlsplit(os.environ.get("SITE_URL", "http://127.0.0.1:8000"))
line = http.client.HTTPConnection("127.0.0.1", 8000, timeout=8)
# As the proxy asks: otherwise the answer is a redirect to https, or that this host is not ours.
line.request("GET", "/", headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme})
sys.exit(line.getresponse().status != 200)
