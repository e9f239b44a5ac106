"""`manage.py backup`: all the data as one file, proved by restoring it into a fresh PostgreSQL."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pipeline import backups, latch
from pipeline.processes import Trouble


class Command(BaseCommand):
    """Writes two files (.dump and .json) and says their names. Exit code 0 only when the backup was proved."""

    help = "Write all the data into a file while the site runs, and prove the file by restoring it beside."

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=settings.BACKUPS, help="Where to (BACKUPS in .env).")
        parser.add_argument(
            "--keep", type=int, default=0, help="Take the oldest proved ones away, so that so many stay."
        )

    def handle(self, *, folder, keep, **_):
        if latch.is_shut():
            raise CommandError("A backup was put back and not prepared. First: python manage.py prepare")
        try:
            with backups.written_down():
                dump = backups.make(folder, at=timezone.now())
                note = backups.prove(dump, at=timezone.now())
        except Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        size = dump.stat().st_size / 1_000_000
        self.stdout.write(
            f"{dump}: {note.rows} rows in {len(note.tables)} tables, {size:.1f} MB. Restored and compared."
        )
        for gone in backups.tidy(folder, keep):
            self.stdout.write(f"Taken away: {gone.name}")
        self.stdout.write(f"Copy it with its .json to another place; and {settings.TOMBSTONES} to a third.")
