"""`manage.py doctor`: everything an operator can get wrong, each in plain words with the command that mends it.

A finding is only made by looking: at the settings as they are read, at the database as it answers, at the broker. The
checks that need the database are left out when it is away, for that is then the one thing to mend.
"""

import contextlib
import sys
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.models import Count

from accounts import sealed
from accounts.models import Membership, Zip
from ledger import handoffs, heartbeats
from ledger.models import Heartbeat, Turn
from notifications.models import Delivery
from pipeline import backups, health, latch, roles, walls
from pipeline.mending import BACKUP, START
from pipeline.schedule import jobs
from programs.models import Credential, Occupation

NEVER_PUBLIC = ("DEBUG", "DEMO")
SKEW = timedelta(seconds=5)


@dataclass(frozen=True)
class Finding:
    """What was looked at and what was seen; `mend` is empty when all is well. `grave` findings fail the command."""

    about: str
    said: str
    mend: str = ""
    grave: bool = True


def examine(*, at) -> Iterator[Finding]:
    """Look at everything; one finding per thing looked at, or several where several are wrong."""
    yield from _settings()
    yield from _time_zones()
    yield _disk()
    yield _broker()
    yield _mail()
    yield _backup(at)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            there = cursor.fetchone()[0]
    except DatabaseError as error:
        where = "{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
        yield Finding(
            "Database",
            f"PostgreSQL does not answer at {where}: {str(error).splitlines()[0]}",
            "docker compose up --detach db   (or correct DATABASE_URL in .env)",
        )
        return
    yield Finding("Database", f"PostgreSQL {connection.pg_version // 10000} answers.")
    yield _clock(there, datetime.now(UTC))
    if latch.is_shut():
        said = (
            "A backup was put back, and who was erased is not erased again yet. Until then nobody finds anything in it."
        )
        yield Finding("Restored", said, "python manage.py prepare")
        return
    if not (part := health.migrations()).ok:
        yield Finding(
            "Migrations", f"{part.more['waiting']} changes of the database are missing.", "python manage.py prepare"
        )
        return
    yield Finding("Migrations", "The database is as this version needs it.")
    yield from _ledger()
    yield _roles()
    yield _walls()
    yield from _reference()
    yield from _heartbeats(at)
    yield from _work(at)
    yield from _jobs(at)


# --- Settings ---------------------------------------------------------------------------------------------------------
def _settings() -> Iterator[Finding]:
    public = health.is_public()
    for name in NEVER_PUBLIC:
        if getattr(settings, name) and public:
            what = "shows the inside on errors" if name == "DEBUG" else "lets everybody sign in as anyone"
            yield Finding(name, f"{name} is on at a public address: it {what}.", f"set {name}=0 in .env and restart")
        else:
            yield Finding(name, f"{name} is {'on, on this machine only' if getattr(settings, name) else 'off'}.")
    key = settings.SECRET_KEY
    if public and (len(key) < 40 or len(set(key)) < 10):
        make = 'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
        yield Finding("SECRET_KEY", "It is too short or too plain to sign sessions with.", f"{make}   into .env")
    else:
        yield Finding("SECRET_KEY", "Long enough." if public else "Not judged on this machine.")
    host = urlsplit(settings.SITE_URL).hostname
    if not settings.SITE_URL.startswith("https://") and public:
        yield Finding(
            "SITE_URL",
            f"{settings.SITE_URL} is not encrypted: cookies and codes can be read on the way.",
            f"set SITE_URL=https://{host} in .env and restart",
        )
    elif public and host.endswith((".example", "example.org")):
        yield Finding("SITE_URL", f"{host} is the example's name.", "set SITE_URL in .env to your own and restart")
    else:
        yield Finding("SITE_URL", f"People reach the site at {settings.SITE_URL}.")
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding(
            "ALLOWED_HOSTS", "The site answers to any name, also a forged one.", "take * out of ALLOWED_HOSTS in .env"
        )
    elif not any(host == known or (known.startswith(".") and host.endswith(known)) for known in settings.ALLOWED_HOSTS):
        yield Finding(
            "ALLOWED_HOSTS",
            f"The site does not answer to its own name, {host}.",
            "take ALLOWED_HOSTS out of .env, or add the name",
        )
    else:
        yield Finding("ALLOWED_HOSTS", "The site answers to its own name.")


