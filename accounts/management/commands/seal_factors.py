"""`manage.py seal_factors`: every second step under the first of FACTOR_KEYS, so that the others can be taken away."""

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError

from accounts import sealed


class Command(BaseCommand):
    help = "Seal the secrets of all second steps anew with the first of FACTOR_KEYS. Safe to run again."

    def handle(self, **options):
        try:
            done = sealed.rewrap(sealed.seal_anew)
        except InvalidToken:
            raise CommandError(
                f"{sealed.unreadable()} cannot be opened, so nothing was changed: FACTOR_KEYS lacks a former key."
            ) from None
        self.stdout.write(f"  Sealed anew: {done}. Former keys can be taken out of FACTOR_KEYS.")
