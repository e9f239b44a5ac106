"""The carrier of the demo: texts arrive on a page like a phone, and what is typed there comes in like any other."""

import uuid

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from . import inbound, numbers, receipts
from .gateway import Busy, Out, Rejected, Taken
from .models import ConsoleText, Text


def is_on() -> bool:
    """Only in the demo, and only while no real carrier is set."""
    return settings.DEMO and settings.SMS_GATEWAY == "console"


class Console:
    """Takes every text, shows it, and says at once that it arrived."""

    def send(self, out: Out) -> Taken | Rejected | Busy:
        """Put the text on the phone; handed over twice it is there once."""
        if not is_on():
            return Busy("the console gateway works in the demo only", ours=True)
        sid = f"CT{uuid.uuid5(uuid.NAMESPACE_URL, out.callback).hex}"
        with transaction.atomic():
            ConsoleText.objects.get_or_create(sid=sid, defaults={"number": out.to, "body": out.body})
        return Taken(sid)


def arrived(numbers_shown) -> None:
    """Whoever looks at the phone has the texts: the receipts for them."""
    waiting = Text.objects.filter(number__in=numbers_shown, sid__isnull=False, status=Text.Status.QUEUED)
    for public_id, sid in waiting.values_list("public_id", "sid"):
        receipts.told(public_id, sid=sid, status="delivered", code="", at=timezone.now())


def write(number: str, body: str) -> str:
    """A person types on the pretended phone; the reply, if any."""
    number, now = numbers.e164(number), timezone.now()
    sid = f"CM{uuid.uuid4().hex}"
    ConsoleText.objects.create(number=number, from_phone=True, body=body, sid=sid, at=now)
    reply = inbound.receive(sid=sid, number=number, body=body, at=now)
    if reply:
        ConsoleText.objects.create(number=number, body=reply, sid=f"CR{uuid.uuid4().hex}", at=timezone.now())
    return reply
