"""How long a text is as a carrier counts: 160 characters of the old alphabet of phones, or 70 once one is not in it."""

BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = set("^{}\\[~]|€")  # each takes the room of two
# Typographic marks that would more than halve the room, and what people type for them.
_TYPED = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\t": " "}
)

ONE, EACH_OF_SEVERAL = 160, 153
ONE_WIDE, EACH_WIDE = 70, 67


def plain(text: str) -> str:
    """The text with typewriter marks for typographic ones; letters with accents stay as they are written."""
    return text.translate(_TYPED)


def is_gsm(text: str) -> bool:
    """Whether every character is in the old alphabet. Of Spanish it has é, ñ, ü, ¿ and ¡, but not á, í, ó and ú."""
    return set(text) <= BASIC | EXTENDED


def segments(text: str) -> int:
    """How many messages the carrier makes (and bills) of it."""
    if is_gsm(text):
        length, one, each = sum(2 if letter in EXTENDED else 1 for letter in text), ONE, EACH_OF_SEVERAL
    else:
        length, one, each = len(text.encode("utf-16-be")) // 2, ONE_WIDE, EACH_WIDE
    return 1 if length <= one else -(-length // each)


def cut(text: str, room: int) -> str:
    """The text in so much room, ended with three dots when it was longer."""
    text = " ".join(plain(text).split())
    return text if len(text) <= room else text[: room - 3].rstrip(" ,;:-") + "..."
