"""A copy of everything that is kept about one person, for somebody who cannot sign in to take it themselves.

manage.py export_person ana@example.org                         JSON to the screen
manage.py export_person ana@example.org --format html --to ana.html
"""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.record import export, find


class Command(BaseCommand):
    help = "Write a copy of everything that is kept about one person."

    def add_arguments(self, parser):
        parser.add_argument("person", help="Their email, phone number, or the number of their account (a UUID).")
        parser.add_argument("--format", choices=["json", "html"], default="json")
        parser.add_argument("--to", help="The file to write; the screen without it.")

    def handle(self, *, person, format, to, **_):
        user = find.person(person)
        if user is None:
            raise CommandError(f"Nobody here has this email, phone number or account: {person}")
        at = timezone.now()
        with translation.override(user.language):
            if format == "json":
                text = json.dumps(export.as_data(user, at=at), ensure_ascii=False, indent=2) + "\n"
            else:
                values = {"person": user, "sections": export.as_sections(user), "made_at": at}
                text = render_to_string("accounts/record/copy_file.html", values)
        if to:
            path = Path(to)
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"Written to {path}. Hand it to nobody but the person.")
        else:
            self.stdout.write(text, ending="")
