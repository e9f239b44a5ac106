"""Giving and withdrawing consent. The wording kept is the wording shown, in the language it was shown in."""

from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from ledger.log import event, record, record_all
from ledger.models import Event

from .models import Consent, Guardian, Membership, Organization, User
from .policies import Denied, organizations_of
from .speech import phone

Purpose = Consent.Purpose

# The number of each wording below. Whoever changes a wording raises its number: tests/accounts/test_consents.py keeps
# the digests, so that no two wordings ever go by the same number.
VERSIONS = {
    Purpose.MATCH: "match-1",
    Purpose.CERTIFICATES: "certificates-1",
    Purpose.CONTACT: "contact-2",
    Purpose.SMS: "sms-1",
    Purpose.RECORD: "record-1",
    Purpose.ASSIST: "assist-1",
}

# What a person under 18 shares only once a parent or guardian has agreed.
NEEDS_GUARDIAN = (Purpose.MATCH, Purpose.CERTIFICATES, Purpose.CONTACT, Purpose.RECORD, Purpose.ASSIST)


def wording(purpose: str, organization=None, number: str = "") -> str:
    """What a person agrees to, in the reader's language."""
    if purpose == Purpose.MATCH:
        return _(
            "I agree that my certificates, ZIP code and wishes are compared with openings, and that I am told "
            "about those that fit. Employers and unions whose opening fits see how each point fits, with my ZIP code "
            "and wishes. They see no name and no contact until I say yes to an opening."
        )
    if purpose == Purpose.SMS:
        return _(
            "I agree that %(site)s sends text messages to %(number)s about what I choose, at most %(n)s a day and none "
            "at night. Message and data rates may apply. I can end them at any time by answering STOP, and get help by "
            "answering HELP. I can use %(site)s without this."
        ) % {
            "site": settings.SITE_NAME,
            "number": phone(number) if number else _("my phone"),
            "n": settings.TEXTS_A_DAY,
        }
    if purpose == Purpose.RECORD:
        return _(
            "I agree that the coordinators of %(organization)s see my name, my contact, my certificates, what I told "
            "you and my answers, so that they can help me find work."
        ) % {"organization": organization or _("the coalition")}
    if purpose == Purpose.ASSIST:
        return _(
            "I agree that the people of %(organization)s act for me here while they help me: they may change what I "
            "told you, write down my certificates, and answer openings for me with yes, not now or no, as I tell them. "
            "A yes shows my name, contact and certificates to that employer or hall, as if I had pressed it. What they "
            "do is written down with their name, and I can read it and end this at any time."
        ) % {"organization": organization}
    whose = {"organization": organization or _("the organization of this opening")}
    if purpose == Purpose.CERTIFICATES:
        return _("I agree that %(organization)s sees my certificates for this opening.") % whose
    return _("I agree that %(organization)s sees my name and my contact for this opening.") % whose


def waits_for_guardian(user) -> bool:
    """Whether the person is under 18 and no parent or guardian has agreed (or one took it back)."""
    profile = getattr(user, "trainee", None)
    if profile is None or not profile.is_minor:
        return False
    guardian = getattr(user, "guardian", None)
    return guardian is None or not guardian.agreed_at or bool(guardian.withdrawn_at)


def why_no_school(user) -> str | None:
    """Why a school may be shown nothing new of the person; None where it may: whoever is under 18 needs a parent's or
    guardian's agreement that names schools, and the first words named none."""
    if waits_for_guardian(user):
        return _("You are under 18. A parent or guardian must agree first.")
    profile = getattr(user, "trainee", None)
    if profile is None or not profile.is_minor or user.guardian.version in Guardian.NAMES_SCHOOLS:
        return None
    return _(
        "You are under 18. What your parent or guardian agreed to does not name schools. First they have to read the "
        "new words and agree to them."
    )


