"""Second steps at rest: the secret of an app and the seed of recovery codes are sealed with a key the database has not.

Whoever reads the table or a backup alone cannot make a code from it. What is not sealed is not believed, either: it
would be a secret that somebody put there past the site. The first of FACTOR_KEYS seals, all of them open, SECRET_KEY
last.
"""

import base64
import functools
import logging
import secrets

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)
MARK = "sealed:"
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


@functools.lru_cache(maxsize=4)
def _box(words: tuple[str, ...]) -> MultiFernet:
    def key(word):
        made = HKDF(SHA256(), length=32, salt=None, info=b"throughline second steps").derive(word.encode())
        return Fernet(base64.urlsafe_b64encode(made))

    return MultiFernet([key(word) for word in words])


def box() -> MultiFernet:
    """What seals with the first key and opens with each."""
    return _box((*settings.FACTOR_KEYS, settings.SECRET_KEY))


def seal(text: str) -> str:
    """The text, readable only with one of the keys."""
    return MARK + box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed; for what no key opens, something that nobody can know, so that no code ever fits."""
    try:
        if not sealed.startswith(MARK):
            raise InvalidToken
        return box().decrypt(sealed.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        log.error("A second step cannot be opened: FACTOR_KEYS and SECRET_KEY lack its key, or nobody sealed it.")
        return base64.b32encode(secrets.token_bytes(40)).decode()


def _turned(value, turn):
    return [turn(each) for each in value] if isinstance(value, list) else turn(value)


def rewrap(turn, rows=None) -> int:
    """Write each secret anew as `turn` says; how many second steps that were."""
    done = 0
    with transaction.atomic():
        rows = Authenticator.objects if rows is None else rows
        for row in rows.select_for_update().filter(type__in=[str(kind) for kind in KINDS]).order_by("pk"):
            secret = {name: row.data[name] for name in ("secret", "seed", "migrated_codes") if name in row.data}
            row.data = row.data | {name: _turned(value, turn) for name, value in secret.items()}
            row.save(update_fields=["data"])
            done += 1
    return done


def seal_anew(sealed: str) -> str:
    """The same under the first key. Raises InvalidToken for what no key opens or nobody sealed."""
    if not sealed.startswith(MARK):
        raise InvalidToken
    return MARK + box().rotate(sealed.removeprefix(MARK).encode()).decode()


def unreadable() -> int:
    """How many second steps no key opens."""
    found = 0
    for data in Authenticator.objects.filter(type__in=KINDS).values_list("data", flat=True):
        secret = data.get("secret") or data.get("seed") or (data.get("migrated_codes") or [""])[0]
        try:
            seal_anew(secret)
        except InvalidToken:
            found += 1
    return found