def _time_zones() -> Iterator[Finding]:
    try:
        for name in (settings.TIME_ZONE, "America/New_York"):
            zoneinfo.ZoneInfo(name)
    except zoneinfo.ZoneInfoNotFoundError:
        yield Finding("Time zones", "This system knows no time zones.", "apt-get install tzdata")
    else:
        now = datetime.now(zoneinfo.ZoneInfo(settings.TIME_ZONE))
        yield Finding("Time zones", f"It is {now:%H:%M} in {settings.TIME_ZONE}.")


def _disk() -> Finding:
    part = health.disk()
    said = f"{part.more['free_percent']} % of the disk is free."
    return Finding("Disk", said, "" if part.ok else "docker system prune   (or make the disk larger)")


def _broker() -> Finding:
    from pipeline.celery import app

    try:
        with app.connection_for_write(connect_timeout=2) as line:
            line.ensure_connection(max_retries=1, interval_start=0.1, timeout=3)
    except Exception as error:
        said = f"The broker does not answer: {error}. Work goes on by the watch, up to a minute later."
        return Finding("Broker", said, "docker compose up --detach valkey   (or correct REDIS_URL in .env)")
    return Finding("Broker", "Redis or Valkey answers.")


def _mail() -> Finding:
    if "smtp" not in settings.EMAIL_BACKEND:
        local = any(word in settings.EMAIL_BACKEND for word in ("console", "locmem", "dummy", "filebased"))
        said = f"{settings.EMAIL_BACKEND} sends nothing." if local else f"{settings.EMAIL_BACKEND} sends mail."
        return Finding("Mail", said, "set EMAIL_URL in .env" if local and health.is_public() else "")
    if health.is_public() and "throughline.example" in settings.DEFAULT_FROM_EMAIL:
        return Finding(
            "Mail", f"Letters come from {settings.DEFAULT_FROM_EMAIL}.", "set DEFAULT_FROM_EMAIL in .env to your own"
        )
    server = get_connection(timeout=5)
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        server.open()
    except Exception as error:
        said = f"The mail server {where} does not let us in: {type(error).__name__}: {error}"
        return Finding("Mail", said[:300], "correct EMAIL_URL in .env (address, user, password) and restart")
    finally:
        with contextlib.suppress(Exception):
            server.close()
    return Finding("Mail", f"The mail server {where} answers.")


def _backup(at) -> Finding:
    """Whether there is a backup of the last day that was proved; on this machine alone nobody needs one."""
    last = backups.last_proved(Path(settings.BACKUPS))
    make = f"{BACKUP}   (every night: docs/running.md)"
    if last is None:
        return Finding("Backup", "There is none that was proved.", make if health.is_public() else "", grave=False)
    hours = (at - last) // timedelta(hours=1)
    late = make if health.late_backup(last, at) else ""
    return Finding("Backup", f"The last one that was proved is {hours} hours old.", late, grave=False)


# --- The database -----------------------------------------------------------------------------------------------------
def _clock(there, here) -> Finding:
    apart = abs(here - there)
    if apart > SKEW:
        said = f"This machine's clock and the database's are {apart.total_seconds():.0f} seconds apart."
        return Finding("Clock", said, "timedatectl set-ntp true   (on both)")
    return Finding("Clock", "This machine and the database agree on the time.")


