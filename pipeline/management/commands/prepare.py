"""`manage.py prepare`: everything between an empty database and a site that can be served, skipping what is done."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from pipeline import seed


class Command(BaseCommand):
    help = "Bring the database, reference data and static files up to date; in a demo, seed an empty database."

    def handle(self, **options):
        executor = MigrationExecutor(connection)
        if waiting := len(executor.migration_plan(executor.loader.graph.leaf_nodes())):
            self.say(f"Database: {waiting} migrations")
            call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        self.say("Reference data")
        call_command("load_reference", verbosity=1 if waiting else 0)
        if settings.DEMO:
            if seed.empty():
                self.say("People, employers and openings of the demo")
                call_command("seed")
            # A production image brings its static files.
            if static_files_changed():
                self.say("Static files")
                call_command("collectstatic", interactive=False, verbosity=0)
                note_static_files()

    def say(self, text):
        self.stdout.write("  " + text)


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
