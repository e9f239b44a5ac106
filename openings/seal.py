"""The seed of an opening's draws: fixed when it is first published, shown only as its seal until it closes.

The seal is the SHA-256 of the seed's 32 bytes. It stands in the ledger and on the page from the first day, so nobody,
the site's operators included, can exchange the seed later without everybody seeing it.
"""

import hashlib
import re
import secrets

_SEED = re.compile(r"[0-9a-f]{64}")


def new_seed() -> str:
    """32 bytes nobody can guess, in hexadecimal."""
    return secrets.token_hex(32)


def sealed(seed: bytes) -> str:
    """The seal of a seed, in hexadecimal."""
    return hashlib.sha256(seed).hexdigest()


def seal_of(opening) -> str:
    """The seal everybody may see of an opening that is or was published; "" where it has no seed."""
    shown = opening.state != "draft" and _SEED.fullmatch(opening.lottery_seed)
    return sealed(bytes.fromhex(opening.lottery_seed)) if shown else ""


def opened_seed(opening) -> str:
    """The seed itself, once the opening is closed; "" before."""
    closed = opening.state == "closed" and _SEED.fullmatch(opening.lottery_seed)
    return opening.lottery_seed if closed else ""
