"""What stands still, what that means for people, and what mends it: for staff who keep no servers, and for who does."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

# What whoever looks after the server types there; doctor and the operations page name the same.
# One that hangs is replaced, too: "up" alone leaves it as it is.
START = {kind: f"docker compose up --detach --force-recreate {kind}" for kind in ("worker", "sender", "beat", "watch")}
DOCTOR = "docker compose run --rm migrate python manage.py doctor"
BACKUP = "docker compose run --rm migrate python manage.py backup --keep 14"

SILENT = {
    "worker": gettext_lazy("While it is silent the watch matches in its place, more slowly. Nothing is lost."),
    "sender": gettext_lazy("While it is silent the watch sends emails and texts, more slowly. Nothing is lost."),
    "beat": gettext_lazy("While it is silent the watch begins what is due. Nothing is lost."),
    "watch": gettext_lazy("It stands in for the others when one of them falls silent. Until it runs, nobody does."),
}
WORK_WAITS = gettext_lazy("If it still waits in ten minutes, the worker has to be started again. Nothing is lost.")
MAIL_WAITS = gettext_lazy("If they still wait in ten minutes, the sender has to be started again. None is lost.")
REFUSED = {
    "email": gettext_lazy(
        "Ask your mail provider whether its service is down or the password has changed. A new password goes into "
        "EMAIL_URL in the file .env on the server. What waits is sent then."
    ),
    "sms": gettext_lazy(
        "Ask your carrier whether its service is down or the account has run out. Its account is named in the file "
        ".env on the server. What waits is sent then."
    ),
}
PARKED = gettext_lazy("Below, under “Waits for a person”, you can try it again. Nothing is lost.")
NO_BACKUP = gettext_lazy("If the server broke today, what was written since the last backup would be gone.")


@dataclass(frozen=True)
class Standstill:
    """One thing that stands still: what is seen, what it means and what you can do, and the command for the server."""

    said: str
    means: str | Promise
    command: str = ""

    def __str__(self):
        return self.said
