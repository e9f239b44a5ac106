"""`manage.py handoffs list|retry`: what is parked, and sending it round again."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ledger import handoffs


class Command(BaseCommand):
    help = "List parked work with its error, or give it its five tries again."

    def add_arguments(self, parser):
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser("list", help="what is parked, oldest first")
        retry = steps.add_parser("retry", help="send parked work round again")
        retry.add_argument("numbers", nargs="*", type=int, help="as `list` shows them")
        retry.add_argument("--all", action="store_true", help="everything that is parked")

    def handle(self, *, step, **options):
        if step == "list":
            self.list()
        else:
            self.retry(options["numbers"], everything=options["all"])

    def list(self):
        rows = handoffs.parked()
        for handoff in rows:
            self.stdout.write(f"{handoff.pk}  {handoff.room}  {handoff.kind} of {handoff.subject_id}")
            self.stdout.write(f"    {handoff.error}")
        if not rows:
            self.stdout.write("Nothing is parked.")

    def retry(self, numbers, *, everything):
        if bool(numbers) == everything:
            raise CommandError("Name the numbers that `manage.py handoffs list` shows, or --all.")
        again = handoffs.retry(None if everything else numbers, by=None, at=timezone.now())
        if numbers and not again:
            raise CommandError("There is no parked work of that number.")
        self.stdout.write(f"{again} sent round again.")
