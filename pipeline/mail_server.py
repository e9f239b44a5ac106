"""Which server takes our letters, by its address in `.env`. Imported by the settings."""

from urllib.parse import urlsplit

import dj_email_url
from django.core.exceptions import ImproperlyConfigured

SMTP = "django.core.mail.backends.smtp.EmailBackend"
# Our two words for encryption, which are none of dj-email-url's, and the usual port of each.
ENCRYPTED = {"smtp+tls": ("EMAIL_USE_TLS", 587), "smtp+ssl": ("EMAIL_USE_SSL", 465)}
PLAIN = {"EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False}


def of(url: str) -> dict:
    """The settings that this address stands for. Raises ImproperlyConfigured where it is none of a mail server."""
    address = urlsplit(url)
    found = PLAIN | dj_email_url.parse(url)
    if address.scheme in ENCRYPTED:
        how, port = ENCRYPTED[address.scheme]
        found |= PLAIN | {how: True, "EMAIL_PORT": address.port or port, "EMAIL_BACKEND": SMTP}
    if "EMAIL_BACKEND" not in found:
        raise ImproperlyConfigured("EMAIL_URL must begin with smtp://, smtp+tls:// or smtp+ssl://.")
    return found
