"""How money, miles and days are said, in the reader's language. Used by templates (as filters) and by messages."""

from datetime import date

import phonenumbers
from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _


def spoken(en: str, es: str) -> str:
    """Of a text people wrote in two languages, the reader's; the other rather than nothing."""
    return (es if get_language() == "es" else en) or en


def dollars(cents):
    """2450 -> "$24.50"; nothing for None."""
    return "" if cents is None else f"${cents / 100:,.2f}"


def wage(low, high=None):
    """Cents an hour as "$24.50 to $31.00 an hour"; nothing when no wage is named."""
    if not low:
        return ""
    if high and high != low:
        return _("%(low)s to %(high)s an hour") % {"low": dollars(low), "high": dollars(high)}
    return _("%(low)s an hour") % {"low": dollars(low)}


def miles(value):
    """12.3 -> "12 miles"; under one mile says so."""
    if value is None:
        return ""
    if value < 1:
        return _("less than a mile")
    whole = round(value)
    return ngettext("%(n)s mile", "%(n)s miles", whole) % {"n": whole}


def phone(value):
    """ "+19095550127" -> "(909) 555-0127"; numbers of other countries in their international form."""
    try:
        number = phonenumbers.parse(value, "US")
    except phonenumbers.NumberParseException:
        return value
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if number.country_code == 1 else style.INTERNATIONAL)


def day(value):
    """A date (or "2026-03-01", or a moment) as people write it in the reader's language."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    if getattr(value, "tzinfo", None):
        value = timezone.localtime(value)
    return formats.date_format(value, "DATE_FORMAT")


def days_since(value):
    """Whole days from a date or moment until today."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    if getattr(value, "tzinfo", None):
        value = timezone.localtime(value).date()
    return (timezone.localdate() - value).days


def listed(words, last):
    """["a", "b", "c"] with last="or" -> "a, b or c". Spanish "o" is "u" before an o, and "y" is "e" before an i."""
    words = [str(word) for word in words]
    if len(words) < 2:
        return "".join(words)
    if get_language() == "es":
        sound = words[-1].lstrip('“"').lower()
        if last == "o" and sound.startswith(("o", "ho", "8", "11 ")):
            last = "u"
        elif last == "y" and sound.startswith(("i", "hi")) and not sound.startswith(("hie", "ie")):
            last = "e"
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
