"""What the channel asks of the staff: look at a budget that is used up, mend a gateway that refuses us."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.log import record

from .. import todo
from ..words import Action, Message

TOPIC = "texts"
BUDGET, GATEWAY = "sms_budget", "sms_gateway"  # the kinds of task
PAGE = "/post/?channel=sms"


@transaction.atomic
def budget_used_up(day, at) -> None:
    """The site may send no more texts on this day: somebody looks at it, and the ledger says since when."""
    data = {"budget": settings.TEXTS_BUDGET_A_DAY}
    task = todo.ask(BUDGET, topic=TOPIC, once_key=f"{BUDGET}:{day}", data=data, path=PAGE, due_on=day, at=at)
    if task:
        record("sms.budget_used", task, by=None, at=at, **data)


@transaction.atomic
def gateway_refuses(said: str, at) -> None:
    """The carrier refuses our account or our sender: texts wait until somebody has mended it."""
    day = timezone.localdate(at)
    data = {"said": todo.impersonal(said[:300])}
    todo.ask(GATEWAY, topic=TOPIC, once_key=f"{GATEWAY}:{day}", data=data, path=PAGE, due_on=day, at=at)


def _budget(task) -> Message:
    return Message(
        subject=_("The text messages of a day are used up"),
        paragraphs=[
            _("All %(n)s text messages of one day have left. What comes after them is not sent by text.")
            % {"n": task.data["budget"]},
            _("See if somebody asks for codes again and again. If all is well, allow more a day in the settings."),
        ],
        actions=[Action(_("See the text messages"), task.path)],
    )


def _gateway(task) -> Message:
    return Message(
        subject=_("The text message carrier refuses our account"),
        paragraphs=[
            _("No text message leaves until this is mended. They wait for two days. The carrier said: “%(said)s”")
            % {"said": task.data["said"]},
            _("Check the account, the token and the sender in the settings."),
        ],
        actions=[Action(_("See the text messages"), task.path)],
    )


todo.register(BUDGET, _budget)
todo.register(GATEWAY, _gateway)
