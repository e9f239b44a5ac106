"""`manage.py roles`: the database's roles and what they may do, made as pipeline/roles.py says. Safe to run again."""

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from pipeline import roles, walls

BY_HAND = """The role {role} is not there as it must be, and this user may not make it.
An administrator of PostgreSQL does, once:
    CREATE ROLE throughline_web NOLOGIN; CREATE ROLE throughline_worker NOLOGIN;
and for every user named in DATABASE_URL and WORKER_DATABASE_URL (neither a superuser nor with CREATEROLE):
    CREATE ROLE name LOGIN PASSWORD '...' IN ROLE throughline_web;      -- or throughline_worker"""


class Command(BaseCommand):
    help = "Make the roles of pages and jobs in the database and give them what they need, no more. Safe to run again."

    def handle(self, **options):
        try:
            changed = roles.install()
            walls.put_up()
            users = roles.install_logins()
        except roles.Missing as missing:
            raise CommandError(BY_HAND.format(role=missing.role)) from None
        except ProgrammingError as error:
            raise CommandError(f"{str(error).splitlines()[0]} Sign in as the owner: MIGRATE_DATABASE_URL.") from error
        if options["verbosity"]:
            who = ", ".join(users) or "one user for everything (docs/running.md says what that costs)"
            self.stdout.write(f"  Permissions: {changed} changed. Signing in: {who}.")
