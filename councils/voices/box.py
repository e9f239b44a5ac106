"""The box: where what is sent without a name waits, in one sealed piece without times, order or rows.

One row for each council holds everything that waits, shuffled at each change, padded, and sealed (AES-256-GCM) with a
key that is made of SECRET_KEY and so is not in the database. Whoever reads the table, a backup of it, the write-ahead
log or the database's own log of failed statements sees one blob that changes.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from ..models import Box

_PAD = 32 * 1024  # one testimony more or less does not show in the length
_NONCE = 12
# What fits into a box: an attack with nonsense ends here, for there is nobody whose tries could be counted.
MOST = 400
_SHUFFLE = secrets.SystemRandom()


class BoxClosed(Exception):
    """The box cannot be opened: SECRET_KEY was changed and the old one is not among SECRET_KEY_FALLBACKS."""


@dataclass
class Slip:
    """One thing in the box: a testimony, or (`more`) what its author adds to one that was released before."""

    receipt: str
    words: str
    language: str = ""
    visibility: str = ""
    more: bool = False


def lock(council) -> Box:
    """The council's box, held until the end of the transaction."""
    Box.objects.get_or_create(council=council, defaults={"sealed": seal([], council.pk)})
    return Box.objects.select_for_update().get(council=council)


def slips(box: Box) -> list[Slip]:
    """What lies in it. Raises BoxClosed."""
    return unseal(bytes(box.sealed), box.pk)


def put(box: Box, slips: list[Slip]) -> None:
    """Exactly these lie in it from now on, in an order that says nothing."""
    box.sealed = seal(slips, box.pk)
    box.save(update_fields=["sealed"])


def shuffled(things: list) -> list:
    """The same in an order that nobody can foretell."""
    return _SHUFFLE.sample(things, len(things))


# --- Sealing ----------------------------------------------------------------------------------------------------------
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"councils.box:{secret}".encode()).digest()


def _whose(council: int) -> bytes:
    return f"council {council}".encode()


def seal(slips: list[Slip], council: int) -> bytes:
    """The slips as one piece that only this site can open."""
    text = json.dumps([asdict(slip) for slip in shuffled(slips)]).encode()
    text += b" " * (-len(text) % _PAD or _PAD * (not text))
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, text, _whose(council))


def unseal(sealed: bytes, council: int) -> list[Slip]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            text = AESGCM(_key(secret)).decrypt(sealed[:_NONCE], sealed[_NONCE:], _whose(council))
        except InvalidTag:
            continue
        return [Slip(**slip) for slip in json.loads(text)]
    raise BoxClosed


# --- Receipt codes ----------------------------------------------------------------------------------------------------
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # without those that are mistaken for one another
_LENGTH = 20  # 98 bits: nobody guesses one, so no tries need counting


def new_code() -> str:
    """A receipt code, in groups that can be read aloud: "7KQM-…"."""
    letters = "".join(secrets.choice(_LETTERS) for _n in range(_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, _LENGTH, 4))


def plain_code(typed: str) -> str:
    """The code as it was made, however it was typed; nothing if it is none."""
    letters = "".join(c for c in typed.upper() if c.isalnum())
    return letters if len(letters) == _LENGTH and set(letters) <= set(_LETTERS) else ""


def receipt(code: str) -> str:
    """What is kept of a code: a hash from which it cannot be found."""
    digest = hmac.digest(b"councils.receipt", plain_code(code).encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
