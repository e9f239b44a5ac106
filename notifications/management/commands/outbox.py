"""`manage.py outbox`: what is in the post, once more, or stopped."""

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override

from notifications import outbox
from notifications.models import Delivery, Way

LISTED = 200
State = Delivery.State
# What a list or a retry is about when no state is named.
OPEN = [State.QUEUED, State.WAITING, State.SENDING]
STUCK = [State.FAILED, State.BOUNCED]


class Command(BaseCommand):
    """Lists, retries or aborts messages. Exit code 0: done; 1: nothing was like that, or the question made no sense."""

    help = (
        "list: messages by state, way and person. retry: send again what failed or came back, now. "
        "abort: stop what has not left. A retried message is looked at once more before it leaves."
    )

    def add_arguments(self, parser):
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, said in (
            ("list", "messages that have not left, or those of --state"),
            ("retry", "send again: failed and bounced ones, or those of --state"),
            ("abort", "stop: queued and waiting ones, or those of --state"),
        ):
            one = verbs.add_parser(verb, help=said)
            one.add_argument("numbers", nargs="*", type=int, metavar="NUMBER", help="message numbers, as listed")
            one.add_argument("--state", choices=State.values)
            one.add_argument("--channel", choices=Way.values)
            one.add_argument("--reason", choices=Delivery.Reason.values)
            one.add_argument("--person", help="an email address, a phone number, or a part of the name")
            if verb != "list":
                one.add_argument("--all", action="store_true", help="without a number, a person or another filter")

    def handle(self, *, verb, **asked):
        with override("en"):
            count = getattr(self, f"_{verb}")(asked)
        if not count:
            raise CommandError("No message is like that.", returncode=1)

    def _rows(self, asked, states):
        rows = Delivery.objects.select_related("user").order_by("pk")
        if asked["numbers"]:
            rows = rows.filter(pk__in=asked["numbers"])
        if asked["state"]:
            rows = rows.filter(state=asked["state"])
        elif not asked["numbers"]:
            rows = rows.filter(state__in=states)
        for name in ("channel", "reason"):
            if asked[name]:
                rows = rows.filter(**{name: asked[name]})
        if who := asked["person"]:
            rows = rows.filter(Q(address__iexact=who) | Q(user__email__iexact=who) | Q(user__full_name__icontains=who))
        return rows

    def _chosen(self, asked, states):
        if not (asked["all"] or any(asked[name] for name in ("numbers", "state", "channel", "reason", "person"))):
            raise CommandError("Say which: numbers, --state, --channel, --reason, --person, or --all.", returncode=1)
        # Rows are named first: a related table cannot be joined in an update.
        return Delivery.objects.filter(pk__in=list(self._rows(asked, states).values_list("pk", flat=True)))

    def _list(self, asked) -> int:
        rows = self._rows(asked, OPEN)
        count = rows.count()
        if count:
            self.stdout.write("number  state     reason      way    tries  due               to")
        for row in rows[:LISTED]:
            due = timezone.localtime(row.sent_at if row.state == State.SENT else row.due_at)
            line = f"{row.pk:<7} {row.state:<9} {row.reason or '-':<11} {row.channel:<6} {row.attempts:<6} "
            self.stdout.write(f"{line}{due:%Y-%m-%d %H:%M}  {row.address}" + f"  {row.error}" * bool(row.error))
        if count > LISTED:
            self.stdout.write(f"and {count - LISTED} more")
        return count

    def _retry(self, asked) -> int:
        rows = self._chosen(asked, STUCK)
        count = outbox.again(rows, by=None, at=timezone.now())
        if count:
            self.stdout.write(f"{count} put back in the queue.")
        return count

    def _abort(self, asked) -> int:
        count = outbox.abort(self._chosen(asked, outbox.sending.OPEN), by=None, at=timezone.now())
        if count:
            self.stdout.write(f"{count} stopped.")
        return count
