from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import Denied
from imports import actions
from imports.models import Batch
from imports.problems import Problem, Refused
from imports.queries import KEPT


class Command(BaseCommand):
    help = "Take a batch back: what it made goes, what it changed returns, what somebody acted on since stays."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("batch", help="its number or public id")
        parser.add_argument("--as", dest="as_email", metavar="EMAIL", help="the person in whose name it is done")
        parser.add_argument("--lang", choices=["en", "es"], default="en", help="the language of the report")

    def handle(self, *, batch, as_email, lang, **options):
        with translation.override(lang):
            found = Batch.objects.filter(_named(batch)).first()
            if found is None:
                raise CommandError(_("There is no batch %(batch)s.") % {"batch": batch})
            by = User.objects.filter(email=as_email.strip().lower(), is_active=True).first() if as_email else None
            if as_email and by is None:
                raise CommandError(_("Nobody here has the email %(email)s. Look at --as.") % {"email": as_email})
            if found.state == Batch.State.UNDONE:
                self.stdout.write(_("Batch %(number)s was taken back before.") % {"number": found.pk})
                return
            try:
                done = actions.take_back(found, by=by, at=timezone.now())
            except (Refused, Denied) as problem:
                raise CommandError(str(problem)) from problem
            for row in done.rows.order_by("line"):
                for problem in map(Problem.from_json, row.problems):
                    if problem.code in KEPT:
                        self.stdout.write(f"{_('Line %(line)s') % {'line': row.line}}: {problem}")
            self.stdout.write(_("Batch %(number)s is taken back.") % {"number": done.pk})


def _named(said: str) -> Q:
    if said.isdigit():
        return Q(pk=int(said)) if int(said) < 2**63 else Q(pk=None)
    try:
        return Q(public_id=UUID(said))
    except ValueError:
        return Q(pk=None)
