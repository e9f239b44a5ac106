"""CSV in whatever encoding and with whatever separator the reader's spreadsheet program wrote it."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable

from charset_normalizer import from_bytes
from django.conf import settings
from django.utils.translation import gettext as _

from imports.problems import Refused

from .files import too_long, too_wide

SEPARATORS = ",;\t|"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What American and Mexican spreadsheet programs write when they do not write Unicode, the likeliest first.
_OTHERS = {"cp1252": "Windows-1252", "mac_roman": "Mac", "cp850": "DOS"}
_EXPECTED = set("áéíóúñüÁÉÍÓÚÑÜ¿¡çàèìòùâêîôûäëïö°ªº®©½")
_MARKS = set("’‘“”–—…•™€")


def read_text(data: bytes, known: Callable[[str], bool]) -> list[tuple[str, list[tuple[int, list[str]]], str]]:
    """One sheet: (its name, its lines with their numbers, the encoding if it was guessed)."""
    text, guessed = decode(data)
    if "\0" in text:
        raise Refused(
            _("The file has characters that no sheet has (NUL). It is damaged, or not a sheet: save it again as CSV.")
        )
    first, _newline, rest = text.partition("\n")
    skipped = 0
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        separator, text, skipped = first.strip()[-1], rest, 1
    else:
        separator = _separator(text, known)
    return [("", _lines(text, separator, skipped), guessed)]


def decode(data: bytes) -> tuple[str, str]:
    """The text, and the name of the encoding where it had to be guessed."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), ""
            except UnicodeDecodeError:
                break
    if encoding := _utf16_without_bom(data):
        try:
            return data.decode(encoding), ""
        except UnicodeDecodeError:
            pass
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    if b"\0" in data:
        return "\0", ""
    if _nearly_utf8(data):  # some cells only: each is mended on its own
        return data.decode("cp1252", errors="replace"), "UTF-8 / Windows-1252"
    encoding = max(_OTHERS, key=lambda name: _likeness(data, name))
    if _likeness(data, encoding) <= 0 and (best := from_bytes(data).best()):
        encoding = best.encoding
    return data.decode(encoding, errors="replace"), _OTHERS.get(encoding, encoding)


def _likeness(data: bytes, encoding: str) -> int:
    """How much the text looks like English or Spanish when read so: letters we expect, against those we do not."""
    text = data[:300_000].decode(encoding, errors="replace")
    points = 0
    for found in re.finditer("[^\x00-\x7f]", text):
        mark, before, after = (
            found.group(),
            text[found.start() - 1 : found.start()],
            text[found.end() : found.end() + 1],
        )
        inside = before.isalpha() and after.isalpha()
        if mark in _EXPECTED:
            # A capital inside a small word is a letter of another alphabet misread.
            points += -2 if mark.isupper() and before.islower() else 2
        elif mark in _MARKS:
            points += -2 if inside and mark != "’" else 1
        else:
            points -= 2
    return points


def _utf16_without_bom(data: bytes) -> str:
    head = data[:2000]
    if head[1::2].count(0) > len(head) * 0.35:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > len(head) * 0.35 else ""


def _nearly_utf8(data: bytes) -> bool:
    """Whether most letters beyond ASCII are well-formed UTF-8."""
    broken = data.decode("utf-8", errors="replace").count("\ufffd")
    beyond = sum(1 for c in data.decode("utf-8", errors="ignore") if ord(c) > 127)
    return beyond > broken * 2


def _separator(text: str, known: Callable[[str], bool]) -> str:
    """The separator by which the most headings are understood; then, the most lines have equally many cells."""
    sample = text[:200_000]

    def score(separator):
        rows = []
        try:
            for row in csv.reader(io.StringIO(sample), delimiter=separator):
                rows.append(row)
                if len(rows) == 40:
                    break
        except csv.Error:
            return (0, 0)
        understood = max((sum(1 for cell in row if known(cell)) for row in rows), default=0)
        widths = Counter(len(row) for row in rows if any(row))
        width, times = widths.most_common(1)[0] if widths else (1, 0)
        return (understood, times * (width > 1))

    return max(SEPARATORS, key=score)


def _lines(text: str, separator: str, skipped: int) -> list[tuple[int, list[str]]]:
    # newline="": line breaks inside quotes stay as they are; a lone CR ends a line too.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found, before = [], 0
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                while row and not row[-1].strip():
                    row.pop()
                if len(row) > settings.IMPORT_MAX_COLUMNS:
                    raise Refused(too_wide())
                found.append((before + 1 + skipped, row))
                if len(found) > settings.IMPORT_MAX_ROWS + 20:
                    raise Refused(too_long())
            before = reader.line_num
    except csv.Error as error:
        raise Refused(
            _(
                "Line %(line)s cannot be read: a quotation mark may be open there that nothing closes. "
                "Look at it, or save the sheet as Excel."
            )
            % {"line": before + 1 + skipped}
        ) from error
    return found
