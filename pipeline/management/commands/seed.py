from time import monotonic

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pipeline import reference, seed


class Command(BaseCommand):
    help = "Fill the database with the demo region: invented people, employers and openings, all marked as examples."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="do nothing when anybody is already here")

    def handle(self, *, if_empty, verbosity, **options):
        if if_empty and not seed.empty():
            return
        if seed.planted():
            raise CommandError("The examples are already here. Start from an empty database to have them anew.")
        begun = monotonic()
        reference.load()
        made = seed.plant(at=timezone.now())
        if verbosity:
            counts = ", ".join(f"{count} {what}" for what, count in made.items())
            self.stdout.write(f"The demo region: {counts}. {monotonic() - begun:.1f} s")
