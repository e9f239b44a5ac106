"""The doctor: healthy it says so; each planted fault it finds, and says what mends it."""

import json
from collections import namedtuple
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.models import Membership, Zip
from ledger import heartbeats
from ledger.models import Handoff, Heartbeat, Turn
from notifications.models import Delivery
from pipeline import doctor, health, schedule


@pytest.fixture
def well(cast, settings, monkeypatch, tmp_path):
    """A production site in good health, its mail server and broker answering."""
    settings.SITE_URL = "https://hire.inland.test"
    settings.ALLOWED_HOSTS = [".test", ".example.org"]
    settings.SECRET_KEY = "kx8Qw2-" * 8 + "abcdefgh"
    settings.DEFAULT_FROM_EMAIL = "Throughline <hello@hire.inland.test>"
    settings.DEBUG = settings.DEMO = False
    settings.DATABASE_URLS = {"web": {"USER": "site"}, "worker": {"USER": "jobs"}, "owner": {"USER": "throughline"}}
    monkeypatch.setattr(doctor, "SKEW", timedelta(days=365))  # the tests live in another moment than the database
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    monkeypatch.setattr("django.core.mail.backends.smtp.EmailBackend.open", lambda self: None)
    monkeypatch.setattr(doctor, "_broker", lambda: doctor.Finding("Broker", "Redis or Valkey answers."))
    # The tests' own role is a superuser; the application's is not.
    monkeypatch.setattr(doctor, "_GUARDS", doctor._GUARDS.replace("rolsuper FROM", "false FROM", 1).replace(
        "has_table_privilege('ledger_event', 'UPDATE, DELETE, TRUNCATE')", "false"))  # fmt: skip
    heartbeats.expect(at=timezone.now())
    settings.BACKUPS = tmp_path
    backup(settings, hours=3)
    return cast


def backup(settings, hours):
    note = {"made_at": (timezone.now() - timedelta(hours=hours)).isoformat(), "proved_at": "then"}
    (settings.BACKUPS / "throughline-1.json").write_text(json.dumps(note))
    (settings.BACKUPS / "throughline-1.dump").touch()


def wrong():
    return {finding.about: finding for finding in doctor.examine(at=timezone.now()) if finding.mend}


def test_a_healthy_site_is_told_so(well, capsys):
    assert wrong() == {}
    call_command("doctor")
    assert "All is well." in capsys.readouterr().out


def letter(state):
    Delivery.objects.create(
        address="a@b.test", letter={"subject": "x"}, message_id=state, state=state, due_at=timezone.now() - timedelta(1)
    )


def test_one_letter_that_failed_does_not_hide_that_none_is_taken(well):
    """A failed letter of the last day is no grave finding; a mail server that takes nothing is."""
    letter("failed")
    for number in (1, 2):
        Delivery.objects.create(
            address=f"a{number}@b.test", letter={"subject": "x"}, message_id=str(number), attempts=3,
            created_at=timezone.now() - timedelta(minutes=10), due_at=timezone.now() + timedelta(minutes=5),
        )  # fmt: skip
    assert "takes no message" in wrong()["Mail"].said


def handoff(**values):
    Handoff.objects.create(event_id=1, room="matching", kind="opening.published", subject_id=1, **values)


def silence(kind):
    return lambda *_: Heartbeat.objects.filter(kind=kind).update(seen_at=timezone.now() - timedelta(minutes=9))


def sql(text):
    def run(*_):
        with connection.cursor() as cursor:
            cursor.execute(text)

    return run


def set_(name, value):
    return lambda settings, *_: setattr(settings, name, value)


def full(_settings, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: usage(10**11, 10**11, 10**8))


def refuse(_settings, monkeypatch):
    def open_(self):
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr("django.core.mail.backends.smtp.EmailBackend.open", open_)


def no_zones(_settings, monkeypatch):
    def missing(name):
        raise doctor.zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(doctor.zoneinfo, "ZoneInfo", missing)


def never_begun(*_):
    """Everybody lives, every job was begun but one, and the last start and update are long ago."""
    Heartbeat.objects.update(process="somebody")
    sql("UPDATE django_migrations SET applied = now() - interval '2 years'")()
    done = [Turn(job=name, begun_at=timezone.now()) for name in schedule.jobs() if name != "call-up"]
    Turn.objects.bulk_create(done)


