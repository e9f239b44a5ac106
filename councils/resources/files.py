"""What a file is, by its content and never by its name; what is refused; and the words of it that can be read safely.

Taken: PDF, PNG and JPEG; plain text, Markdown and CSV; Word, Excel and PowerPoint without macros, embedded objects or
links to templates elsewhere. Searched: text and the three Office kinds. A PDF and a picture are found by title and tags
only: to take the words out of a PDF means running a parser of a large, active format on files of strangers.

Nothing is ever shown by us: every file is handed out as a download, with its type and `nosniff` (views.py).
"""

import hashlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from xml.parsers import expat

from django.utils.translation import gettext as _

MAX_BYTES = 8 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 3000
MAX_WORDS = 200_000  # characters that are searched

_OFFICE = {
    "word/document.xml": ("vnd.openxmlformats-officedocument.wordprocessingml.document", r"word/document\.xml"),
    "xl/workbook.xml": ("vnd.openxmlformats-officedocument.spreadsheetml.sheet", r"xl/sharedStrings\.xml"),
    "ppt/presentation.xml": (
        "vnd.openxmlformats-officedocument.presentationml.presentation",
        r"ppt/slides/slide\d+\.xml",
    ),
}
_ENDING = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "text/plain; charset=utf-8": ".txt",
    f"application/{_OFFICE['word/document.xml'][0]}": ".docx",
    f"application/{_OFFICE['xl/workbook.xml'][0]}": ".xlsx",
    f"application/{_OFFICE['ppt/presentation.xml'][0]}": ".pptx",
}
# Of an Office file: code, controls, other files inside.
_ACTIVE = re.compile(r"(?i)vbaproject|vbadata|activex|/embeddings/|oleobject|macrosheets|customui|/externallinks/")
_PDF_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)\b")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Refused(Exception):
    """The file is not taken; the message says why, and what to do."""


@dataclass(frozen=True)
class Paper:
    """A file that is taken."""

    name: str
    content_type: str
    content: bytes
    words: str
    is_searched: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def look(name: str, content: bytes) -> Paper:
    """The file as what it is. Raises Refused."""
    if not content:
        raise Refused(_("The file is empty."))
    if len(content) > MAX_BYTES:
        raise Refused(_("The file is larger than 8 MB. Please make it smaller, or give a link to it instead."))
    kind, words, searched = _kind(content)
    return Paper(_named(name, kind), kind, content, words[:MAX_WORDS], searched)


def _kind(content: bytes) -> tuple[str, str, bool]:
    if content.startswith(b"%PDF-"):
        if _PDF_ACTIVE.search(content):
            raise Refused(_("The PDF holds a script, a form that sends, or another file. Please print it to PDF anew."))
        return "application/pdf", "", False
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", "", False
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", "", False
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return "text/plain; charset=utf-8", _text(content), True


def _text(content: bytes) -> str:
    refused = _(
        "We take PDF, PNG, JPEG, plain text, Word, Excel and PowerPoint. This file is something else. Please save it "
        "as one of these."
    )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(refused) from None
    start = text.lstrip()[:300].lower()
    if _NOT_TEXT.search(text) or start.startswith(("<!doctype", "<html", "<svg", "<?xml", "<script", "{\\rtf", "#!")):
        raise Refused(refused)
    return text


def _office(content: bytes) -> tuple[str, str, bool]:
    broken = _("The file cannot be opened. Please save it anew and try again.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise Refused(_("The file unpacks to far more than its size. We do not take it."))
        names = [part.filename for part in parts]
        # No program packs otherwise, or writes a name twice: each would be read as the largest of them.
        if len(set(names)) < len(names) or any(part.compress_type not in _PACKED for part in parts):
            raise Refused(broken)
        found = next((_OFFICE[name] for name in names if name in _OFFICE), None)
        if not found:
            raise Refused(_("This is an archive. Please bring in the papers in it one by one."))
        types = _member(archive, "[Content_Types].xml").decode("utf-8", "replace")
        active = any(_ACTIVE.search(name) for name in names) or "macroEnabled" in types
        if active or any(_leads_out(archive, name) for name in names if name.endswith(".rels")):
            raise Refused(_("The file holds macros, or other files inside. Please save it without them, or as PDF."))
        wanted = re.compile(found[1])
        words = "\n".join(_words(_member(archive, name)) for name in names if wanted.fullmatch(name))
    except (_Entity, expat.ExpatError, zipfile.BadZipFile, zlib.error, OSError, EOFError):
        raise Refused(broken) from None
    except (KeyError, ValueError, RuntimeError):  # what a damaged list of parts leads to; locked ones, too
        raise Refused(broken) from None
    return f"application/{found[0]}", words, True


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part, never more of it than it may be: sizes in an archive are only claimed."""
    with archive.open(name) as part:
        content = part.read(MAX_UNPACKED + 1)
    if len(content) > MAX_UNPACKED:
        raise zipfile.BadZipFile
    return content


def _leads_out(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether opening the file would fetch something from elsewhere; a link that people click does not."""
    found = []

    def start(tag, attributes):
        if attributes.get("TargetMode") == "External" and not attributes.get("Type", "").endswith("/hyperlink"):
            found.append(attributes)

    _parse(_member(archive, name), StartElementHandler=start)
    return bool(found)


class _Entity(Exception):
    """XML that declares entities can grow without bounds."""


def _parse(content: bytes, **handlers) -> None:
    parser = expat.ParserCreate()

    def refuse(*_args):
        raise _Entity

    parser.EntityDeclHandler = parser.StartDoctypeDeclHandler = parser.ExternalEntityRefHandler = refuse
    for name, handler in handlers.items():
        setattr(parser, name, handler)
    parser.Parse(content, True)


def _words(content: bytes) -> str:
    """The text of one part, a line for each paragraph."""
    found, size = [], 0

    def data(text):
        nonlocal size
        if size < MAX_WORDS:
            found.append(text)
            size += len(text)

    def end(tag):
        if tag.rsplit(":", 1)[-1] in ("p", "si", "br", "tab"):
            found.append("\n")

    _parse(content, CharacterDataHandler=data, EndElementHandler=end)
    return _NOT_TEXT.sub(" ", "".join(found))


def _named(name: str, kind: str) -> str:
    """The name without what could fool a person or a program, with the ending of what it is."""
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    stem = re.sub(r"[^\w \-()]", "", stem, flags=re.UNICODE).strip(" .") or "file"
    return stem[:100] + _ENDING[kind]
