"""The law of the environment: `.env.example` lists what is read, no more and no less, and nonsense is refused aloud."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"^(#?)([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
EXAMPLE = {name: (not hash_, value) for hash_, name, value in LINE.findall((ROOT / ".env.example").read_text())}


def settings_read():
    """NAME -> the default as written in settings.py, None where there is none."""
    calls = [node for node in ast.walk(ast.parse((ROOT / "pipeline" / "settings.py").read_text())) if _asks(node)]
    return {call.args[0].value: call.args[1] if len(call.args) > 1 else None for call in calls}


def _asks(node):
    """env.<kind>("NAME", ...)"""
    of_env = (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "env"
    )
    return of_env and bool(node.args) and isinstance(node.args[0], ast.Constant)


def compose_reads():
    names = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    for path in (ROOT / "deploy").glob("*.py"):
        names |= set(re.findall(r'environ\.get\("([A-Z_]+)"', path.read_text()))
    return names


def test_the_example_lists_exactly_what_is_read():
    assert set(EXAMPLE) == set(settings_read()) | compose_reads()


def test_what_has_no_default_is_to_be_filled_in():
    required = {name for name, default in settings_read().items() if default is None}
    assert required <= {name for name, (filled_in, _) in EXAMPLE.items() if filled_in}


def test_the_defaults_shown_are_the_defaults():
    for name, default in settings_read().items():
        to_fill_in, shown = EXAMPLE[name]
        if to_fill_in or not isinstance(default, ast.Constant):
            continue
        value = default.value
        assert shown == (str(int(value)) if isinstance(value, bool) else str(value)), name


STRICT = ("SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "ALLOWED_HOSTS[0]")


def settings_with(asked=STRICT, **changes):
    """Import the settings in a fresh process with only these variables; None takes one away."""
    good = {"SECRET_KEY": "k" * 50, "DATABASE_URL": "postgres://db.example/x"}
    wanted = {name: value for name, value in {**good, **changes}.items() if value is not None}
    script = (
        # No .env of this clone may join in.
        "import environs, json; environs.Env.read_env = lambda *a, **k: False; from django.conf import settings as s;"
        f"print(json.dumps([{', '.join(f's.{name}' for name in asked)}]))"
    )
    clean = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "pipeline.settings"}
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env={**clean, **wanted}, capture_output=True, text=True
    )


def test_two_variables_are_enough():
    assert settings_with().returncode == 0


def test_what_the_example_shows_can_be_taken_as_it_is():
    shown = {name: value for name, (_, value) in EXAMPLE.items() if name in settings_read() and name != "SECRET_KEY"}
    done = settings_with(**shown)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "nonsense"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", ""),
        ("DATABASE_URL", None),
        ("DATABASE_URL", "nonsense"),
        ("MIGRATE_DATABASE_URL", "nonsense"),
        ("SITE_URL", "hire.example.org"),
        ("SITE_URL", "ftp://hire.example.org"),
        ("DEBUG", "perhaps"),
        ("DEMO", "maybe"),
        ("DATABASE_POOL", "many"),
        ("EMAIL_URL", "pigeon://post"),
        ("EMAIL_PROVIDER", "pigeons"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("TWILIO_API_URL", "api.twilio.com"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("LOG_LEVEL", "SHOUTING"),
    ],
)
def test_nonsense_stops_the_start_and_is_named(name, nonsense):
    done = settings_with(**{name: nonsense})
    assert done.returncode != 0
    assert name in done.stderr or nonsense in done.stderr, done.stderr


def test_https_makes_everything_strict():
    told = settings_with(SITE_URL="https://hire.example.org/").stdout
    assert json.loads(told) == [True, 31536000, "hire.example.org"]


@pytest.mark.parametrize(
    ("url", "understood"),
    [
        ("smtp+tls://me%40x.org:p%24a%3Ab@mail.example:587", ["mail.example", 587, "me@x.org", "p$a:b", True, False]),
        ("smtp+ssl://me:secret@mail.example:465", ["mail.example", 465, "me", "secret", False, True]),
        ("smtp+tls://me:secret@mail.example", ["mail.example", 587, "me", "secret", True, False]),
        ("smtp+ssl://me:secret@mail.example", ["mail.example", 465, "me", "secret", False, True]),
        ("smtp://127.0.0.1:1025", ["127.0.0.1", 1025, None, None, False, False]),
    ],
)
def test_a_mail_server_is_understood_as_the_example_says_to_write_it(url, understood):
    asked = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    done = settings_with([f"EMAIL_{name}" for name in asked], EMAIL_URL=url)
    assert (json.loads(done.stdout), done.stderr) == (understood, "")
