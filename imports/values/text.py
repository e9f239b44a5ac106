"""Text as it should have been: broken characters mended where that is safe, and spaces put in order."""

import html
import re
import unicodedata

# Bytes 0x80-0x9F that were read as Latin-1 arrive as control characters; Windows-1252 says what they were.
_C1 = {code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_FROM_1252 = {character: code for code, character in _C1.items()}
_TAIL = "\u0080-\u00bf" + "".join(map(re.escape, _FROM_1252))
# UTF-8 read as Windows-1252: a lead byte shown as a letter, then one to three shown continuation bytes.
_DOUBLE = re.compile(f"[\u00c2-\u00df][{_TAIL}]|[\u00e0-\u00ef][{_TAIL}]{{2}}|[\u00f0-\u00f4][{_TAIL}]{{3}}")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TAG = re.compile(r"</?(?:p|br|div|ul|ol|li|b|i|u|em|strong|span|h[1-6]|a|font|table|tr|td)\b[^<>]*>", re.I)
_BREAKING_TAG = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]*>", re.I)
# So many accents a letter has in no language; putting thousands of them in order takes a computer minutes.
_MOST_MARKS = 8
LOST = "\ufffd"
# A cell that would start with one of these can run as a formula in a spreadsheet program.
_FORMULA = tuple("=+-@\t\r\n\0 \ufeff＝＋－＠")


def mend(text: str) -> str:
    """Undo the usual accidents of encoding. What cannot be known for sure is left as it is."""
    if text.isascii():
        return text
    text = "".join(_C1.get(ord(c), c) if 0x80 <= ord(c) < 0xA0 else c for c in _undouble(text))
    # Marks that only an accident puts there: a lone  inside or after a small letter, ¿ that no question opens.
    text = re.sub(r"(?<=[a-z])[Â¿\ufffd](?=(?:s|t|re|ve|ll|d|m)\b)", "’", text)
    text = re.sub(r"(?<=[a-z.,)])Â(?=\s|$)", "", text)
    return re.sub(r"¿([^¿?]{1,200})¿", r"“\1”", text)


def _undouble(text: str) -> str:
    def once(found):
        raw = bytes(_FROM_1252.get(c, ord(c)) for c in found.group())
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return found.group()

    return _DOUBLE.sub(once, text)


def _normal(form: str, text: str) -> str:
    """As `unicodedata.normalize`, of which no text takes long."""
    if text.isascii():
        return text
    kept, run = [], 0
    for c in text:
        run = run + 1 if unicodedata.combining(c) else 0
        if run <= _MOST_MARKS:
            kept.append(c)
    return unicodedata.normalize(form, "".join(kept))


def risky(text: str) -> bool:
    bare = text.lstrip("'")
    return bare.startswith(_FORMULA)


def neutralise(text: str) -> str:
    """For our exports: a spreadsheet program shows the text and does not run it."""
    return f"'{text}" if risky(text) else text


def restore(text: str) -> str:
    """The opposite of `neutralise`, so that what we exported comes back equal."""
    return text[1:] if text.startswith("'") and risky(text) else text


def line(text: str) -> str:
    """One line of text: mended, entities and wrapping quotes undone, spaces single."""
    text = _CONTROL.sub("", _INVISIBLE.sub("", mend(restore(text))))
    if "&" in text:
        text = html.unescape(text)
    return _unquote(" ".join(_normal("NFC", text).split()))


def lines(text: str) -> str:
    """Text of several lines: as `line`, with its line breaks kept and HTML tags of web exports taken out."""
    text = _CONTROL.sub("", _INVISIBLE.sub("", mend(restore(text)))).replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub("", _BREAKING_TAG.sub("\n", text))
    rows = [" ".join(row.split()) for row in _normal("NFC", text).split("\n")]
    return _unquote(re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip())


def _unquote(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    return text.replace('""', '"')


# What people put into a cell that has nothing to say.
_NOTHING = {
    "n/a", "#n/a", "n.a.", "n/d", "s/d", "none", "null", "nan", "nil", "?", "tbd", "unknown", "not applicable",
    "not available", "not provided", "no aplica", "ninguno", "ninguna", "desconocido", "sin datos",
}  # fmt: skip


def says_nothing(text: str) -> bool:
    """Whether the cell is empty or holds one of the words for it: "N/A", "none", "--"."""
    bare = text.strip().casefold()
    return not bare.strip("-–—_. ") or bare in _NOTHING


def plain(text: str) -> str:
    """For comparing: small letters, no accents, words of letters and digits only. "Año-Nuevo's" -> "ano nuevos"."""
    folded = _normal("NFKD", text.casefold())
    folded = "".join(c for c in folded if not unicodedata.combining(c)).replace("'", "").replace("’", "")
    return " ".join(re.findall(r"[^\W_]+", folded))


def squeezed(text: str) -> str:
    """`plain` without spaces: "OSHA 10" and "osha10" are one."""
    return plain(text).replace(" ", "")


_LEGAL = {"inc", "llc", "llp", "corp", "co", "company", "incorporated", "corporation", "ltd", "pllc", "lp", "the"}


def organization_name(text: str) -> str:
    """For comparing organizations: "The Acme Co., Inc." and "ACME" are one; "A & B" and "A and B" too."""
    words = plain(text.replace("&", " and ")).split()
    kept = [word for word in words if word not in _LEGAL]
    return " ".join(kept or words)
