"""The world of the tests, strict by default: no network, no undefined template variable, warnings are errors."""

import fcntl
import gc
import os
import time
from datetime import UTC, datetime

import pytest
import time_machine
from _pytest.unraisableexception import gc_collect_iterations_key
from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest
from django.test import Client, client
from xdist.scheduler import LoadScopeScheduling

from tests import migrating, prepared
from tests.cast import Cast

PROCESS = os.environ.get("PYTEST_XDIST_WORKER")
# What takes a minute begins early, so that at the end no worker has one left while the others have nothing. The faults
# come after the rest of them: by then the journeys have left the database that they begin with.
LONG = (
    "tests/house/test_doors.py::test_every_door_opens",
    "tests/matching/test_agreement.py",
    "tests/matching/test_agreement_changes.py",
    "tests/accounts/test_memberships_machine.py",
    "tests/pipeline/test_headers.py::test_every_address",
    "tests/house/test_compose.py::test_the_last_steps",
    "tests/pipeline/test_restored.py",
    "tests/chaos/test_quick.py",
)
# What needs something dear is done by one worker, so that it is made once and nobody waits for it: the stack of the
# journeys, the compiled kernel, a planted world. xdist begins with what has the most tests.
TOGETHER = (
    ("tests/journeys/",),
    ("tests/matching/test_kernel.py", "tests/matching/test_rematch.py"),
    ("tests/pipeline/test_demo.py",),
    ("tests/pipeline/test_seed.py",),
)


def pytest_collection_modifyitems(items):
    """The long ones first, the others as chance has them."""

    def turn(item):
        return next((turn for turn, beginning in enumerate(LONG) if item.nodeid.startswith(beginning)), len(LONG))

    items.sort(key=turn)


class Together(LoadScopeScheduling):
    """What belongs together goes to one worker; every other test goes to whoever is free."""

    def _split_scope(self, nodeid):
        return next((those[0] for those in TOGETHER if nodeid.startswith(those)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return Together(config, log)


class Undefined(str):
    """Django asks for this text when a template names what is not there: say so instead of printing nothing."""

    def __contains__(self, text):
        return text == "%s"

    def __mod__(self, variable):
        raise AssertionError(f"undefined in a template: {variable}")


STORE = client.store_rendered_templates


def _store_rendered_templates(store, signal, sender, template, context, **said):
    """What a response remembers of its templates. Of the hundred pieces of a page, each with a copy of all it knew, no
    test asks anything.
    """
    if not (template.name or "").startswith(("cotton/", "django/forms/")):
        STORE(store, signal, sender, template, context, **said)


def pytest_sessionfinish(session):
    """What only served this run goes with it."""
    if not PROCESS:
        prepared.forget(session.config._tmp_path_factory.getbasetemp())


def pytest_collection_finish():
    """What is loaded by now stays to the end: nobody need look through it for litter."""
    gc.collect()
    gc.freeze()


def pytest_configure(config):
    # Thousands of requests: looking for litter as often as usual takes a tenth of the time.
    gc.set_threshold(50_000, 20, 20)
    config.stash[gc_collect_iterations_key] = 1  # one look at the end finds what was never awaited or closed
    # That a password is slow to try is Django's promise; here one is typed again and again.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Collected static files belong to the running site; in a clean clone there are none yet.
    settings.MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    client.store_rendered_templates = _store_rendered_templates
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("undefined")


def _furnish():
    """The test database knows ZIP codes, occupations, credentials and the public programs, and its roles."""
    call_command("load_reference", verbosity=0)
    call_command("roles", verbosity=0)
    from matching import projection

    projection.near(["92335", "92376", "93721"])  # where most tests offer work; measuring takes a moment each


if PROCESS:

    @pytest.fixture(scope="session")
    def django_db_setup(django_test_environment, django_db_blocker, tmp_path_factory):
        """Whichever process is first makes the database and each takes a copy; the first stays for the next run."""
        shared = tmp_path_factory.getbasetemp().parent
        made, creation = shared / "database", connection.creation
        with django_db_blocker.unblock(), (shared / "database.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if made.exists():
                connection.settings_dict["NAME"] = made.read_text()
            else:
                with migrating.lightly():
                    name = creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
                _furnish()
                made.write_text(name)
            creation.clone_test_db(PROCESS, verbosity=0)
            connection.settings_dict.update(creation.get_test_db_clone_settings(PROCESS))
        _play_roles()
        yield
        with django_db_blocker.unblock():
            creation.destroy_test_db(made.read_text(), verbosity=0)

else:

    @pytest.fixture(scope="session")
    def django_db_setup(django_db_setup, django_db_blocker):
        """One process makes its own, or keeps it with --reuse-db."""
        with django_db_blocker.unblock():
            _furnish()
        _play_roles()


def _play_roles():
    """A request asks as the web's role and a job as the jobs', as when each signs in by itself.

    Who lacks a permission fails here first.
    """
    from ledger import scopes
    from pipeline import roles

    scopes.ROLES.update({"person": roles.WEB, "visitor": roles.WEB, "job": roles.WORKER})


@pytest.fixture(autouse=True)
def _strict(monkeypatch, request):
    """Celery silent, and mail kept in memory by Django: a test that wants a job runs it by name."""
    if "live" not in request.keywords:
        from ledger import bells, handoffs
        from ledger import tasks as ledger_tasks
        from notifications import tasks as post_tasks

        # What one test rang, or could not ring, says nothing to the next, nor to the one beside it; nor what went well.
        monkeypatch.setattr(handoffs, "_sound", set())
        monkeypatch.setattr(bells, "_silent_until", 0.0)
        monkeypatch.setattr(bells, "_mark", lambda once: f"{os.getpid()}:{request.node.nodeid}:{once}")
        for bell in (ledger_tasks.wake, post_tasks.send):
            for way in ("delay", "apply_async"):
                monkeypatch.setattr(bell, way, lambda **_: None)


@pytest.fixture(autouse=True)
def _whole_sign_in(monkeypatch):
    """`force_login` leaves out only the pages of signing in: the session has seen the second step a moment ago.

    Tests of signing in itself go through the pages.
    """

    def force_login(client, user, backend=None):
        # As Django does it, with half as many words to the database: no session of nobody before, no second one after.
        user.backend = backend or client._get_backend()
        request = HttpRequest()
        request.session = client.session if settings.SESSION_COOKIE_NAME in client.cookies else SessionStore()
        login(request, user, user.backend)
        request.session["account_authentication_methods"] = [
            {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}
        ]
        request.session["account_authentication_methods_user"] = str(user.pk)
        request.session.save()
        client._set_login_cookies(request)

    monkeypatch.setattr(Client, "force_login", force_login)


@pytest.fixture
def now():
    """The moment the tests live in, a Tuesday morning in California; the clock runs on from it."""
    moment = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    with time_machine.travel(moment, tick=True):
        yield moment


@pytest.fixture
def cast(db, now):
    """Ana, Priya, Elliot, Ben, Carla and Willa, with their organizations."""
    return Cast(now)


@pytest.fixture
def sign_in():
    """A browser of one person: `sign_in(cast.ana)`."""

    def as_person(user):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_person


@pytest.fixture
def settle():
    """Do everything that waits: rooms take their handoffs, reasons are written, the post office sends."""

    def run():
        from django.utils import timezone

        from ledger import scopes
        from ledger.handoffs import drain, rooms_waiting
        from matching import why
        from notifications.outbox import send_due

        with scopes.job("settle"):
            while rooms := rooms_waiting(timezone.now()):
                for room in rooms:
                    drain(room)
            why.write_all(on=timezone.localdate())
            send_due()

    return run
