"""What kind of file is this, by its content (its name may say anything)."""

import io
import re
import zipfile
import zlib

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from imports.problems import Refused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"RIFF",
    b"\0\0\0\x18ftyp",
    b"\0\0\0\x1cftyp",
)

_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def kind_of(file_name: str, data: bytes) -> str:
    """ "text", "xlsx", "xls" or "ods"; anything else raises Refused with what to do instead."""
    if len(data) > settings.IMPORT_MAX_BYTES:
        raise Refused(
            _("The file is larger than %(limit)s. Split it into several sheets, or take out pictures and columns.")
            % {"limit": filesizeformat(settings.IMPORT_MAX_BYTES)}
        )
    if not data.strip(b" \t\r\n\0"):
        raise Refused(_("The file is empty. Look whether you chose the right one."))
    if data.startswith(b"%PDF") or b"%PDF-" in data[:1024]:
        raise Refused(_("This is a PDF. Ask for the sheet it was printed from, and save that as Excel or CSV."))
    if data.startswith(_PICTURES):
        raise Refused(_("This is a picture. We need the sheet itself, saved as Excel or CSV."))
    if data.startswith(b"PK"):
        return _zipped(data)
    if data.startswith(_OLE):
        return _ole(data)
    if data.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        raise Refused(_("This is a packed archive. Unpack it first, then bring in the sheet inside."))
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if (
        start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<style", b"<div", b"<tr"))
        or b"<html" in start
    ):
        raise Refused(
            _(
                "This is a web page, whatever its name says. Open it in Excel, choose “Save as”, and save it as Excel "
                "or CSV."
            )
        )
    if start.startswith((b"<?xml", b"{\\rtf", b"%!ps")):
        raise Refused(_("This is not a sheet we can read. Open it in Excel and save it as Excel or CSV."))
    return "text"


def _zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if any(member.flag_bits & 1 for member in archive.infolist()):
                raise Refused(locked())
            # Spreadsheet programs pack in one way only; others would take as much memory as the file says they need.
            if any(member.compress_type not in _PACKED for member in archive.infolist()):
                raise Refused(damaged())
            what = _what_inside(names, archive)
            _refuse_bombs(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        NotImplementedError,
        ValueError,
        RuntimeError,
        UnicodeError,
    ) as error:
        raise Refused(damaged()) from error
    return what


def _what_inside(names: set[str], archive: zipfile.ZipFile) -> str:
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    if b"spreadsheet" in _small_part(archive, "mimetype", names):
        if b"encryption-data" in _small_part(archive, "META-INF/manifest.xml", names):
            raise Refused(locked())
        return "ods"
    if any(name.startswith("word/") for name in names):
        raise Refused(_("This is a Word document. Copy its table into a sheet and save that as Excel or CSV."))
    if any(name.startswith("Index/") or name.endswith(".iwa") for name in names):
        raise Refused(_("This is an Apple Numbers file. In Numbers choose “Export to”, then Excel or CSV."))
    raise Refused(_("This is a packed archive. Unpack it first, then bring in the sheet inside."))


def _small_part(archive: zipfile.ZipFile, name: str, names: set[str]) -> bytes:
    """A part of the archive, or nothing when it is missing or larger than such a part is."""
    return archive.read(name) if name in names and archive.getinfo(name).file_size < 1_000_000 else b""


_CELL = re.compile(rb'<(?:\w+:)?c [^>]{0,80}?r="([A-Z]{1,4})(\d{1,9})"|<(?:\w+:)?row [^>]{0,80}?r="(\d{1,9})"')
_REPEATED = re.compile(rb'number-(columns|rows)-repeated="(\d{1,12})"([^>]{0,400})>')


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    """Unpack every part, counting, before a library that trusts the declared sizes does.

    Small files can be huge inside, and one cell far out makes a table of billions.
    """
    limit = settings.IMPORT_MAX_BYTES * 12
    if sum(member.file_size for member in archive.infolist()) > limit:
        raise Refused(too_large_inside())
    unpacked = 0
    for member in archive.infolist():
        is_sheet = member.filename.startswith("xl/worksheets/") or member.filename == "content.xml"
        with archive.open(member) as part:
            tail = b""
            while chunk := part.read(1 << 20):
                unpacked += len(chunk)
                if unpacked > limit:
                    raise Refused(too_large_inside())
                if is_sheet:
                    _refuse_far_cells(tail + chunk, member.filename == "content.xml")
                    tail = chunk[-600:]


def _refuse_far_cells(xml: bytes, is_ods: bool) -> None:
    if is_ods:
        for what, count, rest in _REPEATED.findall(xml):
            bound = 16_384 if what == b"columns" else 1_048_576
            filled = b"value" in rest
            if int(count) > bound or (filled and int(count) > settings.IMPORT_MAX_COLUMNS):
                raise Refused(too_wide())
        return
    for letters, row, other in _CELL.findall(xml):
        if letters and _number(letters) > settings.IMPORT_MAX_COLUMNS * 4:
            raise Refused(too_wide())
        if int(row or other) > settings.IMPORT_MAX_ROWS * 4:
            raise Refused(too_long())


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused(locked())
    if "WordDocument".encode("utf-16-le") in data:
        raise Refused(_("This is a Word document. Copy its table into a sheet and save that as Excel or CSV."))
    return "xls"


def locked():
    return _("The file is locked with a password. Open it, take the password off, save it, and bring it in again.")


def damaged():
    return _("The file is damaged and cannot be opened. Open it in Excel, save it again, and bring in the new copy.")


def too_large_inside():
    return _(
        "The file unpacks to far more than a sheet of this kind holds, so it was not opened. Save it again as CSV."
    )


def too_wide():
    return _(
        "The sheet has more than %(limit)s columns. Delete the empty ones to the right, or save only those needed."
    ) % {"limit": settings.IMPORT_MAX_COLUMNS}


def too_long():
    return _("The sheet has more than %(limit)s lines. Delete the empty ones at the end, or split it into several.") % {
        "limit": settings.IMPORT_MAX_ROWS
    }
