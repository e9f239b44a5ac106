"""The ways out of the site. A channel knows who wants messages by it, and how one leaves; when, knows the outbox.

A room adds a way with `add(MyChannel)` when the site starts. The outbox makes one object for each batch it sends.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User

from ..models import Delivery


@dataclass(frozen=True)
class Sent:
    """The other side has it and answers for it from here on."""

    provider_id: str = ""  # what the other side calls it; its receipts name it


@dataclass(frozen=True)
class Refused:
    """The other side will never take it. `code` is a Delivery.Reason, `text` what the other side said."""

    code: str
    text: str
    unsure = False
    # The address is the cause: nothing more is sent there until somebody has looked.
    address: bool = False


@dataclass(frozen=True)
class Later:
    """Not now; it is tried again. `away` when nobody answered at all; `unsure` when they may have it all the same."""

    text: str
    away: bool = False
    unsure: bool = False


@dataclass(frozen=True)
class Held:
    """We ourselves let it not leave, and say why: a Delivery.Reason."""

    code: str


Outcome = Sent | Refused | Later | Held


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that was just written, with the letter about it (outbox/tell.sql)."""

    notice: int
    public_id: UUID
    user: int
    topic: str
    once_key: str
    rung: int
    letter: bool  # whether one about it leaves at once


@dataclass(frozen=True, slots=True)
class Going:
    """A notice on its way out: where to, and when."""

    notice: int
    user: int
    address: str
    due_at: datetime
    state: str = Delivery.State.QUEUED
    reason: str = ""


class Channel(ABC):
    """One way out. An object of it lives as long as one batch."""

    name: str  # a models.Way
    # Whether it would wake people: then nothing but what a person just asked for leaves between 21:00 and 8:00.
    keeps_quiet = False

    def is_on(self) -> bool:
        """Whether anything can leave by this way in this installation."""
        return True

    @abstractmethod
    def a_day(self) -> int:
        """How many messages one person gets by this way in one day of theirs; the rest comes the next morning."""

    @abstractmethod
    def write(self, told: list[Told], at) -> list[Going]:
        """Those of these notices that go by this way, besides letters; at most one statement however many."""

    @abstractmethod
    def address_of(self, user: User) -> str:
        """Where the person reads now, or nothing."""

    def chosen(self, users: set[int]) -> dict[tuple[int, str], str]:
        """How often these people want this way, by person and topic (Preference.Frequency); else at once."""
        return {}

    def why_not(self, deliveries: list[Delivery], now) -> dict[int, str]:
        """Reasons of this way not to send some of these now, by delivery; asked once for a batch, just before."""
        return {}

    def open(self) -> None:
        """Get ready to send; an error means that nobody can be reached by this way now."""
        return

    @abstractmethod
    def send(self, deliveries: list[Delivery]) -> Outcome:
        """Hand one message over: the one delivery, or all of a digest. Outside any transaction, and never raises."""

    def close(self) -> None:
        """The batch is done."""
        return


_known: dict[str, type[Channel]] = {}


def add(channel: type[Channel]) -> None:
    """From now on messages leave by this way, too."""
    _known[channel.name] = channel


def every() -> list[Channel]:
    """An object of each way there is."""
    return [channel() for channel in _known.values()]


def by_name(name: str) -> Channel | None:
    """An object of this way, or None when this installation does not have it."""
    return _known[name]() if name in _known else None
