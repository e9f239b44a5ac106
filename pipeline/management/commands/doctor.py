"""`manage.py doctor`: what is wrong with this installation, in plain words, and the command that mends it."""

import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from pipeline import doctor


class Command(BaseCommand):
    help = "Look at everything an operator can get wrong. Exit code 1 when something needs mending."
    requires_system_checks = []

    def handle(self, **options):
        grave = doctor.report(doctor.examine(at=timezone.now()), self.stdout.write)
        if grave:
            self.stdout.write(f"{grave} to mend.")
            sys.exit(1)
        self.stdout.write("All is well.")
