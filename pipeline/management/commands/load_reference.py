from django.core.management.base import BaseCommand

from pipeline import reference


class Command(BaseCommand):
    help = "Load the reference data of data/: ZIP codes, occupations, credentials, the region's public programs."

    def handle(self, *, verbosity, **options):
        loaded = reference.load()
        if verbosity:
            for step in loaded:
                self.stdout.write(f"{step.what}: {step.total} ({step.new} new, {step.changed} changed)")
