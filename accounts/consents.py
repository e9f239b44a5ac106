"""Giving and withdrawing consent. The wording kept is the wording shown, in the language it was shown in."""

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from ledger.log import event, record, record_all
from ledger.models import Event

from .models import Consent
from .speech import phone


def wording(purpose: str, organization=None, number: str = "") -> str:
    """What a person agrees to, in the reader's language."""
    if purpose == Consent.Purpose.MATCH:
        return _(
            "I agree that my certificates, ZIP code and wishes are compared with openings, and that I am told "
            "about those that fit. Employers and unions whose opening fits see how each point fits, with my ZIP code "
            "and wishes. They see no name and no contact until I say yes to an opening."
        )
    if purpose == Consent.Purpose.SMS:
        return _(
            "I agree that %(site)s sends text messages to %(number)s about what I choose, at most %(n)s a day and none "
            "at night. Message and data rates may apply. I can end them at any time by answering STOP, and get help by "
            "answering HELP. I can use %(site)s without this."
        ) % {
            "site": settings.SITE_NAME,
            "number": phone(number) if number else _("my phone"),
            "n": settings.TEXTS_A_DAY,
        }
    return _("I agree that %(organization)s sees my name, my contact and my certificates for this opening.") % {
        "organization": organization or _("the organization of this opening")
    }


def give(user, purpose, *, source, at, by, opening=None, organization=None, number="", language=None) -> Consent:
    """The person agrees; agreeing twice is agreeing once. Call inside the action's transaction."""
    words = _as_shown(user, purpose, source=source, at=at, organization=organization, number=number, language=language)
    consent, made = Consent.objects.get_or_create(
        user=user, purpose=purpose, opening_id=opening.pk if opening else None, withdrawn_at=None, defaults=words
    )
    if made:
        record_all([_given(consent, by=by)])
    return consent


def give_first(users, purpose, *, source, at, by) -> tuple[list[Consent], list[Event]]:
    """The consents of people who were just made, each in their language; and the events to be recorded of them."""
    consents = Consent.objects.bulk_create(
        [
            Consent(
                user=user, purpose=purpose, **_as_shown(user, purpose, source=source, at=at, language=user.language)
            )
            for user in users
        ],
        batch_size=500,
    )
    return consents, [_given(consent, by=by) for consent in consents]


def _as_shown(user, purpose, *, source, at, organization=None, number="", language=None) -> dict:
    with override(language or get_language() or user.language):
        text, spoken = wording(purpose, organization, number), get_language()
    return {"organization": organization, "wording": text, "language": spoken, "source": source, "given_at": at}


def _given(consent: Consent, *, by) -> Event:
    return event(
        "consent.given",
        consent.user,
        by=by,
        at=consent.given_at,
        purpose=consent.purpose,
        opening=consent.opening_id,
        source=consent.source,
    )


def withdraw(user, purpose, *, at, by, opening=None) -> int:
    """The person no longer agrees; it counts from the next request on. Returns how many consents ended."""
    standing = Consent.objects.standing().filter(user=user, purpose=purpose)
    if opening is not None:
        standing = standing.filter(opening_id=opening.pk)
    ended = standing.update(withdrawn_at=at)
    if ended:
        record("consent.withdrawn", user, by=by, at=at, purpose=purpose, opening=opening.pk if opening else None)
    return ended


def agreed(user, purpose, opening=None) -> bool:
    """Whether the person's consent for this purpose (and opening) stands."""
    return (
        Consent.objects.standing()
        .filter(user=user, purpose=purpose, opening_id=opening.pk if opening else None)
        .exists()
    )
