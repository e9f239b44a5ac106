"""A person's number: proved by a code sent to it, used after an agreement of its own, and given up at any time."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import Consent, User
from accounts.policies import Denied
from ledger.log import record

from .. import addresses, outbox
from ..models import Address, Delivery, Way
from ..topics import MATCHES, REFERRALS, TOPICS
from . import budget, gateway, numbers, questions, texts
from .models import PhoneCode, TextTopics

TOPICS_BY_TEXT = [MATCHES, REFERRALS]  # until the person chooses

MINUTES = 10  # a code works
TRIES = 5  # wrong codes before a new one is needed
# Codes that may be asked for: by a person and to a number, in an hour and in a day; and from the whole site in an hour.
AN_HOUR, A_DAY, SITE_AN_HOUR = 3, 5, 100
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

OPEN = [Delivery.State.QUEUED, Delivery.State.WAITING]
RIGHT, WRONG, OVER = "right", "wrong", "over"


@dataclass(frozen=True)
class Standing:
    """How it stands with a person's texts: what their page shows."""

    number: str  # verified, or nothing
    agreed: bool
    stopped: bool  # they answered STOP
    refused: bool  # the carrier does not reach it
    asked: str  # the number a code is on its way to, or nothing

    @property
    def on(self) -> bool:
        """Texts arrive."""
        return bool(self.number) and self.agreed and not self.stopped and not self.refused


def standing(user, at) -> Standing:
    """The person's number and agreement as they are now."""
    number = user.phone if user.phone_verified_at else ""
    row = Address.objects.filter(channel=Way.SMS, address=number).first() if number else None
    code = _current(user, at)
    return Standing(
        number=number,
        agreed=bool(number) and consents.agreed(user, Consent.Purpose.SMS),
        stopped=bool(row) and row.state == Address.State.STOPPED,
        refused=bool(row) and row.state == Address.State.REFUSED,
        asked=code.number if code else "",
    )


def _current(user, at) -> PhoneCode | None:
    """The code the person was sent last, while it works."""
    last = PhoneCode.objects.filter(user=user).first()
    return last if last and not last.used_at and last.expires_at > at and last.tries < TRIES else None


@transaction.atomic(durable=True)
def ask_code(user, number: str, *, by, at) -> PhoneCode:
    """Send a code to the number the person says is theirs. Raises Denied with the sentence they read."""
    if by.pk != user.pk:
        raise Denied(_("Only you can give us your number."))
    if not gateway.is_on():
        raise Denied(_("This site sends no text messages."))
    if not numbers.allowed(number):
        raise Denied(_("We cannot send text messages to this number. Use a mobile number of the United States."))
    if Address.objects.filter(channel=Way.SMS, address=number, state=Address.State.STOPPED).exists():
        raise Denied(_("This number answered STOP to us. Send START from it first, then ask for the code again."))
    # One after the other, so that limits hold however many ask at once.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('notifications.sms.codes'))")
    _within_limits(user, number, at)
    digits = f"{secrets.randbelow(10**6):06}"
    code = PhoneCode.objects.create(
        user=user,
        number=number,
        digest=_digest(user, number, digits),
        sent_at=at,
        expires_at=at + timedelta(minutes=MINUTES),
    )
    outbox.send_letter(number, text=texts.code(digits, MINUTES), user=user, channel=Way.SMS, at=at)
    return code


def _within_limits(user, number: str, at) -> None:
    lately = PhoneCode.objects.filter(sent_at__gt=at - DAY)
    for rows in (lately.filter(user=user), lately.filter(number=number)):
        if rows.filter(sent_at__gt=at - HOUR).count() >= AN_HOUR or rows.count() >= A_DAY:
            raise Denied(_("These were many codes. Wait an hour, then ask for a new one. If that fails, try tomorrow."))
    if lately.filter(sent_at__gt=at - HOUR).count() >= SITE_AN_HOUR or budget.left_today(at) <= 0:
        raise Denied(_("We cannot send codes right now. Please try again tomorrow. Email works as before."))


def _digest(user, number: str, digits: str) -> str:
    return salted_hmac("notifications.sms.phones", f"{user.pk}:{number}:{digits}", algorithm="sha256").hexdigest()


@transaction.atomic(durable=True)
def verify(user, digits: str, *, by, at) -> str:
    """The person types the code: RIGHT makes the number theirs and keeps the agreement; OVER needs a new one."""
    if by.pk != user.pk:
        raise Denied(_("Only you can give us your number."))
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    code = _current(user, at)
    if code is None:
        return OVER
    if not constant_time_compare(code.digest, _digest(user, code.number, "".join(digits.split()))):
        code.tries += 1
        code.save(update_fields=["tries"])
        return WRONG if code.tries < TRIES else OVER
    code.used_at = at
    code.save(update_fields=["used_at"])
    _take_from_others(user, code.number, at)
    _end(user, by=by, at=at)  # an agreement is about one number
    user.phone, user.phone_verified_at = code.number, at
    user.save(update_fields=["phone", "phone_verified_at"])
    record("phone.verified", user, by=by, at=at)
    _agree(user, source="web", language=get_language(), by=by, at=at)
    return RIGHT


