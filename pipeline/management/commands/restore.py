"""`manage.py restore FILE`: put a backup in the place of all the data; then erase again whoever was erased since."""

import contextlib
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from pipeline import backups, latch
from pipeline.processes import Trouble

UNFINISHED = (
    "The data is back, but who was erased is not erased again yet. Until that is done nobody finds anything in the "
    "database. Mend what is said below, then: docker compose run --rm migrate python manage.py prepare"
)


class Command(BaseCommand):
    """In one transaction: when anything fails, everything is as it was. What is in the database now is gone then.

    Where what follows fails, the database stays shut: nobody who was erased comes back readable (pipeline/latch.py)."""

    help = "Replace everything in the database by a backup. Stop the site first; there is no way back."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *, file, yes, verbosity, **_):
        try:
            note = backups.Note.beside(file)
            if reason := backups.why_not(note):
                raise CommandError(reason)
            self.stdout.write(f"Made {note.made_at}: {note.rows} rows. What is in the database now will be gone.")
            if not yes and input("Type yes: ") != "yes":
                raise CommandError("Nothing was changed.")
        except Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        try:
            backups.restore(file, note)
            call_command("prepare", verbosity=verbosity, stdout=self.stdout)
        except BaseException as wrong:
            with contextlib.suppress(DatabaseError):
                if latch.is_shut():
                    self.stderr.write(UNFINISHED)
            if isinstance(wrong, Trouble | OSError):  # as when the disk is full
                raise CommandError(str(wrong)) from wrong
            raise
        self.stdout.write("Everything came back as it was saved. Start the site: docker compose up --detach")
