"""Reading the letters that the demo's mail catcher kept in a Maildir. What cannot be read stops nothing."""

import mailbox
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import getaddresses
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

MOST = 300  # letters listed
LARGEST = 1_000_000  # bytes of one letter that are read
_ARRIVED = re.compile(r"(\d+)\.M(\d+)")
_LINK = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `path` is where it leads on this site, if anywhere."""

    text: str
    path: str = ""


@dataclass(frozen=True)
class Letter:
    """One letter. A broken one has an empty subject and says so."""

    key: str
    at: datetime
    to: tuple[str, ...] = ()
    subject: str = ""
    message_id: str = ""
    language: str = ""
    text: str = ""
    html: str = field(default="", repr=False)
    broken: bool = False


def letters(folder: Path, to: str = "") -> list[Letter]:
    """The newest letters first; only those to the address, when one is named."""
    box = _open(folder)
    found = []
    for key in sorted(box.keys(), key=_order, reverse=True) if box is not None else ():
        letter = _read(box, key)
        if letter and (not to or to in letter.to):
            found.append(letter)
        if len(found) == MOST:
            break
    return found


def letter(folder: Path, key: str) -> Letter | None:
    """The letter of that key, or None."""
    box = _open(folder)
    return _read(box, key) if box is not None and key in box else None


def _open(folder: Path) -> mailbox.Maildir | None:
    try:
        box = mailbox.Maildir(folder, create=False)
        box.keys()
    except (mailbox.NoSuchMailboxError, OSError):  # nothing was ever sent here
        return None
    return box


def _order(key: str) -> tuple[int, int, str]:
    arrived = _ARRIVED.match(key)
    return (int(arrived[1]), int(arrived[2]), key) if arrived else (0, 0, key)


def _read(box: mailbox.Maildir, key: str) -> Letter | None:
    seconds, microseconds, _key = _order(key)
    at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds % 1_000_000)
    try:
        with box.get_file(key) as file:
            content = file.read(LARGEST)
    except (KeyError, OSError):  # taken away meanwhile
        return None
    try:
        return parse(key, at, content)
    except Exception:  # whatever is wrong with one letter, the others are shown
        return Letter(key, at, broken=True)


def parse(key: str, at: datetime, content: bytes) -> Letter:
    """A letter from its bytes. Raises whatever the email module raises for what it cannot read."""
    message = message_from_bytes(content, policy=policy.default)
    to = tuple(address.lower() for _name, address in getaddresses(message.get_all("To", [])) if address)
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    return Letter(
        key=key,
        at=at,
        to=to or tuple(filter(None, (str(message.get("X-RcptTo", "")).lower(),))),
        subject=str(message.get("Subject", "")),
        message_id=str(message.get("Message-ID", "")).strip(),
        language=str(message.get("Content-Language", "")),
        text=plain.get_content() if plain else "",
        html=rich.get_content() if rich else "",
        broken=not message.keys(),
    )


def linked(text: str, sites: set[str]) -> list[Piece]:
    """The text in pieces; addresses on one of our own `sites` (host and port) become paths to follow."""
    pieces, done = [], 0
    for match in _LINK.finditer(text):
        address = match[0].rstrip(".,;:!?)")
        parts = urlsplit(address)
        if parts.netloc not in sites:
            continue
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        # "//elsewhere" at the beginning of a path would leave this site.
        pieces += [Piece(text[done : match.start()]), Piece(address, "/" + path.lstrip("/"))]
        done = match.start() + len(address)
    return [piece for piece in (*pieces, Piece(text[done:])) if piece.text]


def words_of(html: str) -> str:
    """What a reader of the HTML sees, as text: no markup, no pictures, nothing fetched. Links show their address."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.said).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Words(HTMLParser):
    SILENT = {"head", "style", "script", "title", "template", "svg"}
    BREAKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr", "section"}

    def __init__(self):
        super().__init__()
        self.said: list[str] = []
        self.silent = 0
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in self.SILENT:
            self.silent += 1
        if tag in self.BREAKS:
            self.said.append("\n")
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag):
        if tag in self.SILENT:
            self.silent = max(0, self.silent - 1)
        if tag in self.BREAKS:
            self.said.append("\n")
        if tag == "a" and self.links and (address := self.links.pop()):
            self.said.append(f" {address} ")

    def handle_data(self, data):
        if not self.silent:
            self.said.append(data.replace("\n", " "))