LATE = {"due_at": timezone.now() - timedelta(days=400)}
FAULTS = {
    "debug on a public address": (set_("DEBUG", True), "DEBUG", "DEBUG=0"),
    "demo on a public address": (set_("DEMO", True), "DEMO", "DEMO=0"),
    "a short key": (set_("SECRET_KEY", "short"), "SECRET_KEY", "secrets.token_urlsafe"),
    "a plain key": (set_("SECRET_KEY", "x" * 60), "SECRET_KEY", "secrets.token_urlsafe"),
    "no encryption": (set_("SITE_URL", "http://hire.inland.test"), "SITE_URL", "https://hire.inland.test"),
    "the example's name": (set_("SITE_URL", "https://hire.example.org"), "SITE_URL", "your own"),
    "any host": (set_("ALLOWED_HOSTS", ["*"]), "ALLOWED_HOSTS", "take *"),
    "not its own host": (set_("ALLOWED_HOSTS", ["other.test"]), "ALLOWED_HOSTS", "ALLOWED_HOSTS"),
    "letters from the example": (
        set_("DEFAULT_FROM_EMAIL", "T <hello@throughline.example>"), "Mail", "DEFAULT_FROM_EMAIL"),
    "mail to nowhere": (
        set_("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"), "Mail", "EMAIL_URL"),
    "a mail server that is away": (refuse, "Mail", "EMAIL_URL"),
    "no time zones": (no_zones, "Time zones", "tzdata"),
    "a full disk": (full, "Disk", "prune"),
    "no worker": (silence("worker"), "Worker", "--force-recreate worker"),
    "no sender": (silence("sender"), "Sender", "--force-recreate sender"),
    "no beat": (silence("beat"), "Beat", "--force-recreate beat"),
    "no watch": (silence("watch"), "Watch", "--force-recreate watch"),
    "never a watch": (lambda *_: Heartbeat.objects.filter(kind="watch").delete(), "Watch", "--force-recreate watch"),
    "parked work": (lambda *_: handoff(state="parked", error="ValueError: x", **LATE), "Parked work", "handoffs retry"),
    "work nobody takes": (lambda *_: handoff(**LATE), "Handoffs", "--force-recreate worker"),
    "messages nobody takes": (lambda *_: letter("queued"), "Messages", "--force-recreate sender"),
    "messages that failed": (lambda *_: letter("failed"), "Deliveries", "outbox list"),
    "a job that failed": (
        lambda *_: Turn.objects.create(job="sweep-outbox", begun_at=timezone.now(), error="ValueError: x", by="a@b"),
        "Clockwork", "logs a"),
    "a job nobody does": (
        lambda *_: Turn.objects.create(job="sweep-outbox", begun_at=timezone.now() - timedelta(hours=1)),
        "Clockwork", "--force-recreate watch"),
    "a job nobody ever began": (never_begun, "Clockwork", "--force-recreate watch"),
    "no ZIP codes": (lambda *_: Zip.objects.all().delete(), "Reference data", "load_reference"),
    "no coordinator": (
        lambda *_: Membership.objects.filter(organization__kind="coalition").delete(), "Staff", "create_admin_link"),
    "an open ledger": (sql("ALTER TABLE ledger_event DISABLE TRIGGER ledger_event_no_truncate"), "Ledger", "migrate"),
    "a permission too many": (sql("GRANT UPDATE ON ledger_event TO throughline_web"), "Permissions", "manage.py roles"),
    "pages that sign in as the owner": (
        lambda settings, _: settings.DATABASE_URLS.update(web={"USER": "throughline"}),
        "Permissions", "MIGRATE_DATABASE_URL"),
    "an old backup": (lambda settings, _: backup(settings, 30), "Backup", "manage.py backup"),
    "a wall that is down": (
        sql("ALTER TABLE accounts_user DISABLE ROW LEVEL SECURITY"), "Second wall", "manage.py roles"),
    "a ledger without guard": (sql("DROP TRIGGER ledger_event_append_only ON ledger_event"), "Ledger", "migrate"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_with_what_mends_it(well, settings, monkeypatch, fault):
    plant, about, mend = FAULTS[fault]
    plant(settings, monkeypatch)
    found = wrong()
    assert list(found) == [about], found
    assert mend in found[about].mend


def test_rights_to_change_history_are_found(well, monkeypatch):
    monkeypatch.setattr(doctor, "_GUARDS", doctor._GUARDS.replace("false, current_user", "true, current_user"))
    monkeypatch.setattr(doctor, "_GUARDS", doctor._GUARDS.replace("           false,", "           true,"))
    assert "migrate ledger" in wrong()["Ledger"].mend


def test_a_superuser_is_found_on_a_public_address(cast, settings):
    settings.SITE_URL = "https://hire.inland.test"
    found = {finding.about: finding for finding in doctor._ledger()}
    assert "NOSUPERUSER" in found["Database role"].mend or "CREATE ROLE" in found["Database role"].mend


def test_missing_migrations_end_the_examination(well, monkeypatch):
    monkeypatch.setattr(health, "_applied", False)
    sql("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'ledger')")()
    assert wrong()["Migrations"].mend == "python manage.py prepare"
    monkeypatch.setattr(health, "_applied", False)


def test_clocks_that_differ_are_found():
    now = timezone.now()
    assert not doctor._clock(now, now + timedelta(seconds=4)).mend
    assert "set-ntp" in doctor._clock(now, now - timedelta(seconds=6)).mend


def test_a_broker_that_is_away_is_found(settings, monkeypatch):
    from pipeline.celery import app

    monkeypatch.setattr(app.conf, "broker_url", "redis+socket:///nowhere/at/all.sock")
    monkeypatch.setattr(app.conf, "broker_write_url", "redis+socket:///nowhere/at/all.sock")
    assert "REDIS_URL" in doctor._broker().mend


def test_a_database_that_is_away_is_the_one_thing_to_mend(well, monkeypatch, capsys):
    def away(*_):
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        found = wrong()
        assert list(found) == ["Database"]
        assert "DATABASE_URL" in found["Database"].mend
        with pytest.raises(SystemExit) as left:
            call_command("doctor")
    assert left.value.code == 1
    assert "1 to mend." in capsys.readouterr().out


def test_a_failed_message_alone_fails_no_script(well, capsys):
    letter("failed")
    call_command("doctor")
    assert "! Deliveries" in capsys.readouterr().out