_GUARDS = """
    SELECT count(*) FILTER (WHERE tgenabled = 'A'), (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
           has_table_privilege('ledger_event', 'UPDATE, DELETE, TRUNCATE'), current_user
    FROM pg_trigger WHERE tgrelid = 'ledger_event'::regclass
    AND tgname IN ('ledger_event_append_only', 'ledger_event_no_truncate')
"""


def _ledger() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_GUARDS)
        guards, superuser, may, name = cursor.fetchone()
    again = "python manage.py migrate ledger 0003 && python manage.py migrate"
    if guards < 2:
        yield Finding("Ledger", "The triggers that keep history as it is are gone or switched off.", again)
    elif may and not superuser:
        yield Finding("Ledger", f"The role {name} may change history as far as privileges go.", again)
    else:
        yield Finding("Ledger", "History can only be added to.")
    if superuser and health.is_public():
        yield Finding(
            "Database role",
            f"The application signs in as {name}, a superuser, whom the database refuses nothing.",
            "psql: CREATE ROLE throughline LOGIN CREATEROLE; then own the tables with it (docs/running.md)",
        )
    else:
        yield Finding("Database role", f"The application signs in as {name}.")


def _roles() -> Finding:
    """Whether pages and jobs may do what they need and no more, and sign in as somebody of their own."""
    put = "python manage.py roles   (signed in as the owner, MIGRATE_DATABASE_URL)"
    if not roles.there():
        return Finding("Permissions", f"PostgreSQL lacks the roles {roles.WEB} and {roles.WORKER}.", put)
    if wrong := list(roles.differences()):
        said = f"{len(wrong)} permissions in PostgreSQL are not as they should be, the first: {wrong[0]}"
        return Finding("Permissions", said, put)
    users = {kind: address.get("USER") for kind, address in settings.DATABASE_URLS.items()}
    if users["owner"] in (users["web"], users["worker"]):
        said = "Pages or jobs sign in at PostgreSQL as its owner, whom it refuses next to nothing."
        mend = "set DATABASE_URL, WORKER_DATABASE_URL and MIGRATE_DATABASE_URL (docs/running.md), then prepare"
        return Finding("Permissions", said, mend if health.is_public() else "", grave=False)
    return Finding("Permissions", "Pages, jobs and migrations each may do in PostgreSQL what they need.")


def _walls() -> Finding:
    if down := walls.down():
        said = f"What is only for some to see is not kept apart in {', '.join(down)}."
        return Finding("Second wall", said, "python manage.py roles   (signed in as the owner)")
    return Finding("Second wall", "PostgreSQL shows contacts, letters and notes to those they concern.")


def _reference() -> Iterator[Finding]:
    empty = [
        said
        for said, model in (("ZIP codes", Zip), ("occupations", Occupation), ("credentials", Credential))
        if not model.objects.exists()
    ]
    if empty:
        yield Finding("Reference data", f"There are no {' and no '.join(empty)}.", "python manage.py load_reference")
    else:
        yield Finding("Reference data", "ZIP codes, occupations and credentials are there.")
    if lost := sealed.unreadable():
        yield Finding(
            "Second steps",
            f"{lost} cannot be opened: the key they were sealed with is not in the environment.",
            "put the former FACTOR_KEYS or SECRET_KEY into FACTOR_KEYS in .env, after the new one, and restart",
        )
    else:
        yield Finding("Second steps", "Every one can be opened.")
    staff = Membership.objects.coordinating()
    if not staff.exists():
        yield Finding(
            "Staff",
            "Nobody is a coordinator, so nobody sees what waits for a person.",
            'python manage.py create_admin_link NAME@HOST --name "..." --organization "..."',
        )
    else:
        yield Finding("Staff", "There is a coordinator.")


