"""The first administrator's way in: a link that works once, within 24 hours.

    manage.py create_admin_link carla@example.org --name "Carla Reyes" --organization "Inland Coalition"

Makes the person an administrator of the coalition, whichever of them is missing, and prints the link. No password is
made anywhere. Opening the link leads first to a second step (a passkey, or an app with recovery codes).
"""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from accounts import actions, entry_links
from accounts.models import Membership, Organization
from accounts.policies import Denied


class Command(BaseCommand):
    help = "Print a link that lets the first administrator in: once, within 24 hours."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="The person's name, when they are new here.")
        parser.add_argument("--organization", required=True, help="The coalition's name.")
        parser.add_argument("--zip", default="", help="The coalition's ZIP code, when it is new here.")

    def handle(self, *, email, name, organization, zip, **_):
        try:
            validate_email(email)
        except ValidationError as wrong:
            raise CommandError(f"“{email}” is not an email address. Write it like name@example.org.") from wrong
        now = timezone.now()
        try:
            membership, _made = actions.add_member(
                email=email,
                name=name,
                organization=organization,
                kind=Organization.Kind.COALITION,
                role=Membership.Role.ADMIN,
                zip_code=zip,
                at=now,
            )
        except Denied as refused:
            raise CommandError(str(refused)) from refused
        if not membership.user.is_active:
            raise CommandError(f"The account of {email} is closed.")
        if membership.role != Membership.Role.ADMIN:
            raise CommandError(f"{email} is in {membership.organization} already, but is no administrator there.")
        link = entry_links.make(membership.user, at=now)
        self.stderr.write(
            f"For {membership.user}, of {membership.organization}. The link works once, for {entry_links.HOURS} hours. "
            "Give it to nobody else:"
        )
        self.stdout.write(link)
