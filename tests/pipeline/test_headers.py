"""Every answer is closed to strangers' scripts, frames and caches: each address, each refusal, each failure."""

import ast
import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.test import Client
from django.urls import NoReverseMatch, reverse

from pipeline import doors

ROOT = Path(__file__).resolve().parents[2]
SAME = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SHOWN = (
    "text/html",
    "text/plain",
    "application/json",
    "text/xml",
    "application/manifest+json",
    "text/css",
    "text/javascript",
)
# Calendar programs read these by themselves, and open no browser.
READ_BY_PROGRAMS = {"calendar_feed", "council_calendar"}
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.S)
OUTSIDE = re.compile(r"<(?:script|img|iframe|source|link|use)\b[^>]*?\b(?:src|href)=[\"'](?:https?:)?//(?!testserver)")
INLINE = re.compile(r"<[a-z][^>]*?\s(?:style|on[a-z]+)=[\"']")


def faults(answer, *, private=False, https=False, name="") -> list[str]:
    """What an answer lacks; nothing when it is as all must be."""
    found = [f"{key}: {answer.headers.get(key)}" for key, value in SAME.items() if answer.headers.get(key) != value]
    policy, kind = answer.headers.get("Content-Security-Policy", ""), answer.headers.get("Content-Type", "")
    if "default-src 'none'" not in policy or "unsafe" in policy or "*" in policy or "http" in policy:
        found.append(f"policy: {policy}")
    if answer.headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        found.append("referrer")
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        found.append("permissions")
    kept = answer.headers.get("Cache-Control", "")
    if "public" in kept or not kept or ((private or answer.status_code >= 400) and "no-store" not in kept):
        found.append(f"caching: {kept}")
    if https and "max-age=31536000" not in answer.headers.get("Strict-Transport-Security", ""):
        found.append("hsts")
    found += [
        f"cookie {cookie.key}"
        for cookie in answer.cookies.values()
        if cookie.value and not (cookie["httponly"] and cookie["samesite"] and bool(cookie["secure"]) >= https)
    ]
    if any(key in answer.headers for key in ("Server", "X-Powered-By", "Access-Control-Allow-Origin")):
        found.append("tells too much")
    if answer.status_code in (301, 302) and re.match(
        r"(?!https://testserver/)(?:[a-z]+:|//|\\\\)", answer.headers["Location"]
    ):
        found.append(f"leads away: {answer.headers['Location']}")
    shown = kind.startswith(SHOWN) or name in READ_BY_PROGRAMS or answer.status_code != 200
    if not shown and not answer.headers.get("Content-Disposition", "").startswith("attachment"):
        found.append(f"{kind} is no download")
    if kind.startswith("text/html"):
        page = answer.content.decode()
        nonce = re.search(r"'nonce-([^']+)'", policy)
        for attributes, inside in SCRIPT.findall(page):
            if inside.strip() and "json" not in attributes and not (nonce and f'nonce="{nonce[1]}"' in attributes):
                found.append(f"a script without its nonce: {inside.strip()[:60]}")
        if OUTSIDE.search(page) or INLINE.search(page):
            found.append(f"from outside, or inline: {(OUTSIDE.search(page) or INLINE.search(page))[0][:80]}")
    return found


def addresses() -> dict[str, str]:
    """Every URL name once, with a record of nobody where one is asked for."""
    fill = {"UUIDConverter": uuid.UUID(int=7), "IntConverter": 7}
    found = {}
    for pattern in doors.patterns():
        converters = pattern.pattern.converters
        parts = {key: fill.get(type(converter).__name__, "x") for key, converter in converters.items()}
        for key in re.findall(r"\?P<(\w+)>", str(pattern.pattern)):
            parts[key] = "1-x" if key == "key" else "x"
        try:
            found[str(pattern.name)] = reverse(str(pattern.name), kwargs=parts)
        except NoReverseMatch:
            found[str(pattern.name)] = "/" + re.sub(r"<[^>]+>", "1", str(pattern.pattern))
    return found


@pytest.fixture
def strict(settings):
    """As on a public address: https throughout."""
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = True
    return settings


