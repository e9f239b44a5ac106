"""Twilio's Messages API as its public documentation describes it, on a real port: it checks what it is sent.

    https://www.twilio.com/docs/messaging/api/message-resource
    https://www.twilio.com/docs/usage/security#validating-requests
    https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks

`plan` holds the answers of the next posts, in their order: a number is an error code, "slow", "mute" (takes the
message and never answers), "drop" (takes it and hangs up), "500" (takes nothing), "500 taken", "nonsense".
"""

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

from django.utils import timezone

ACCOUNT, TOKEN, SERVICE = "AC" + "0" * 32, "12345", "MG" + "0" * 32
E164 = re.compile(r"\+[1-9]\d{6,14}")
# Which HTTP status an error comes with, where it is not 400.
STATUS = {20003: 401, 20404: 404, 20429: 429, 21408: 403}


class FakeTwilio:
    """One account. `messages` is what it took."""

    def __init__(self):
        self.plan, self.messages, self.requests = [], [], []
        self.open = threading.Event()  # set: those who were kept waiting go home
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_POST(self):
                fake.post(self)

            def do_GET(self):
                fake.get(self)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        self.open.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def path(self):
        return f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"

    # --- What it checks -----------------------------------------------------------------------------------------------
    def refusal(self, request) -> tuple[int, int, str] | None:
        """(status, code, message), or None when whoever asks may."""
        expected = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != expected:
            return 401, 20003, "Authenticate"
        if urlsplit(request.path).path != self.path:
            return 404, 20404, "The requested resource was not found"
        return None

    def wrong_form(self, form: dict) -> tuple[int, int, str] | None:
        if not E164.fullmatch(form.get("To", "")):
            return 400, 21211, f"Invalid 'To' Phone Number: {form.get('To')}"
        if not form.get("Body"):
            return 400, 21602, "Message body is required."
        if len(form["Body"]) > 1600:
            return 400, 21617, "The concatenated message body exceeds the 1600 character limit"
        if form.get("MessagingServiceSid") != SERVICE:
            return 400, 21705, "The Messaging Service Sid is invalid"
        callback = urlsplit(form.get("StatusCallback", ""))
        if callback.scheme not in ("http", "https") or not callback.hostname or "_" in callback.hostname:
            return 400, 21609, "The 'StatusCallback' URL is not a valid URL."
        return None

    # --- What it answers ----------------------------------------------------------------------------------------------
    def post(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length", 0))).decode()
        form = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
        self.requests.append(("POST", form))
        wrong = self.refusal(request)
        if not wrong and request.headers.get("Content-Type") != "application/x-www-form-urlencoded":
            wrong = 415, 20415, "Unsupported media type"
        wrong = wrong or self.wrong_form(form)
        if wrong:
            return self.error(request, *wrong)
        says = self.plan.pop(0) if self.plan else "ok"
        if isinstance(says, int):
            return self.error(request, STATUS.get(says, 400), says, "as planned")
        if says == "500":
            return self.answer(request, 500, {"code": 20500, "message": "Internal error", "status": 500})
        message = self.take(form)
        if says == "mute":
            self.open.wait(10)
            return None
        if says == "slow":
            time.sleep(0.15)
        if says == "drop":
            request.close_connection = True
            return request.connection.close()
        if says == "500 taken":
            return self.answer(request, 503, {"code": 20503, "message": "Service unavailable", "status": 503})
        if says == "nonsense":
            return self.answer(request, 201, b"<html>a proxy's idea of an answer</html>")
        return self.answer(request, 201, message)

    def take(self, form: dict) -> dict:
        message = {
            "sid": f"SM{len(self.messages):032x}",
            "account_sid": ACCOUNT,
            "messaging_service_sid": SERVICE,
            "to": form["To"],
            "from": None,
            "body": form["Body"],
            "status": "accepted",
            "direction": "outbound-api",
            "date_created": format_datetime(timezone.now()),
            "num_segments": "0",
            "error_code": None,
            "error_message": None,
        }
        self.messages.append(message | {"callback": form["StatusCallback"]})
        return message

    def get(self, request):
        self.requests.append(("GET", request.path))
        if wrong := self.refusal(request):
            return self.error(request, *wrong)
        if self.plan and self.plan[0] == "no list":
            self.plan.pop(0)
            return self.answer(request, 503, {})
        to = parse_qs(urlsplit(request.path).query).get("To", [""])[0]
        found = [{k: v for k, v in m.items() if k != "callback"} for m in reversed(self.messages) if m["to"] == to]
        return self.answer(request, 200, {"messages": found, "page": 0})

    def error(self, request, status, code, message):
        more = f"https://www.twilio.com/docs/errors/{code}"
        self.answer(request, status, {"code": code, "message": message, "more_info": more, "status": status})

    def answer(self, request, status, content):
        content = content if isinstance(content, bytes) else json.dumps(content).encode()
        try:
            request.send_response(status)
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", str(len(content)))
            request.end_headers()
            request.wfile.write(content)
        except OSError:  # whoever asked went away
            pass

    # --- What it tells ------------------------------------------------------------------------------------------------
    def signed(self, url: str, form: dict, token: str = TOKEN) -> dict:
        """The headers of a webhook, as its documentation says to make them."""
        text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
        digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
        return {"X-Twilio-Signature": base64.b64encode(digest).decode()}

    def receipt(self, message: dict, status: str, code: str = "") -> dict:
        """The form of a status callback."""
        form = {"MessageSid": message["sid"], "SmsSid": message["sid"], "MessageStatus": status, "SmsStatus": status}
        form |= {"AccountSid": ACCOUNT, "To": message["to"], "ApiVersion": "2010-04-01"}
        return form | ({"ErrorCode": code} if code else {})

    def incoming(self, number: str, body: str, sid: str, **more) -> dict:
        """The form of a text that came in."""
        form = {"MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid, "AccountSid": ACCOUNT, "From": number}
        return form | {"To": "+19515550100", "Body": body, "NumMedia": "0", "NumSegments": "1"} | more
