"""One person's browser, as small as it can be: cookies, forms, and what the page's message said."""

import contextlib
import http.client
import re
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest

PATIENCE = 40  # seconds for an answer, longer than the product may take for any


@dataclass(frozen=True)
class Answer:
    """What came back. Status 0: the connection was cut or refused, and nobody knows what became of the request."""

    at: float
    seconds: float
    method: str
    path: str
    status: int
    body: str = ""
    location: str = ""
    said: tuple[str, ...] = ()  # levels of the messages for the next page: "success", "error"

    @property
    def unknown(self) -> bool:
        return self.status == 0 or self.status >= 500

    @property
    def saved(self) -> bool:
        """The redirect that takes the person to the page with the good news."""
        return self.status == 302 and "success" in self.said

    @property
    def signed_out(self) -> bool:
        return self.status == 302 and self.location.startswith("/accounts/login/")


@dataclass
class Log:
    """Every answer of every browser, without its body."""

    answers: list[Answer] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, answer: Answer) -> None:
        with self._lock:
            self.answers.append(Answer(**{**vars(answer), "body": ""}))


class Browser:
    """Signed in by the session in its cookie."""

    def __init__(self, port: int, session: str, log: Log):
        self.port, self.log = port, log
        # Both halves of the token against forgery come from the browser; the site only compares them.
        self.token = secrets.token_hex(16)
        self.cookies = f"sessionid={session}; csrftoken={self.token}"

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict) -> Answer:
        """Press a button: the form's fields, with the token against forgery that every form of the site carries."""
        return self._ask("POST", path, {"csrfmiddlewaretoken": self.token, **fields})

    def _ask(self, method: str, path: str, fields: dict | None = None) -> Answer:
        answer = self._once(method, path, fields)
        self.log.add(answer)
        return answer

    def _once(self, method: str, path: str, fields: dict | None) -> Answer:
        at, begun = time.time(), time.monotonic()
        headers = {"Cookie": self.cookies, "Connection": "close"}
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(fields, doseq=True)
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(line):
            line.request(method, path, body, headers)
            response = line.getresponse()
            text = response.read().decode(errors="replace")
            baked = SimpleCookie()
            for header in response.headers.get_all("Set-Cookie", []):
                baked.load(header)
            return Answer(
                at,
                time.monotonic() - begun,
                method,
                path,
                response.status,
                text,
                response.headers.get("Location", ""),
                _levels(baked),
            )
        return Answer(at, time.monotonic() - begun, method, path, 0)


def _levels(baked: SimpleCookie) -> tuple[str, ...]:
    """The next page would show these messages; they travel in a signed cookie, and the key of this site is ours."""
    if "messages" not in baked:
        return ()
    request = HttpRequest()
    request.COOKIES = {"messages": baked["messages"].value}
    return tuple(message.level_tag for message in CookieStorage(request))


def links(pattern: str, page: str) -> list[str]:
    """What the group in `pattern` caught in the page, each once, in its order; ID stands for an id in an address."""
    return list(dict.fromkeys(re.findall(pattern.replace("ID", "([0-9a-f-]{36})"), page)))