def test_every_address_is_closed_to_a_visitor_and_to_staff(cast, sign_in, strict):
    wrong = {}
    browsers = {"visitor": Client(raise_request_exception=False), "coordinator": sign_in(cast.carla)}
    browsers["coordinator"].raise_request_exception = False
    for who, browser in browsers.items():
        for name, address in addresses().items():
            if name == "account_logout":
                continue
            answer = browser.get(address, secure=True)
            unseen = ("voice_", "healthz", "readyz", "metrics", "carrier_")  # know nobody, whoever asks
            private = who == "coordinator" and not name.startswith(unseen)
            if said := faults(answer, private=private, https=True, name=name):
                wrong[f"{who} {name} {answer.status_code}"] = said
    assert len(addresses()) > 150
    assert wrong == {}


def test_every_failure_is_closed_too(cast, sign_in, strict, monkeypatch):
    browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    ana = sign_in(cast.ana)
    wrong = {}

    def see(what, answer, status):
        assert answer.status_code == status, what
        if said := faults(answer, https=what != "to https"):
            wrong[what] = said

    def raising(error):
        def home(request):
            raise error

        return home

    see("another's name", browser.get("/", headers={"host": "evil.example"}, secure=True), 400)
    see("no form token", browser.post(reverse("account_login"), {"email": "x"}, secure=True), 403)
    see("not allowed", ana.get(reverse("board"), secure=True), ana.get(reverse("board"), secure=True).status_code)
    see("absent", browser.get("/nowhere/", secure=True), 404)
    see("a button's address", ana.get(reverse("consent_match", args=["yes"]), secure=True), 405)
    much = {str(number): "x" for number in range(2001)}
    see(
        "too much at once", Client(raise_request_exception=False).post(reverse("account_login"), much, secure=True), 400
    )
    see("a webhook unsigned", browser.post("/webhooks/mail/", {}, secure=True), 404)
    see("a file", browser.get("/static/nowhere.css", secure=True), 404)
    see("signing out", ana.post(reverse("account_logout"), secure=True), 302)
    for status, error in ((400, SuspiciousOperation("x")), (500, ValueError("x")), (503, OperationalError("x"))):
        monkeypatch.setattr("pipeline.views.figures.front_door", lambda error=error, **_: raising(error)(None))
        see(str(status), browser.get("/", secure=True), status)
    monkeypatch.undo()
    monkeypatch.setattr("allauth.core.internal.ratelimit.consume", lambda *_, **__: None, raising=False)
    monkeypatch.setitem(site.ACCOUNT_RATE_LIMITS, "login", "1/m/ip")
    visitor = Client(raise_request_exception=False)
    tries = [visitor.post(reverse("account_login"), {"email": "x@x.org"}, secure=True) for _ in range(3)]
    for answer in tries:
        if said := faults(answer, https=True):
            wrong[f"limits {answer.status_code}"] = said
    strict.SECURE_SSL_REDIRECT = True
    see("to https", Client().get("/"), 301)
    assert wrong == {}


def test_after_signing_out_the_back_button_shows_nothing(cast, sign_in):
    browser = sign_in(cast.carla)
    pages = [browser.get(reverse(name)) for name in ("board", "home", "inbox")]
    assert all("no-store" in page.headers["Cache-Control"] for page in pages)
    browser.post(reverse("account_logout"))
    assert browser.get(reverse("board")).status_code == 302


def test_every_sheet_we_write_is_read_as_text():
    """No module writes cells a spreadsheet program could run: whoever writes CSV neutralises it."""
    skipped = {
        "tests",
        "node_modules",
        "bench",
        "chaos",
        "staticfiles",
        "demo",
    }  # the demo's sheets are made to be mended
    writers = [
        path
        for path in ROOT.glob("[a-z]*/**/*.py")
        if not skipped & set(path.relative_to(ROOT).parts) and re.search(r"csv\.(Dict)?[wW]riter", path.read_text())
    ]
    assert writers
    names = {
        path: {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
        for path in writers
    }
    assert [str(path.relative_to(ROOT)) for path in writers if "neutralise" not in names[path]] == []
