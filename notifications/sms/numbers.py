"""Telephone numbers as carriers write them (E.164), and which we send to."""

import phonenumbers
from django.conf import settings
from phonenumbers import PhoneNumberType as Kind

# Kinds that cost whoever calls them, or that no person reads: the wells of those who pump texts for money.
NOT_A_PERSON = {Kind.PREMIUM_RATE, Kind.SHARED_COST, Kind.TOLL_FREE, Kind.UAN, Kind.VOICEMAIL, Kind.PAGER}


def e164(text: str) -> str:
    """ "(909) 555-0127" -> "+19095550127"; nothing when it is no telephone number. Without + it is one of the US."""
    number = _parse(text)
    if number is None or number.extension:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country(number: str) -> str:
    """The country of an E.164 number: "US", and not "CA" or "DO", which share its +1; nothing when unknown."""
    parsed = _parse(number)
    return (phonenumbers.region_code_for_number(parsed) or "") if parsed else ""


def allowed(number: str) -> bool:
    """Whether we send texts to this country and this kind of number."""
    parsed = _parse(number)
    return bool(parsed) and country(number) in settings.SMS_COUNTRIES and _kind(parsed) not in NOT_A_PERSON


def _kind(parsed) -> int:
    return phonenumbers.number_type(parsed)


def _parse(text: str):
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