def _take_from_others(user, number: str, at) -> None:
    """Numbers are given to new people: whoever proved it last has it."""
    for former in User.objects.select_for_update().filter(phone=number, phone_verified_at__isnull=False):
        if former.pk != user.pk:
            _end(former, by=None, at=at)
            former.phone_verified_at = None
            former.save(update_fields=["phone_verified_at"])
            record("phone.moved", former, by=None, at=at)


def _agree(user, *, source: str, language: str, by, at) -> None:
    addresses.accept(Way.SMS, user.phone, by=by, at=at)
    consents.give(user, Consent.Purpose.SMS, source=source, at=at, by=by, number=user.phone, language=language)
    with override(user.language):
        outbox.send_letter(user.phone, text=texts.welcome(), user=user, channel=Way.SMS, at=at)


def _end(user, *, by, at) -> int:
    """No more texts to the person: the agreement ends, what waits does not leave, and nothing is asked any more."""
    ended = consents.withdraw(user, Consent.Purpose.SMS, at=at, by=by)
    if user.phone:
        questions.close_all(user.phone, at)
    waiting = Delivery.objects.filter(user=user, channel=Way.SMS, notice__isnull=False, state__in=OPEN)
    waiting.update(state=Delivery.State.WITHHELD, reason=Delivery.Reason.CONSENT)
    return ended


@transaction.atomic(durable=True)
def agree(user, *, by, at) -> None:
    """The person wants texts again on the number they proved."""
    now = standing(user, at)
    if by.pk != user.pk or not now.number:
        raise Denied(_("Give us your number first."))
    if now.stopped:
        raise Denied(_("You answered STOP. Send us START from your phone to get text messages again."))
    if not now.agreed:
        _agree(user, source="web", language=get_language(), by=by, at=at)


@transaction.atomic(durable=True)
def disagree(user, *, by, at) -> int:
    """The person wants no more texts; their number stays for those they said yes to."""
    return _end(user, by=by, at=at)


@transaction.atomic(durable=True)
def remove(user, *, by, at) -> None:
    """The number is gone, and with it the texts; not when it is the only way in."""
    if user.phone_verified_at and not user.email:
        raise Denied(_("You sign in with this number. Add an email address first, then remove the number."))
    _end(user, by=by, at=at)
    user.phone, user.phone_verified_at = "", None
    user.save(update_fields=["phone", "phone_verified_at"])
    PhoneCode.objects.filter(user=user, used_at=None).update(expires_at=at)
    record("phone.removed", user, by=by, at=at)


@transaction.atomic(durable=True)
def choose_topics(user, topics, *, at) -> None:
    """What the person wants to hear of by text; it counts for what is still waiting, too."""
    TextTopics.objects.update_or_create(user=user, defaults={"topics": [t for t in TOPICS if t in topics]})


# --- From the phone itself --------------------------------------------------------------------------------------------
@transaction.atomic(durable=True)
def stop(number: str, *, user, at) -> None:
    """STOP came from this number: nothing leaves for it any more, whoever's it is. Bites before the next text."""
    row, _made = Address.objects.select_for_update().get_or_create(channel=Way.SMS, address=number)
    if row.state != Address.State.STOPPED:
        row.state, row.since, row.reason = Address.State.STOPPED, at, "STOP"
        row.save()
        record("sms.stopped", row, by=user, at=at)
    waiting = Delivery.objects.filter(channel=Way.SMS, address=number, state__in=OPEN)
    waiting.update(state=Delivery.State.WITHHELD, reason=Delivery.Reason.STOPPED)
    if user:
        _end(user, by=user, at=at)
    questions.close_all(number, at)


@transaction.atomic(durable=True)
def start(number: str, *, user, at) -> bool:
    """START came from this number: it takes texts again, if its person had agreed to them before."""
    row = Address.objects.select_for_update().filter(channel=Way.SMS, address=number).first()
    if row and row.state != Address.State.OK:
        row.state, row.since, row.reason = Address.State.OK, at, ""
        row.save()
        record("sms.started", row, by=user, at=at)
    if user is None or not user.consents.filter(purpose=Consent.Purpose.SMS).exists():
        return False
    if not consents.agreed(user, Consent.Purpose.SMS):
        consents.give(
            user,
            Consent.Purpose.SMS,
            source="text START",
            at=at,
            by=user,
            number=number,
            language=user.language,
        )
    return True
