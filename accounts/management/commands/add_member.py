"""Put a person into an organization: how the first coordinator of an installation comes in.

    manage.py add_member carla@example.org --name "Carla Reyes" --kind coalition --organization "Inland Coalition"

The person signs in with a code sent to that address; no password is made.
"""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from accounts import actions
from accounts.models import Membership, Organization
from accounts.policies import Denied


class Command(BaseCommand):
    help = "Put a person into an organization, making either when it is missing."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="The person's name, when they are new here.")
        parser.add_argument("--organization", required=True, help="The organization's name.")
        parser.add_argument("--kind", required=True, choices=Organization.Kind.values)
        parser.add_argument(
            "--role", choices=Membership.Role.values, help="Left out: administrator while there is none, else staff."
        )
        parser.add_argument("--zip", default="", help="The organization's ZIP code, when it is new here.")

    def handle(self, *, email, name, organization, kind, role, zip, **_):
        try:
            validate_email(email)
        except ValidationError as wrong:
            raise CommandError(f"“{email}” is not an email address. Write it like name@example.org.") from wrong
        try:
            membership, made = actions.add_member(
                email=email, name=name, organization=organization, kind=kind, role=role, zip_code=zip, at=timezone.now()
            )
        except Denied as refused:
            raise CommandError(str(refused)) from refused
        said = "now acts" if made else "already acts"
        self.stdout.write(f"{membership.user} {said} for {membership.organization}, and signs in with {email}.")
