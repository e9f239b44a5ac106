"""Which rows of which tables are about a person: what of them is in their copy, and what erasing does to them.

Each room says it of its own models in `<room>/personal.py`:

    personal("openings.ListPlace", _("Places on lists"), whose=of_trainee("trainee"),
             show=("opening__title", "registered_at", "rank"), erase=delete)
    nobodys("matching.Run", "Counts of a nightly run; no person is named in them.")

A model that could hold something personal (`checks.py` says which could) and is in neither list fails a system check.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils.module_loading import autodiscover_modules

NOBODY = Q(pk__in=())


@dataclass(frozen=True)
class Subject:
    """The person whose data is asked for, with every address and number by which a row may know them."""

    user: Model
    trainee_id: int | None
    emails: frozenset[str]
    phones: frozenset[str]

    @property
    def addresses(self) -> frozenset[str]:
        return self.emails | self.phones


@dataclass(frozen=True)
class Personal:
    """One kind of rows about a person."""

    model: str
    title: str
    whose: Callable[[Subject], Q]
    show: tuple[str, ...]
    erase: Callable[[QuerySet, Subject, object], None]
    covers: frozenset[str] = field(default_factory=frozenset)
    stays: str = ""

    def rows(self, subject: Subject) -> QuerySet:
        """The rows about this person."""
        model = apps.get_model(self.model)
        return model._base_manager.filter(self.whose(subject)).order_by("pk")


_personal: dict[str, Personal] = {}
_nobodys: dict[str, str] = {}
# How more addresses and numbers of a person are found, beside those on their account.
_known_by: list[Callable] = []


def personal(model: str, title, *, whose, show, erase, covers=(), stays="") -> None:
    """Rows of `model` are about the person `whose` finds them by.

    `show` are the fields (or lookups) in the copy; `erase` is one of the functions below, or the room's own; `covers`
    are fields that hold something personal and are not shown; `stays` says in words what erasing leaves, and why.
    """
    _personal[model.lower()] = Personal(model, title, whose, tuple(show), erase, frozenset(covers), stays)


def nobodys(model: str, why: str) -> None:
    """Nothing of a person is in `model`, though it looks as if; `why` is for whoever reads the code."""
    if not why:
        raise ValueError("Say why.")
    _nobodys[model.lower()] = why


def every() -> list[Personal]:
    """All kinds of rows about people, in the order they were named."""
    return list(_personal.values())


def entry(model: str) -> Personal | None:
    """What is said of this model, if it is about people."""
    return _personal.get(model.lower())


def is_nobodys(model: str) -> bool:
    """Whether somebody said that nothing personal is in it."""
    return model.lower() in _nobodys


def known_by(find: Callable) -> None:
    """`find(user)` yields (emails, phones) that belong to the person besides those on the account."""
    _known_by.append(find)


def subject(user) -> Subject:
    """The person, with what their rows may know them by."""
    emails, phones = {user.email or ""}, {user.phone}
    for find in _known_by:
        more_emails, more_phones = find(user)
        emails |= set(more_emails)
        phones |= set(more_phones)
    trainee = getattr(user, "trainee", None)
    emails, phones = {email.lower() for email in emails if email}, {phone for phone in phones if phone}
    return Subject(user, trainee.pk if trainee else None, frozenset(emails), frozenset(phones))


def discover() -> None:
    """Read every room's `personal.py`."""
    autodiscover_modules("personal")


# --- Whose a row is ---------------------------------------------------------------------------------------------------
def of_user(*names: str) -> Callable[[Subject], Q]:
    """Rows that point at the account by one of these fields."""

    def whose(subject: Subject) -> Q:
        found = NOBODY
        for name in names:
            found |= Q(**{name: subject.user.pk})
        return found

    return whose


def of_trainee(name: str) -> Callable[[Subject], Q]:
    """Rows that point at the trainee's profile."""
    return lambda subject: Q(**{name: subject.trainee_id}) if subject.trainee_id else NOBODY


def of_address(name: str) -> Callable[[Subject], Q]:
    """Rows that know the person only by an email address or a number."""
    return lambda subject: Q(**{f"{name}__in": subject.addresses}) if subject.addresses else NOBODY


# --- What erasing does ------------------------------------------------------------------------------------------------
def delete(rows: QuerySet, subject: Subject, at) -> None:
    """They are gone."""
    rows.delete()


def keep(rows: QuerySet, subject: Subject, at) -> None:
    """They stay: nothing in them says who it was once the account's row is empty."""


def blank(**values) -> Callable:
    """They stay for the figures, with these fields emptied."""

    def erase(rows: QuerySet, subject: Subject, at) -> None:
        rows.update(**values)

    return erase