# --- Work -------------------------------------------------------------------------------------------------------------
def _heartbeats(at) -> Iterator[Finding]:
    seen = heartbeats.last_seen()
    silent = heartbeats.silent(seen, at=at)
    for kind in heartbeats.KINDS:
        if kind not in silent:
            yield Finding(kind.capitalize(), f"Seen {health.seconds(seen[kind], at)} seconds ago.")
        elif seen[kind]:
            minutes = health.seconds(seen[kind], at) // 60
            yield Finding(kind.capitalize(), f"Not seen for {minutes} minutes.", START[kind])
        else:
            yield Finding(kind.capitalize(), "Never seen.", START[kind])


def _work(at) -> Iterator[Finding]:
    lag = health.lag(at=at)
    if lag.parked:
        first = handoffs.parked().first()
        said = f"{lag.parked} failed five times and wait for a person. The oldest: {first.kind}: {first.error[:200]}"
        yield Finding("Parked work", said, "python manage.py handoffs list, mend the cause, handoffs retry --all")
    else:
        yield Finding("Parked work", "None.")
    for about, since, start in (
        ("Handoffs", lag.handoffs, START["worker"]),
        ("Messages", lag.deliveries, START["sender"]),
    ):
        if since and at - since > health.LATE:
            said = f"Something has been waiting for {health.seconds(since, at) // 60} minutes and nobody takes it."
            yield Finding(about, said, start)
        else:
            yield Finding(about, "Nothing waits longer than it should.")
    day = Delivery.objects.filter(created_at__gte=at - timedelta(days=1), state__in=["failed", "bounced"])
    counts = dict(day.order_by().values_list("state").annotate(n=Count("pk")))
    if counts:
        said = ", ".join(f"{n} {state}" for state, n in sorted(counts.items()))
        yield Finding("Deliveries", f"Of the last day's messages: {said}.", "python manage.py outbox list", grave=False)
    else:
        yield Finding("Deliveries", "No message of the last day failed.")
    if "email" in lag.refused:
        yield Finding("Mail", "The mail server takes no message.", "correct EMAIL_URL in .env and restart")
    if "sms" in lag.refused:
        said = "The text message carrier takes no message."
        yield Finding("Texts", said, "correct SMS_GATEWAY and TWILIO_... in .env and restart (docs/texts.md)")


def _jobs(at) -> Iterator[Finding]:
    known = jobs()
    failed = [turn for turn in Turn.objects.filter(job__in=known) if turn.error]
    for turn in failed:
        yield Finding("Clockwork", f"{turn.job} failed last time: {turn.error[:200]}", "read the log of who did it: "
                      f"docker compose logs {turn.by.partition('@')[0] or 'worker'}")  # fmt: skip
    begun, since = dict(Turn.objects.values_list("job", "begun_at")), _since()
    late = [job for job in known.values() if at - (begun.get(job.name) or since) > 2 * job.every + health.LATE]
    never = [job.name for job in late if not begun.get(job.name)]
    if seldom := [job.name for job in late if job.name not in never]:
        yield Finding("Clockwork", f"Not done in time: {', '.join(seldom)}.", START["watch"])
    if never:
        yield Finding("Clockwork", f"Never begun: {', '.join(never)}.", START["watch"])
    if not late and not failed:
        yield Finding("Clockwork", "Every periodic job was done in its time.")


def _since() -> datetime:
    """From when a job that was never begun is waited for: the last start, or once that is forgotten the last update."""
    starts = Heartbeat.objects.filter(process=heartbeats.STARTING).values_list("seen_at", flat=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(applied) FROM django_migrations")
        return max([*starts, *cursor.fetchone()])


# --- Saying it -------------------------------------------------------------------------------------------------------
def report(found, write=sys.stdout.write) -> int:
    """Say each finding and how to mend it; the number of grave ones."""
    grave = 0
    for finding in found:
        wrong = bool(finding.mend)
        grave += wrong and finding.grave
        mark = ("✗" if finding.grave else "!") if wrong else "✓"
        write(f"{mark} {finding.about}: {finding.said}")
        if wrong:
            write(f"    → {finding.mend}")
    return grave
