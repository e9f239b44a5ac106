"""The interface to a carrier. A gateway hands over one text and says what became of it; it never raises."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

# What a refused text says about the number it was for.
NOTHING, DEAD, STOPPED, COUNTRY = "", "dead", "stopped", "country"


@dataclass(frozen=True)
class Out:
    """One text on its way out."""

    to: str  # E.164
    body: str
    callback: str  # where the carrier tells what became of it; names this text
    # When a former try ended without an answer: the carrier may have the text already.
    unsure_since: datetime | None = None


@dataclass(frozen=True)
class Taken:
    """The carrier has it and calls it so."""

    sid: str


@dataclass(frozen=True)
class Rejected:
    """The carrier will never take it."""

    code: str
    text: str
    about: str = NOTHING


@dataclass(frozen=True)
class Busy:
    """Not now. `unsure` when the carrier may have taken it all the same; `ours` when somebody of us has to mend it."""

    text: str
    unsure: bool = False
    away: bool = False
    ours: bool = False


class Gateway(Protocol):
    """A carrier."""

    def send(self, out: Out) -> Taken | Rejected | Busy:
        """Hand one text over."""


_KINDS = {
    "twilio": "notifications.sms.twilio.from_settings",
    "console": "notifications.sms.console.Console",
}


def current() -> Gateway | None:
    """The gateway of this installation, or None where no texts are sent."""
    return import_string(_KINDS[settings.SMS_GATEWAY])() if is_on() else None


def is_on() -> bool:
    """Whether this installation sends texts at all."""
    return settings.SMS_GATEWAY in _KINDS


def about(code: str) -> str:
    """What an error code says about the number. Codes are Twilio's; the console gateway uses the same."""
    if code in DEAD_CODES:
        return DEAD
    if code in STOPPED_CODES:
        return STOPPED
    return COUNTRY if code in COUNTRY_CODES else NOTHING


# https://www.twilio.com/docs/api/errors (read 2026-11). No number, no mobile phone, out of service, a landline.
DEAD_CODES = {"21211", "21214", "21217", "21265", "21268", "21614", "21635", "30005", "30006"}
STOPPED_CODES = {"21610"}
COUNTRY_CODES = {"21408", "21612"}
# Switched off or out of reach: says nothing the first time, and that the number is dead when it does not end.
UNREACHABLE_CODES = {"30003"}
