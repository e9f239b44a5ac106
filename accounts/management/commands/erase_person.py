"""Erase a person, or again everybody who was erased before a restore.

manage.py erase_person ana@example.org
manage.py erase_person --from-tombstones .run/tombstones.jsonl      after `restore`
"""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.policies import Denied
from accounts.record import erase, find


class Command(BaseCommand):
    help = "Erase everything that says who a person is; the counts stay. There is no way back."

    def add_arguments(self, parser):
        parser.add_argument("person", nargs="?", help="Their email, phone number, or the number of their account.")
        parser.add_argument("--from-tombstones", metavar="FILE", help="Erase everybody of this file who is here again.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *, person, from_tombstones, yes, **_):
        if bool(person) == bool(from_tombstones):
            raise CommandError("Name a person, or --from-tombstones FILE.")
        if from_tombstones:
            self._again(from_tombstones)
            return
        user = find.person(person)
        if user is None:
            raise CommandError(f"Nobody here has this email, phone number or account: {person}")
        if not yes and input(f"Erase {user.full_name} ({user.public_id})? There is no way back. Type yes: ") != "yes":
            raise CommandError("Nothing was erased.")
        try:
            done = erase.erase(user, at=timezone.now())
        except Denied as refused:
            raise CommandError(str(refused)) from refused
        for model, count in done.items():
            self.stdout.write(f"{count:6} {model}")
        self.stdout.write(f"Erased: {user.public_id}")

    def _again(self, file):
        try:
            tombstones = erase.read_tombstones(file)
        except (OSError, ValueError) as wrong:
            raise CommandError(f"{file}: {wrong}") from wrong
        done = erase.erase_again(tombstones, at=timezone.now())
        self.stdout.write(f"{len(tombstones)} in the file; erased again: {done}")
