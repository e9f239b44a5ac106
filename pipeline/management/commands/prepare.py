"""`manage.py prepare`: everything between an empty database and a site that can be served, skipping what is done."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.models import Zip
from accounts.record import erase
from ledger import heartbeats
from matching import nightly, sql
from pipeline import backups, latch, reference, roles, seed

RESTART = "docker compose restart web worker sender beat watch"


class Command(BaseCommand):
    help = "Bring the database, reference data and static files up to date; in a demo, seed an empty database."

    def handle(self, **options):
        with latch.passed():
            self.bring_up_to_date()
            self.erase_again()
            if latch.is_shut():
                latch.open_again()
                if backups.others_signed_in():  # what the database was told stands from the next connection on
                    self.say("Whoever signed in while it was shut finds nothing still: " + RESTART)
        nightly.fill(at=timezone.now())
        heartbeats.expect(at=timezone.now())
        if settings.DEMO:
            if seed.empty():
                self.say("People, employers and openings of the demo")
                call_command("seed", scenario="demo")
            # A production image brings its static files.
            if static_files_changed():
                self.say("Static files")
                call_command("collectstatic", interactive=False, verbosity=0)
                note_static_files()

    def bring_up_to_date(self):
        executor = MigrationExecutor(connection)
        if waiting := len(executor.migration_plan(executor.loader.graph.leaf_nodes())):
            self.say(f"Database: {waiting} migrations")
            call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        with connection.cursor() as cursor:
            # Roles and who is a member of them belong to the server: a copy restored on another may have come without.
            cursor.execute(
                "SELECT pg_get_userbyid(proowner), pg_has_role(to_regrole('throughline_matching'), 'SET')"
                " FROM pg_proc WHERE proname = 'matching_seekers'"
            )
            if cursor.fetchone() != ("throughline_matching", True):
                cursor.execute(sql.text("grants"))
        if settings.DATABASE_URLS["worker"] != settings.DATABASE_URLS["web"] or roles.there() or roles.may_be_made():
            call_command("roles", verbosity=0)
        if reference_note() != (now := reference_fingerprint()):
            self.say("Reference data")
            call_command("load_reference")
            note_reference(now)

    def erase_again(self):
        """A backup knows people who were erased since. Nothing starts before they are erased again."""
        path = Path(settings.TOMBSTONES)
        try:
            tombstones = erase.read_tombstones(path) if path.exists() else {}
        except ValueError as wrong:
            raise CommandError(
                f"{path}, the people who were erased: {wrong}. Mend the line, or take it out."
            ) from wrong
        if done := erase.erase_again(tombstones, at=timezone.now()):
            self.say(f"Erased again, as before the restore: {done}")

    def say(self, text):
        self.stdout.write("  " + text)


def reference_fingerprint() -> str:
    print_ = hashlib.sha256(version("zipcodes").encode())
    for path in (Path(reference.__file__), *sorted(reference.DATA.glob("*.csv"))):
        print_.update(path.read_bytes())
    return print_.hexdigest()


def reference_note() -> str | None:
    """What the reference data was last loaded from: a comment on its table, so that it comes and goes with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(%s::regclass)", [Zip._meta.db_table])
        return cursor.fetchone()[0]


def note_reference(fingerprint: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TABLE {connection.ops.quote_name(Zip._meta.db_table)} IS '{fingerprint}'")


def _note() -> Path:
    return Path(settings.STATIC_ROOT) / ".collected"


def _fingerprint() -> str:
    """Names, sizes and times of all static files. Compressing them takes seconds, so it is done only after a change."""
    print_ = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            print_.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return print_.hexdigest()


def static_files_changed() -> bool:
    return not _note().exists() or _note().read_text() != _fingerprint()


def note_static_files() -> None:
    _note().write_text(_fingerprint())
