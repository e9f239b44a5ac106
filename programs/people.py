"""Who is this person? A sheet's row against the people already known.

Somebody is recognised only by a verified email, a verified phone, the provider's own number for them, or the same
provider's own earlier record with the same name and the same email or phone. Whatever else is near (a family shares a
phone, two neighbours share a name) is a question for a person, never a merge.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.db.models import Q

from accounts.models import Organization, TraineeProfile, User
from imports.values.contacts import names_agree, same_name
from imports.values.text import plain

from .models import Enrollment


@dataclass(frozen=True)
class Claim:
    """What a row says about a person. Empty texts are not said."""

    name: str
    email: str = ""
    phone: str = ""
    ref: str = ""  # the provider's own number
    zip: str = ""


@dataclass(eq=False)
class Known:
    """A person already here, or on an earlier line of the same sheet (then without a `user`)."""

    names: set[str]
    user: User | None = None
    trainee: TraineeProfile | None = None
    line: int = 0
    # Proven to be theirs: a confirmed address or number, or the address of somebody who has signed in.
    verified: set[str] = field(default_factory=set)
    contacts: set[str] = field(default_factory=set)  # every email and phone seen with them
    # As this provider itself wrote it.
    own_refs: set[str] = field(default_factory=set)
    own_contacts: set[str] = field(default_factory=set)
    own_names: set[str] = field(default_factory=set)
    zip: str = ""
    asked: "Ask | None" = None  # of an earlier line that is itself a question

    @property
    def is_own(self) -> bool:
        return bool(self.own_names)

    def called(self, name: str) -> bool:
        return any(same_name(name, known) for known in self.names)

    def agrees(self, name: str) -> bool:
        return any(names_agree(name, known) for known in self.names)

    def remember(self, claim: Claim) -> None:
        """This provider says so of them."""
        said = {contact for contact in (claim.email, claim.phone) if contact}
        self.names.add(claim.name)
        self.own_names.add(claim.name)
        self.contacts |= said
        self.own_contacts |= said
        if claim.ref:
            self.own_refs.add(claim.ref)
        self.zip = self.zip or claim.zip


@dataclass(eq=False)
class Ask:
    """It may be one of these; `why` names what is alike: "email", "phone", "name" or "ref"."""

    candidates: list[Known]
    why: str


class People:
    """Everybody a sheet's rows may be about, read in a handful of queries."""

    def __init__(self, provider: Organization, claims: Iterable[Claim]):
        self.provider = provider
        self.by_contact: dict[str, list[Known]] = {}
        self.by_ref: dict[str, list[Known]] = {}
        self.by_name_and_zip: dict[tuple[str, str], list[Known]] = {}
        for known in _read(provider, list(claims)):
            self._index(known)

    def who(self, claim: Claim) -> Known | Ask | None:
        """The person, or the question, or None for somebody new."""
        sure, near = self._by_own_number(claim)
        for contact, why in ((claim.email, "email"), (claim.phone, "phone")):
            for known in self.by_contact.get(contact, ()) if contact else ():
                proven = contact in known.verified and known.agrees(claim.name)
                own = contact in known.own_contacts and any(same_name(claim.name, name) for name in known.own_names)
                if proven or own:
                    _add(sure, known)
                else:
                    near.append((known, why))
        for known in self.by_name_and_zip.get(_name_and_zip(claim.name, claim.zip), ()) if claim.zip else ():
            if known.called(claim.name):
                near.append((known, "name"))
        if len(sure) == 1 and not sure[0].asked:
            return sure[0]
        if sure:  # the number is one person's and the email another's; or an earlier line waits for its answer
            waiting = next((known.asked for known in sure if known.asked), None)
            return waiting or Ask(sure, "email")
        if near:
            candidates: list[Known] = []
            for known, _why in near:
                for one in known.asked.candidates if known.asked else [known]:
                    _add(candidates, one)
            return Ask(candidates, near[0][1])
        return None

    def _by_own_number(self, claim: Claim) -> tuple[list[Known], list[tuple[Known, str]]]:
        sure: list[Known] = []
        near = []
        for known in self.by_ref.get(claim.ref, ()) if claim.ref else ():
            # A number given again to somebody else must not merge two people.
            if known.agrees(claim.name) or {claim.email, claim.phone} & known.own_contacts - {""}:
                _add(sure, known)
            else:
                near.append((known, "ref"))
        return sure, near

    def add(self, claim: Claim, line: int, asked: Ask | None = None) -> Known:
        """Somebody new, from now on known to the lines below."""
        known = Known(names={claim.name}, line=line, asked=asked)
        known.remember(claim)
        self._index(known)
        return known

    def again(self, known: Known, claim: Claim) -> None:
        """One more row about a person, with what it adds."""
        known.remember(claim)
        self._index(known)

    def _index(self, known: Known) -> None:
        for contact in known.contacts:
            _add(self.by_contact.setdefault(contact, []), known)
        for ref in known.own_refs:
            _add(self.by_ref.setdefault(ref, []), known)
        if known.zip:
            for name in known.names:
                _add(self.by_name_and_zip.setdefault(_name_and_zip(name, known.zip), []), known)


