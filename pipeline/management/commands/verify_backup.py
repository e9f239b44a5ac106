"""`manage.py verify_backup FILE`: restore a backup into a fresh PostgreSQL and compare every table."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pipeline import backups
from pipeline.processes import Trouble


class Command(BaseCommand):
    """Changes nothing but the date of the proof in the note. Exit code 0 when everything came back as it was saved."""

    help = "Restore a backup into a fresh PostgreSQL beside the site and compare every table with what was saved."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **_):
        try:
            note = backups.prove(file, at=timezone.now())
        except Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(f"Made {note.made_at}. All {note.rows} rows in {len(note.tables)} tables came back the same.")
