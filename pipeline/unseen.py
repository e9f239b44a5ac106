"""Pages on which nobody is seen: everything under /voice/, where testimony is sent without a name (docs/adr/0014).

What would betray who was there, and when, is taken away at the door, so that no page behind it can keep it by mistake:
the session and every other cookie but language and form token, the address, the browser's name. And no log gets a line:
not the web server's, not Django's, not the metrics.
"""

from django.conf import settings
from gunicorn.glogging import Logger

from .masking import Masked, masked

BEGINNING = "/voice/"
# What an address, a browser or a device can be known by. The referrer is needed by the check of the form's origin.
TELLING = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_USER_AGENT", "HTTP_COOKIE", "REMOTE_PORT")
NOBODY = "0.0.0.0"  # noqa: S104 - an address that is nobody's


def is_unseen(path: str) -> bool:
    """Whether this is a page on which nobody is seen."""
    return path.startswith(BEGINNING)


def unseen(get_response):
    """The first middleware: what comes after it, sessions and sign-in included, meets a visitor without a past."""

    def middleware(request):
        if not is_unseen(request.path):
            return get_response(request)
        kept = {settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if name in kept}
        for name in TELLING:
            request.META.pop(name, None)
        request.META["REMOTE_ADDR"] = NOBODY
        response = get_response(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


class Silent(Masked):
    """Drops what Django says about a request to such a page: a path and a time are as good as a witness."""

    def filter(self, record):
        request = getattr(record, "request", None)
        if is_unseen(getattr(request, "path", "") or ""):
            return False
        return request is None or super().filter(record)


class QuietLogger(Logger):
    """The web server's log, without a line about such pages, nor about what was asked for from one of them.

    What else it says of addresses bears no secret (pipeline/masking.py).
    """

    def setup(self, cfg):
        super().setup(cfg)
        self.error_log.addFilter(Masked())

    def atoms(self, resp, req, environ, request_time):
        atoms = super().atoms(resp, req, environ, request_time)
        return {name: masked(said) if isinstance(said, str) else said for name, said in atoms.items()}

    def access(self, resp, req, environ, request_time):
        # Anywhere in the path, for "//voice/" tells as much as "/voice/".
        if BEGINNING not in f"{environ.get('PATH_INFO', '')} {environ.get('HTTP_REFERER', '')}":
            super().access(resp, req, environ, request_time)