def _add(people: list, known) -> None:
    if not any(one is known for one in people):
        people.append(known)


def _name_and_zip(name: str, zip_code: str) -> tuple[str, str]:
    return " ".join(sorted(plain(name).split())), zip_code


def _read(provider: Organization, claims: list[Claim]) -> Iterable[Known]:
    emails = {claim.email for claim in claims if claim.email}
    phones = {claim.phone for claim in claims if claim.phone}
    refs = {claim.ref for claim in claims if claim.ref}
    zips = {claim.zip for claim in claims if claim.zip}
    names = {_name_and_zip(claim.name, claim.zip) for claim in claims if claim.zip}

    users = set(User.objects.filter(Q(email__in=emails) | Q(phone__in=phones)).order_by().values_list("pk", flat=True))
    confirmed = (
        EmailAddress.objects.filter(verified=True, email__in=emails).order_by().values_list("user_id", flat=True)
    )
    users |= set(confirmed)
    records = Enrollment.objects.filter(
        Q(given_email__in=emails - {""})
        | Q(given_phone__in=phones - {""})
        | Q(provider=provider, provider_ref__in=refs - {""})
    )
    users |= set(records.order_by().values_list("trainee__user_id", flat=True))
    neighbours = TraineeProfile.objects.filter(zip__in=zips).order_by().values_list("user_id", "user__full_name", "zip")
    users |= {pk for pk, name, zip_code in neighbours if _name_and_zip(name, zip_code) in names}

    found: dict[int, Known] = {}
    for user in User.objects.filter(pk__in=users).select_related("trainee").order_by("pk"):
        trainee = getattr(user, "trainee", None)
        known = Known(names={user.full_name}, user=user, trainee=trainee, zip=trainee.zip if trainee else "")
        known.contacts |= {contact for contact in (user.email, user.phone) if contact}
        if user.phone and user.phone_verified_at:
            known.verified.add(user.phone)
        if user.email and user.last_login:
            known.verified.add(user.email)
        found[user.pk] = known
    for pk, email in (
        EmailAddress.objects.filter(verified=True, user__in=users).order_by().values_list("user_id", "email")
    ):
        found[pk].verified.add(email.lower())
        found[pk].contacts.add(email.lower())
    for record in Enrollment.objects.filter(trainee__user__in=users).select_related("trainee").order_by("pk"):
        known = found[record.trainee.user_id]
        given = Claim(record.given_name, record.given_email, record.given_phone, record.provider_ref)
        known.names.add(given.name)
        known.contacts |= {contact for contact in (given.email, given.phone) if contact}
        if record.provider_id == provider.pk:
            known.remember(given)
    return found.values()
