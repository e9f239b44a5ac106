"""How a notice leaves as a text, and what is asked once more before it does."""

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Consent, User

from .. import addresses
from ..channels import Channel, Going, Held, Later, Outcome, Refused, Sent
from ..models import Address, Delivery, Preference, Way
from ..preferences import quiet_until
from ..topics import TOPICS
from . import budget, gateway, gsm, numbers, questions, staff, texts
from .gateway import Busy, Out, Rejected
from .models import Text
from .phones import TOPICS_BY_TEXT

Reason = Delivery.Reason


def readers(users):
    """Those of these people who have a verified number and agreed to texts to it, with what they want to hear of."""
    agreed = Consent.objects.standing().filter(user=OuterRef("pk"), purpose=Consent.Purpose.SMS)
    rows = User.objects.filter(Exists(agreed), pk__in=users, phone_verified_at__isnull=False).order_by()
    found = rows.exclude(phone="").values_list("pk", "phone", "text_topics__topics")
    return {pk: (phone, TOPICS_BY_TEXT if topics is None else topics) for pk, phone, topics in found}


class Sms(Channel):
    """Text messages. They ring, so nobody gets one at night."""

    name = Way.SMS
    keeps_quiet = True

    def __init__(self):
        self.gateway = None
        self.handed_over = []  # the deliveries that the carrier took in this batch

    def is_on(self):
        return gateway.is_on()

    def a_day(self):
        return settings.TEXTS_A_DAY

    def chosen(self, users):
        """Topics a person does not want by text; there is no daily or weekly text."""
        wanted = readers(users)
        return {
            (user, topic): Preference.Frequency.OFF
            for user, (_phone, topics) in wanted.items()
            for topic in TOPICS
            if topic not in topics
        }

    def write(self, told, at):
        if not self.is_on():
            return []
        wanted = readers({one.user for one in told})
        return [
            Going(one.notice, one.user, wanted[one.user][0], at)
            for one in told
            if one.user in wanted and one.topic in wanted[one.user][1]
        ]

    def address_of(self, user):
        return user.phone if user.phone_verified_at else ""

    def why_not(self, deliveries, now):
        wanted = readers({delivery.user_id for delivery in deliveries if delivery.notice})
        # After a STOP not even what somebody asked for on the site leaves: it may not be the number's person who asks.
        stopped = addresses.stopped({d.address for d in deliveries if not d.notice})
        found, spending = {}, {}
        for delivery in deliveries:
            number = self.address_of(delivery.user) if delivery.notice else delivery.address
            if delivery.notice and delivery.user_id not in wanted:
                found[delivery.pk] = Reason.CONSENT
            elif not delivery.notice and number in stopped:
                found[delivery.pk] = Reason.STOPPED
            elif not numbers.allowed(number):
                found[delivery.pk] = Reason.COUNTRY
            elif delivery.attempts < 2 and not self._is_night(delivery, now):
                # A second try is counted already; what was held is one text to each person.
                one = ("held", delivery.user_id) if delivery.held else ("text", delivery.pk)
                spending.setdefault(one, (number, []))[1].append(delivery.pk)
        over = budget.over([(one, number) for one, (number, _pks) in spending.items()], now)
        return found | {pk: Reason.BUDGET for one in over for pk in spending[one][1]}

    def _is_night(self, delivery: Delivery, now) -> bool:
        """It waits for the morning anyway, and is counted then."""
        return bool(delivery.notice and quiet_until(now, delivery.user.time_zone))

    def open(self):
        self.gateway = gateway.current()
        if self.gateway is None:
            raise ConnectionError("no text gateway is set")

    def send(self, deliveries) -> Outcome:
        try:
            return self._send(deliveries)
        except Exception as error:
            return Later(f"{type(error).__name__}: {error}", unsure=True)

    def _send(self, deliveries) -> Outcome:
        first, now = deliveries[0], timezone.now()
        body = _body(deliveries)
        text = _begin(first, gsm.segments(body), now)
        if text is None:
            return Held(Reason.BUDGET)
        if text.sid:  # a receipt came where the carrier's answer had been lost, or the worker was killed behind it
            _ask(deliveries, text)
            return _by_status(text)
        unsure_since = text.unsure_since
        # Written first: whoever is killed while the carrier listens must not send the same text twice.
        Text.objects.filter(pk=text.pk).update(number=first.address, unsure_since=unsure_since or now)
        answer = self.gateway.send(Out(first.address, body, _callback(text), unsure_since))
        if isinstance(answer, Busy):
            if not answer.unsure:
                Text.objects.filter(pk=text.pk).update(unsure_since=None)
            if answer.ours:
                return _needs_mending(answer)
            return Later(answer.text, away=answer.away, unsure=answer.unsure)
        if isinstance(answer, Rejected):
            Text.objects.filter(pk=text.pk).update(
                status=Text.Status.FAILED, error=answer.code[:10], unsure_since=None, told_at=now
            )
            return refusal(answer.about, answer.text, first.address, now)
        with transaction.atomic():
            Text.objects.filter(pk=text.pk).update(sid=answer.sid, unsure_since=None)
            Text.objects.filter(pk=text.pk, status=Text.Status.BEGUN).update(status=Text.Status.QUEUED)
            _ask(deliveries, text)
        self.handed_over.append(first.pk)
        text.refresh_from_db()
        return _by_status(text)

    def close(self):
        from . import receipts  # it reads what this module says

        receipts.settle(self.handed_over, timezone.now())