def give(user, purpose, *, source, at, by, opening=None, organization=None, number="", language=None) -> Consent:
    """The person agrees; agreeing twice is agreeing once. Call inside the action's transaction.

    Raises Denied where a parent or guardian must agree first: without their word nothing is matched and nothing shared.
    """
    if purpose in NEEDS_GUARDIAN and waits_for_guardian(user):
        raise Denied(_("You are under 18. A parent or guardian must agree first."))
    if user.helped_by:
        source = f"assisted by {User.objects.get(pk=user.helped_by[0])}"[:60]
    words = _as_shown(user, purpose, source=source, at=at, organization=organization, number=number, language=language)
    which = {"organization": organization} if purpose == Purpose.ASSIST else {}
    consent, made = Consent.objects.get_or_create(
        user=user, purpose=purpose, opening_id=opening.pk if opening else None, withdrawn_at=None, **which,
        defaults=words,
    )  # fmt: skip
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
    return {
        "organization": organization,
        "wording": text,
        "version": VERSIONS[purpose],
        "language": spoken,
        "source": source,
        "given_at": at,
    }


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
    return withdraw_for(user, purpose, opening.pk if opening else None, at=at, by=by)


def withdraw_for(user, purpose, opening_id: int | None, *, at, by) -> int:
    """The same, where the opening is known by its row number only; without one, every opening's."""
    standing = Consent.objects.standing().filter(user=user, purpose=purpose)
    if opening_id is not None:
        standing = standing.filter(opening_id=opening_id)
    ended = standing.update(withdrawn_at=at)
    if ended:
        record("consent.withdrawn", user, by=by, at=at, purpose=str(purpose), opening=opening_id)
    return ended


def withdraw_assisting(user, organization, *, at, by) -> int:
    """The people of this organization act for the person no more."""
    standing = Consent.objects.standing().filter(user=user, purpose=Purpose.ASSIST, organization=organization)
    ended = standing.update(withdrawn_at=at)
    if ended:
        record("consent.withdrawn", user, by=by, at=at, purpose=str(Purpose.ASSIST), opening=None)
    return ended


def withdraw_all(user, *, at, by, purposes=Purpose) -> int:
    """Nothing is shared and nothing matched any more."""
    return sum(withdraw_for(user, purpose, None, at=at, by=by) for purpose in purposes)


def agreed(user, purpose, opening=None) -> bool:
    """Whether the person's consent for this purpose (and opening) stands."""
    return (
        Consent.objects.standing()
        .filter(user=user, purpose=purpose, opening_id=opening.pk if opening else None)
        .exists()
    )


def coalition_meant() -> Organization | None:
    """Whose coordinators a person lets see their record who agrees today; with several coalitions, all of them."""
    coalitions = list(Organization.objects.standing().filter(kind=Organization.Kind.COALITION).order_by("pk")[:2])
    return coalitions[0] if len(coalitions) == 1 else None


def record_shared(reader=None):
    """The standing agreements to share one's record: with this coordinator, or with anybody's.

    Whoever agreed while there was one coalition named it, and its coordinators are meant, not another's.
    """
    standing = Consent.objects.standing().filter(purpose=Purpose.RECORD).order_by()
    if reader is None:
        return standing
    ours = [body.pk for body in organizations_of(reader, Organization.Kind.COALITION)]
    return standing.filter(Q(organization=None) | Q(organization__in=ours))


def sharing_record(reader=None):
    """The people whose record this coordinator sees (or any, without one), as numbers for a subquery."""
    return record_shared(reader).values("user")


def shares_record(person, reader) -> bool:
    """Whether this coordinator may see the person's record."""
    return record_shared(reader).filter(user=person).exists()


def coordinators_of(person):
    """The memberships of the coordinators who may see the person's record, the first first."""
    named = list(record_shared().filter(user=person).values_list("organization", flat=True))
    rows = Membership.objects.coordinating().filter(user__is_active=True).select_related("user").order_by("pk")
    return rows if None in named else rows.filter(organization__in=named)


def lock(user) -> User:
    """One thing at a time about one person's agreements."""
    return User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
