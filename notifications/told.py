"""What became of a message, in one plain sentence: for the person it was for, and for the staff."""

from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.speech import day, phone

from . import words
from .models import Delivery, Way

State, Reason = Delivery.State, Delivery.Reason
# Held back for what may be mended since. What the person decided, no button undoes.
WORTH_ANOTHER_TRY = {Reason.ADDRESS, Reason.BUDGET, Reason.COUNTRY, Reason.ABORTED, Reason.PAST}


def of_person(user):
    """Everything we wrote to this person by email or text message, newest first; letters without a notice, too."""
    letters = Q(user=None, channel=Way.EMAIL, address=user.email) if user.email else Q(pk=None)
    rows = Delivery.objects.filter(Q(user=user) | letters).select_related("notice")
    return rows.order_by("-created_at", "-pk")


def describe(deliveries: list[Delivery], *, reader) -> None:
    """Give each its `subject`, its `where` and its `became`, in the language that is active; and `may_go_again`.

    Nobody is named in a subject whom `reader` may not see, though whoever was told may.
    """
    words.look_ahead([delivery.notice for delivery in deliveries if delivery.notice], reader)
    for delivery in deliveries:
        delivery.may_go_again = bool(delivery.notice_id) and (
            delivery.state in (State.FAILED, State.BOUNCED)
            or (delivery.state == State.WITHHELD and delivery.reason in WORTH_ANOTHER_TRY)
        )
        delivery.subject = words.message(delivery.notice).subject if delivery.notice else _letter(delivery)
        delivery.where = phone(delivery.address) if delivery.channel == Way.SMS else delivery.address
        delivery.became = became(delivery)


def _letter(delivery: Delivery) -> str:
    return (delivery.letter or {}).get("subject") or _("An answer to what you sent us")


def became(delivery: Delivery) -> str:
    """Where the message is, and why."""
    why = str(delivery.get_reason_display()) if delivery.reason in Reason.values else ""
    if delivery.state == State.SENT:
        moment = {"date": day(delivery.sent_at), "time": hour(delivery.sent_at)}
        if delivery.delivered_at:
            return _("Sent at %(time)s on %(date)s, and it arrived.") % moment
        return _("Sent at %(time)s on %(date)s.") % moment
    if delivery.state == State.SENDING:
        return _("It is leaving now.")
    if delivery.state == State.WAITING:
        moment = {"date": day(delivery.due_at), "time": hour(delivery.due_at)}
        return f"{why} " * bool(why) + _("It leaves at %(time)s on %(date)s.") % moment
    if delivery.state == State.QUEUED:
        return why or _("It leaves in a moment.")
    said = {State.FAILED: _("Not sent."), State.BOUNCED: _("It came back."), State.WITHHELD: _("Not sent.")}
    return " ".join(filter(None, [said[delivery.state], why]))


def hour(moment) -> str:
    """The time of day, on the clock of the region."""
    return formats.time_format(timezone.localtime(moment), "TIME_FORMAT")
