"""Whether what we tell a person leaves the site at all. No page promises to write to somebody we cannot write to."""

from accounts import consents
from accounts.models import Consent

from . import addresses
from .models import Way
from .sms import gateway


def is_reached(user) -> bool:
    """Whether there is an address that takes our messages: an email, or a number whose person agreed to texts."""
    email, number = addresses.current(Way.EMAIL, user), addresses.current(Way.SMS, user)
    if email and not addresses.closed(Way.EMAIL, [email]):
        return True
    if not number or not gateway.is_on() or addresses.closed(Way.SMS, [number]):
        return False
    return consents.agreed(user, Consent.Purpose.SMS)


def missing(user) -> dict:
    """For whom we cannot write to because they never told us where: whether a yes to texts would change it.

    Empty for all others, also where an address refuses us: that is said elsewhere, with what to do.
    """
    if user.email:
        return {}
    number = addresses.current(Way.SMS, user)
    texts = bool(number) and gateway.is_on()
    if texts and (addresses.closed(Way.SMS, [number]) or consents.agreed(user, Consent.Purpose.SMS)):
        return {}
    return {"texts": texts, "wording": consents.wording(Consent.Purpose.SMS, number=number) if texts else ""}
