"""The people of the load, put straight into the database: far from the examples, so that they match only each other."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils import timezone

from accounts import consents, entry
from accounts.models import Consent, Membership, Organization, TraineeProfile, User
from programs.models import Enrollment, TradeWish

from .browser import Browser, Log
from .post import GONE

ZIP = "96001"  # Redding, far north of every example
# Certificate and trade of each group; what one group is offered does not concern the others.
GROUPS = (
    ("forklift", "53-7051.00"),
    ("aws_cw", "51-4121.00"),
    ("osha10", "47-2061.00"),
    ("mssc_cpt", "51-9161.00"),
    ("mc3", "47-2031.00"),
)
SIGN_IN = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class Player:
    """One person with a browser. `group` is the place in GROUPS of a trainee or an employer."""

    user: User
    browser: Browser
    group: int = -1
    trainee: int = 0  # the profile's row
    public_id: str = ""  # and its address
    count: int = 0  # how many writes of one kind they made


@dataclass
class Cast:
    """Everybody who presses buttons."""

    trainees: list[Player] = field(default_factory=list)
    hirers: list[Player] = field(default_factory=list)
    coordinators: list[Player] = field(default_factory=list)
    provider: Player | None = None
    school: str = ""  # whom trainees name as having given their certificates

    def everybody(self) -> list[Player]:
        return [*self.trainees, *self.hirers, *self.coordinators, self.provider]


@transaction.atomic
def assemble(port: int, log: Log, *, people: int) -> Cast:
    """Make the people, so many trainees of each group, their organizations and their sessions."""
    at = timezone.now()
    cast = Cast()
    center = _organization("Shasta Training Center", Organization.Kind.PROVIDER, at)
    coalition = _organization("North State Coalition", Organization.Kind.COALITION, at)
    cast.provider, cast.school = _player(_staff("teacher", center), port, log), str(center.public_id)
    cast.coordinators = [_player(_staff(f"coordinator{n}", coalition), port, log) for n in (1, 2)]
    for group, (credential, _trade) in enumerate(GROUPS):
        shop = _organization(f"Shasta {credential} works", Organization.Kind.EMPLOYER, at)
        cast.hirers.append(_player(_staff(f"hirer-{credential}", shop), port, log, group=group))
    numbers = [(group, n) for n in range(people) for group in range(len(GROUPS))]
    # The last two of each group have moved away without a word; the post office may say so.
    names = [f"{GONE if n >= people - 2 else ''}trainee-{GROUPS[group][0]}-{n}" for group, n in numbers]
    for (group, _n), user in zip(numbers, _users(names), strict=True):
        profile = TraineeProfile.objects.create(user=user, zip=ZIP, miles=50, wage_wish_cents=1000, created_at=at)
        TradeWish.objects.create(trainee=profile, occupation_id=GROUPS[group][1])
        Enrollment.objects.create(trainee=profile, provider=center, given_name=user.full_name, given_email=user.email)
        for purpose in (Consent.Purpose.MATCH, Consent.Purpose.RECORD):
            consents.give(user, purpose, source="web", at=at, by=user, language="en")
        cast.trainees.append(
            _player(user, port, log, group=group, trainee=profile.pk, public_id=str(profile.public_id))
        )
    return cast


def day_zone(now: datetime) -> str:
    """A time zone in which it is about noon, so that nobody's night holds a letter back."""
    ahead = 12 - now.astimezone(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def _users(names: list[str]) -> list[User]:
    zone = day_zone(timezone.now())
    users = [User(full_name=name.replace("-", " "), email=f"{name}@chaos.example", time_zone=zone) for name in names]
    entry.newcomers(users)
    EmailAddress.objects.filter(user__in=users).update(verified=True)
    return users


def _staff(name: str, organization: Organization) -> User:
    (user,) = _users([name])
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.create(user=user, organization=organization, role=Membership.Role.ADMIN, starts_on=yesterday)
    return user


def _organization(name: str, kind: str, at) -> Organization:
    return Organization.objects.create(name=name, kind=kind, zip=ZIP, verified_at=at)


def _player(user: User, port: int, log: Log, **more) -> Player:
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), SIGN_IN
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    # As after the pages of signing in: those who act for others have used their second step.
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.create()
    return Player(user, Browser(port, session.session_key, log), **more)
