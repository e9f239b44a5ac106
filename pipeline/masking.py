"""Secrets that stand in addresses stay out of logs: a calendar's, a letter's link, an invitation, the code at a door.

They open something for whoever has them, and logs are copied, sent around and kept. Every one of them is longer than
any word of an address here; a public number (UUID) is as long, but opens nothing by itself.
"""

import logging
import re

_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![\w.:=~-])"
_SECRET = re.compile(rf"(?<=/)(?!{_UUID})[\w.:=~%-]{{16,}}", re.IGNORECASE)


def masked(text: str) -> str:
    """The text with stars for what may be a secret in an address. What is static has none, and long names."""
    return text if text.startswith("/static/") else _SECRET.sub("***", text)


class Masked(logging.Filter):
    """Masks what a line says of addresses; no line is dropped."""

    def filter(self, record):
        if isinstance(record.args, tuple):
            record.args = tuple(masked(one) if isinstance(one, str) else one for one in record.args)
        return True
