"""Twilio's Messages API over plain HTTPS: one POST to send, one GET when it is not known whether a POST arrived.

Twilio has no idempotency key for messages. Two things stand in for it: the status callback names our own row, so a
receipt tells of a text whose answer was lost; and before a text is tried again after such a loss, the messages to the
number are read and one with the same words since then counts as this one.
"""

import base64
import hashlib
import hmac
import http.client
import json
import logging
import ssl
import time
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from .gateway import Busy, Out, Rejected, Taken, about

log = logging.getLogger(__name__)

TIMEOUT = 10  # seconds for each wait, and for the whole answer
LARGEST = 1_000_000  # bytes of an answer that are read
READ_BACK = 50  # messages to one number that are looked through
CLOCKS_DIFFER = timedelta(minutes=2)
# About our account, our sender or our settings: somebody of us mends it, and the text leaves then.
OURS = {"20003", "20404", "21212", "21606", "21608", "21701", "21703", "21704", "21705", "30002", "30032", "30034"}


def from_settings() -> "Twilio":
    """The account the environment names."""
    return Twilio(
        settings.TWILIO_ACCOUNT_SID,
        settings.TWILIO_AUTH_TOKEN,
        settings.TWILIO_MESSAGING_SERVICE_SID,
        url=settings.TWILIO_API_URL,
    )


class Twilio:
    """One account and its messaging service, which chooses the number a text comes from."""

    def __init__(self, account: str, token: str, service: str, *, url: str, timeout: float = TIMEOUT):
        self.account, self.token, self.service = account, token, service
        self.url, self.timeout = urlsplit(url), timeout
        self.path = f"/2010-04-01/Accounts/{account}/Messages.json"

    def send(self, out: Out) -> Taken | Rejected | Busy:
        """Hand one text over, unless a former try turns out to have arrived."""
        try:
            if out.unsure_since and (sid := self._find(out)):
                return Taken(sid)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Busy(f"{type(error).__name__}: {error}", unsure=True, away=True)
        form = {
            "To": out.to,
            "Body": out.body,
            "MessagingServiceSid": self.service,
            "StatusCallback": out.callback,
        }
        try:
            status, answer = self._call("POST", self.path, form)
        except (ConnectionRefusedError, _NotConnected) as error:
            return Busy(f"{type(error).__name__}: {error}", unsure=bool(out.unsure_since), away=True)
        except (OSError, http.client.HTTPException, ValueError) as error:
            # Sent, and no answer that can be read: it may have arrived.
            return Busy(f"{type(error).__name__}: {error}", unsure=True, away=True)
        return outcome(status, answer)

    def _find(self, out: Out) -> str:
        """The text among the messages the number was sent since, or nothing. Raises OSError when nobody answers."""
        query = urlencode({"To": out.to, "PageSize": READ_BACK})
        status, answer = self._call("GET", f"{self.path}?{query}")
        if status != 200:
            raise OSError(f"{status} when asked for the messages to a number")
        for message in answer.get("messages") or []:
            said, made = message.get("body"), message.get("date_created")
            if (
                said == out.body
                and made
                and str(message.get("direction", "")).startswith("outbound")
                and parsedate_to_datetime(made) >= out.unsure_since - CLOCKS_DIFFER
            ):
                return message["sid"]
        return ""

    def _call(self, method: str, path: str, form: dict | None = None) -> tuple[int, dict]:
        host, port = self.url.hostname, self.url.port
        if self.url.scheme == "https":
            connection = http.client.HTTPSConnection(
                host, port, timeout=self.timeout, context=ssl.create_default_context()
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self.timeout)
        secret = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        headers = {"Authorization": f"Basic {secret}", "Accept": "application/json", "User-Agent": "throughline"}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        end = time.monotonic() + self.timeout
        try:
            try:
                connection.connect()
            except OSError as error:
                raise _NotConnected(f"{type(error).__name__}: {error}") from error
            connection.request(method, self.url.path.rstrip("/") + path, body=body, headers=headers)
            answer = connection.getresponse()
            content = b""
            # An answer that trickles must not hold a worker for as long as it likes.
            while (piece := answer.read1(65536)) and len(content) < LARGEST:
                content += piece
                if time.monotonic() > end:
                    raise TimeoutError("the answer took too long")
            try:
                told = json.loads(content)
            except ValueError:
                if answer.status < 300:
                    raise
                told = {}
            return answer.status, told if isinstance(told, dict) else {}
        finally:
            connection.close()


class _NotConnected(OSError):
    """Nobody answered the door, so nothing can have arrived."""


def outcome(status: int, answer: dict) -> Taken | Rejected | Busy:
    """What Twilio's answer means for the text."""
    code, said = str(answer.get("code") or ""), str(answer.get("message") or "")[:200]
    words = f"{status} {code} {said}".strip()
    if 200 <= status < 300:
        sid = answer.get("sid")
        if not sid:
            return Busy(f"{status} without a sid", unsure=True)
        code = str(answer.get("error_code") or "")
        if answer.get("status") in ("failed", "undelivered"):
            return Rejected(code, f"{answer['status']} {code} {answer.get('error_message') or ''}".strip(), about(code))
        return Taken(sid)
    if status == 429 or code == "20429":  # never processed, safe to try again
        return Busy(words)
    if status >= 500:
        return Busy(words, unsure=True)
    if (status in (401, 403, 404) and not about(code)) or code in OURS:
        log.error("the text gateway refuses our account or sender: %s %s", status, code)  # the words name a number
        return Busy(words, ours=True)
    return Rejected(code or str(status), words, about(code))


# --- What comes in ----------------------------------------------------------------------------------------------------
def signature(url: str, form, token: str) -> str:
    """The signature of a form posted to a URL: both, with the names in order, keyed with the account's token."""
    said = url + "".join(name + value for name in sorted(set(form)) for value in sorted(set(form.getlist(name))))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


def is_signed(request) -> bool:
    """Whether this request comes from whoever knows our token. Our address counts, not what the request calls it."""
    given = request.headers.get("X-Twilio-Signature", "")
    url = settings.SITE_URL + request.get_full_path()
    token = settings.TWILIO_AUTH_TOKEN
    if not token or not given.isascii():
        return False
    # Twilio sometimes names the port and sometimes not (https://www.twilio.com/docs/usage/security).
    return any(hmac.compare_digest(signature(one, request.POST, token), given) for one in (url, _other_port(url)))


def _other_port(url: str) -> str:
    parts = urlsplit(url)
    if parts.port:
        return parts._replace(netloc=parts.hostname).geturl()
    return parts._replace(netloc=f"{parts.hostname}:{443 if parts.scheme == 'https' else 80}").geturl()
