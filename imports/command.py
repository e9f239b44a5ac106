"""What the import commands share: reading the file, showing progress, reporting line by line, the exit status."""

import sys
from functools import partial
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from accounts.models import Organization, User
from accounts.policies import Denied

from . import actions, kinds, policies, queries
from .mapping import check_file, from_file, knows
from .problems import Refused, gathered
from .reading import read
from .values.text import organization_name

PROBLEMS_AT_MOST = 200


class ImportCommand(BaseCommand):
    """`manage.py import_<kind> FILE`. Exit status 0 when every row is in, 1 when any was refused or the file was."""

    kind = ""
    requires_system_checks = []
    for_help = "the organization the sheet is for, by name or public id"

    def add_arguments(self, parser):
        parser.add_argument("file", help="CSV, XLSX, XLS or ODS")
        parser.add_argument("--dry-run", action="store_true", help="look only; nothing is saved")
        parser.add_argument("--as", dest="as_email", metavar="EMAIL", help="the person in whose name it is done")
        parser.add_argument("--for", dest="organization", metavar="ORGANIZATION", help=self.for_help)
        parser.add_argument(
            "--map", dest="mapping", metavar="FILE", help='JSON or YAML: {"our column": "Their Heading"}'
        )
        parser.add_argument("--skip-bad-rows", action="store_true", help="bring in the good rows, leave the others out")
        parser.add_argument("--lang", choices=["en", "es"], default="en", help="the language of the report")

    def handle(self, *args, **options):
        with translation.override(options["lang"]):
            try:
                self.all_in = self.run(options)
            except (Refused, Denied) as problem:
                raise CommandError(str(problem)) from problem
            except OperationalError as problem:
                raise CommandError(
                    _("The database is away, or another import is running. Nothing was saved; try again in a minute.")
                ) from problem
        if not self.all_in:
            sys.exit(1)

    def options_of(self, options) -> dict:
        """What of the command line is kept with the batch."""
        return {}

    def run(self, options) -> bool:
        kind = kinds.get(self.kind)
        by = self._person(options["as_email"])
        organization = self._organization(options["organization"], kind, by)
        policies.bring_in.check(by, kind, organization)
        path = Path(options["file"])
        table = read(path.name, _bytes_of(path), knows(kind.columns))
        mapping = {}
        if options["mapping"]:
            mapping = check_file(from_file(_bytes_of(Path(options["mapping"])), kind.columns), table)
        given = {"kind": kind, "organization": organization, "by": by, "options": self.options_of(options)}
        if options["dry_run"]:
            return self._look(table, mapping, **given)
        return self._bring_in(table, mapping, path.name, options["skip_bad_rows"], **given)

    def _look(self, table, mapping, *, kind, organization, by, options) -> bool:
        now = timezone.now()
        context = queries.Context(
            organization, by, now, timezone.localtime(now).date(), policies.may_do_all(by), options
        )
        preview = queries.look(kind, table, mapping, context)
        self._report(preview, kind)
        self.stdout.write(_("Nothing was saved: this was a dry run."))
        return preview.all_in

    def _bring_in(self, table, mapping, file_name, skip_bad_rows, *, kind, **given) -> bool:
        at = timezone.now()
        batch = actions.keep(table, kind=kind, file_name=file_name, mapping=mapping, at=at, **given)
        seen = []

        def progress(rows):
            seen.extend(rows)
            return tqdm(rows, unit=_("rows"), file=sys.stderr, disable=not sys.stderr.isatty(), leave=False)

        try:
            batch = actions.bring_in(batch, by=given["by"], at=at, skip_bad_rows=skip_bad_rows, progress=progress)
        except actions.NotAllIn as problem:
            actions.discard(batch, by=given["by"])
            self._report(problem.preview, kind)
            self.stdout.write(
                _("Nothing was saved. Mend these lines, or use --skip-bad-rows to bring in the others without them.")
                if problem.preview.rows
                else _("Nothing was saved.")
            )
            return False
        except (Refused, Denied):
            actions.discard(batch, by=given["by"])
            raise
        preview = queries.Preview(seen, None, [], queries.problems_of(batch))
        self._report(preview, kind)
        self.stdout.write(_("Batch %(id)s (number %(number)s).") % {"id": batch.public_id, "number": batch.pk})
        self.stdout.write(_("To take it back: manage.py undo_import %(number)s") % {"number": batch.pk})
        return not preview.refused

    def _report(self, preview, kind) -> None:
        for problem in preview.problems:
            self.stdout.write(f"{self.style.WARNING(_('Sheet'))}: {problem}")
        for key in preview.missing:
            column = kind.column(key)
            self.stdout.write(
                self.style.ERROR(
                    _("No column for “%(column)s” was found. Name it so in the sheet, or say which it is with --map.")
                    % {"column": column.label}
                )
            )
        self._report_rows(preview, kind)
        counted = ", ".join(f"{label}: {count}" for _value, label, count in queries.counted(preview.counts, kind))
        total = len(preview.rows)
        read_ = ngettext("%(n)s row read", "%(n)s rows read", total) % {"n": total}
        self.stdout.write(f"{read_}. {counted}" if counted else read_)

    def _report_rows(self, preview, kind) -> None:
        said = gathered([(row.line, problem) for row in preview.rows for problem in row.problems])
        for line, problem, more in said[:PROBLEMS_AT_MOST]:
            self.stdout.write(self._line(line, problem, kind))
            if more:
                self.stdout.write(f"  {more}")
        if len(said) > PROBLEMS_AT_MOST:
            more = len(said) - PROBLEMS_AT_MOST
            rest = ngettext("… and %(n)s more remark.", "… and %(n)s more remarks.", more)
            self.stdout.write(rest % {"n": more})

    def _line(self, line, problem, kind) -> str:
        column = kind.column(problem.column)
        where = _("Line %(line)s") % {"line": line}
        parts = [where, str(column.label) if column else problem.column]
        if problem.value and "%(value)s" not in queries.template_of(problem):
            parts.append(f"“{problem.value}”")
        style = self.style.ERROR if problem.is_error else partial(str)
        return f"{style(', '.join(part for part in parts if part))}: {problem}"

    def _person(self, email) -> User | None:
        if not email:
            return None
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(_("Nobody here has the email %(email)s. Look at --as.") % {"email": email})
        return user

    def _organization(self, said, kind, by) -> Organization | None:
        if not said:
            allowed = policies.organizations_for(by, kind) if by and not policies.may_do_all(by) else []
            return allowed[0] if len(allowed) == 1 else None
        found = [
            organization
            for organization in Organization.objects.filter(kind__in=kind.organization_kinds).order_by("pk")
            if said in (str(organization.public_id), str(organization.pk))
            or organization_name(said) == organization_name(organization.name)
        ]
        if len(found) != 1:
            raise CommandError(
                _("There is no organization “%(name)s” here that such a sheet can be for. Look at --for.")
                % {"name": said}
                if not found
                else _("Several organizations are called “%(name)s”. Give the public id with --for.") % {"name": said}
            )
        return found[0]


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CommandError(_("There is no file %(path)s.") % {"path": path}) from None
    except OSError as error:
        raise CommandError(
            _("The file %(path)s cannot be read: %(why)s.") % {"path": path, "why": error.strerror}
        ) from error
