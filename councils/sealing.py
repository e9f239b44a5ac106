"""Sealed choices: a secret ballot can be read only with the closing key, which the site never keeps.

When a secret vote is opened a key is made up and shown once to whoever opened it. Of it we keep only the half that
seals (X25519). Each choice is sealed for itself, all in the same length. Closing needs the key; then the choices are
counted in memory and thrown away. What that protects from and what not is in docs/adr/0017.
"""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LENGTH = 8  # every choice is filled up to it, so that nothing is told by its length
_NONCE = bytes(12)  # each message has a key of its own


class WrongKey(Exception):
    """This key does not open these ballots."""


def new_key() -> str:
    """A closing key of 130 bits, in groups that can be read out and written down: "K7QD-…"."""
    letters = base64.b32encode(secrets.token_bytes(20)).decode()[:26]
    return "-".join(letters[at : at + 4] for at in range(0, 26, 4))


def lock_of(key: str) -> str:
    """The half of the key that seals, in hexadecimal: this one may be kept."""
    return _private(key).public_key().public_bytes_raw().hex()


def seal(lock: str, choice: str, about: bytes) -> bytes:
    """The choice, readable only with the key of this lock and for this vote."""
    once = X25519PrivateKey.generate()
    head = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(lock)))
    return head + ChaCha20Poly1305(_derive(shared, head)).encrypt(_NONCE, choice.encode().ljust(LENGTH), about)


def unseal(key: str, sealed: bytes, about: bytes) -> str:
    """The choice; raises WrongKey when it was sealed for another key or another vote."""
    head, rest = sealed[:32], sealed[32:]
    shared = _private(key).exchange(X25519PublicKey.from_public_bytes(head))
    try:
        return ChaCha20Poly1305(_derive(shared, head)).decrypt(_NONCE, rest, about).decode().strip()
    except InvalidTag as error:
        raise WrongKey from error


def shuffle(things: list) -> list:
    """In an order that nobody can guess."""
    things = list(things)
    secrets.SystemRandom().shuffle(things)
    return things


def _private(key: str) -> X25519PrivateKey:
    plain = "".join(letter for letter in key.upper() if letter.isalnum())
    return X25519PrivateKey.from_private_bytes(_derive(plain.encode(), b"closing key"))


def _derive(secret: bytes, head: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"secret ballot " + head).derive(secret)
