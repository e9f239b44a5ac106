"""Email, by whatever Django sends it with: SMTP, or a provider by django-anymail."""

import re
import smtplib
from contextlib import suppress
from logging import getLogger

from django.conf import settings
from django.core.mail import get_connection

from .. import letters
from ..models import Way
from ..preferences import chosen_by
from . import Channel, Later, Outcome, Refused, Sent

log = getLogger(__name__)

# RFC 3463: what follows the first dot says whether it is about the mailbox (1, 2) or about something of ours, such
# as the policy our letter broke. Without such a code the answer to a letter for one person is about that person.
_ENHANCED = re.compile(r"\b5\.(\d{1,3})\.\d{1,3}\b")
ABOUT_THE_MAILBOX = {"0", "1", "2"}


class Email(Channel):
    """Letters. They make no sound we answer for, so they leave at night, too (docs/adr/0009)."""

    name = Way.EMAIL

    def __init__(self):
        self.server, self.is_open = None, False

    def a_day(self):
        return settings.EMAILS_A_DAY

    def write(self, told, at):
        return []  # they are written with the notices (outbox/tell.sql)

    def chosen(self, users):
        return chosen_by(users)

    def address_of(self, user):
        return user.email or ""

    def open(self):
        if not self.is_open:
            self.server = get_connection()
            self.server.open()
            self.is_open = True

    def send(self, deliveries) -> Outcome:
        try:
            mail = letters.compose(deliveries, None)
        except Exception as error:  # our own words failed, and no server is to blame
            log.exception("delivery %s cannot be worded", deliveries[0].pk)
            return Later(f"{type(error).__name__}: {error}")
        try:
            self.open()
            mail.connection = self.server
            self.server.send_messages([mail])
        except Exception as error:
            # A server that hung up on one letter must not cost the others theirs.
            self.close()
            return outcome(error)
        return Sent(getattr(getattr(mail, "anymail_status", None), "message_id", None) or "")

    def close(self):
        if self.server:
            with suppress(Exception):
                self.server.close()
        self.is_open = False


def outcome(error: Exception) -> Outcome:
    """What an error means for the letter: whether it can be tried again, and whether the address is the cause."""
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        words = " ".join(_text(text) for _code, text in error.recipients.values())
        said = f"{max(codes)} {words}"
        return _refused(said) if min(codes) >= 500 else Later(said)
    if isinstance(error, smtplib.SMTPDataError):
        said = f"{error.smtp_code} {_text(error.smtp_error)}"
        return _refused(said) if error.smtp_code >= 500 else Later(said)
    if isinstance(error, smtplib.SMTPResponseException):
        # To our greeting, our password or our own address: nothing about the letter. Somebody mends it meanwhile.
        return Later(f"{error.smtp_code} {_text(error.smtp_error)}")
    if type(error).__module__.startswith("anymail."):
        return _by_provider(error, said)
    if not isinstance(error, OSError):
        return Later(said)
    # Whoever hangs up or falls silent may have the letter all the same.
    return Later(said, away=True, unsure=not isinstance(error, ConnectionRefusedError))


def _refused(said: str) -> Refused:
    enhanced = _ENHANCED.search(said)
    return Refused("refused", said, address=enhanced is None or enhanced[1] in ABOUT_THE_MAILBOX)


def _by_provider(error: Exception, said: str) -> Outcome:
    """A provider says "recipients refused" for good; all else (a limit, a wrong key) is tried again."""
    from anymail.exceptions import AnymailInvalidAddress, AnymailRecipientsRefused

    if isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress):
        return Refused("refused", said, address=True)
    code = getattr(error, "status_code", None)
    return Later(said, away=code is None, unsure=code is None or code >= 500)


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)