@transaction.atomic
def _begin(delivery: Delivery, segments: int, now) -> Text | None:
    """The text, written down and paid from the budget before anything leaves; None when nothing is left of that.

    One that was tried before is paid; one that left, and that somebody put back in the queue, is a new one.
    """
    text = Text.objects.filter(delivery=delivery).first()
    if text and not (text.sid and delivery.attempts < 2):
        return text
    if not budget.take(delivery.address, segments, now):
        return None
    if text:
        return text.begin_again(now)
    return Text.objects.create(delivery=delivery, number=delivery.address, begun_at=now, segments=segments)


def _body(deliveries: list[Delivery]) -> str:
    first = deliveries[0]
    if first.letter:
        return first.letter["text"]
    if len(deliveries) == 1:
        return texts.of_notice(first.notice)
    return texts.of_several([delivery.notice for delivery in deliveries], first.user.language)


def _ask(deliveries: list[Delivery], text: Text) -> None:
    if len(deliveries) == 1 and deliveries[0].notice:
        questions.ask(deliveries[0].notice, text.number, timezone.now(), since=text.begun_at)


def _callback(text: Text) -> str:
    return f"{settings.SITE_URL}/texts/{text.public_id}/"


def _by_status(text: Text) -> Outcome:
    if text.status in (Text.Status.FAILED, Text.Status.UNDELIVERED):
        return refusal(gateway.about(text.error), f"{text.status} {text.error}", text.number, timezone.now())
    return Sent(text.sid)


def refusal(about: str, said: str, number: str, at) -> Refused:
    """What a carrier's No means: for the number, for the country, or for this one text."""
    if about == gateway.STOPPED:
        stop_here(number, said, at)
        return Refused(Reason.STOPPED, said)
    if about == gateway.COUNTRY:
        return Refused(Reason.COUNTRY, said)
    return Refused(Reason.REFUSED, said, address=about == gateway.DEAD)


@transaction.atomic
def stop_here(number: str, said: str, at) -> None:
    """The person told the carrier, or us, to stop: nothing more goes to this number."""
    row, _made = Address.objects.select_for_update().get_or_create(channel=Way.SMS, address=number)
    if row.state != Address.State.STOPPED:
        row.state, row.since, row.reason = Address.State.STOPPED, at, said[:300]
        row.save()


def _needs_mending(answer: Busy) -> Later:
    staff.gateway_refuses(answer.text, timezone.now())
    return Later(answer.text)
