"""What a notice says. Each room registers how its kinds are worded; the words are made in the reader's language."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import override

from accounts.models import User

from .calendar import Entry
from .models import Notice


@dataclass(frozen=True)
class Line:
    """One reason or fact of a message, with its state as matching knows it: met, missing, unknown, or plain."""

    text: str
    state: str = ""
    source: str = ""


@dataclass(frozen=True)
class Action:
    """A thing the reader can do: a link to the page that does it (the link itself changes nothing)."""

    label: str
    path: str

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.path


@dataclass(frozen=True)
class Message:
    """A notice in words."""

    subject: str
    paragraphs: list[str]
    lines: list[Line] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    lines_title: str = ""
    # What the reader is asked to do or tell, after the lines.
    asks: list[str] = field(default_factory=list)
    # Ways to answer without signing in, in letters only.
    quick: list[Action] = field(default_factory=list)
    # What the letter brings for the reader's calendar.
    calendar: Entry | None = None


_writers: dict[str, Callable[[Notice], Message]] = {}
_quick: dict[str, Callable[[Notice], list[Action]]] = {}
_relevance: dict[str, Callable[[Notice], bool]] = {}
# Kinds that exist only because their reader agreed to something, and are withheld once they no longer do.
_needs: dict[str, str] = {}
_ahead: dict[str, Callable[[list[Notice], User], None]] = {}


def register(
    kind: str,
    write: Callable[[Notice], Message],
    still_true: Callable[[Notice], bool] | None = None,
    needs: str = "",
) -> None:
    """`write` words a notice of this kind; `still_true` is asked once more just before it is sent.

    `needs` is the purpose of a consent without which there would be no such notice: taken back, it is withheld.
    """
    _writers[kind] = write
    if still_true:
        _relevance[kind] = still_true
    if needs:
        _needs[kind] = needs


def answerable(kind: str, links: Callable[[Notice], list[Action]]) -> None:
    """Letters of this kind carry these links, by which their reader answers without signing in."""
    _quick[kind] = links


def ahead(kind: str, look: Callable[[list[Notice], User], None]) -> None:
    """`look` notes on all notices of this kind on one page what their words need, so far as its reader may know it."""
    _ahead[kind] = look


def look_ahead(notices: Iterable[Notice], reader: User) -> None:
    """Ask once for what the words of many notices need. `reader` is who reads the page, not always who was told."""
    by_kind = defaultdict(list)
    for notice in notices:
        by_kind[notice.kind].append(notice)
    for kind, some in by_kind.items():
        if look := _ahead.get(kind):
            look(some, reader)


def quick(notice: Notice) -> list[Action]:
    """The links by which the reader of this letter can answer without signing in."""
    links = _quick.get(notice.kind)
    return links(notice) if links else []


def kinds() -> list[str]:
    """Every kind of notice that can be worded."""
    return sorted(_writers)


def message(notice: Notice, language: str | None = None) -> Message:
    """The notice in words, in this language or the one already active."""
    if language is None:
        return _writers[notice.kind](notice)
    with override(language):
        return _writers[notice.kind](notice)


def still_true(notice: Notice) -> bool:
    """Whether the notice is still worth sending."""
    check = _relevance.get(notice.kind)
    return check(notice) if check else True


def needs(notice: Notice) -> str:
    """The purpose the reader must still agree to for this notice to be sent, or nothing."""
    return _needs.get(notice.kind, "")
