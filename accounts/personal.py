"""What this room, and sign-in (django-allauth), keeps about a person."""

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .record.registry import NOBODY, blank, delete, keep, known_by, nobodys, of_trainee, of_user, personal


def _emails(user):
    return EmailAddress.objects.filter(user=user).values_list("email", flat=True), ()


def _invited(subject) -> Q:
    return Q(email__in=subject.emails) if subject.emails else NOBODY


def _unnamed(rows, subject, at) -> None:
    """The row stays as a number that history points at; who it was, and every way to reach them, is gone."""
    for user in rows:
        user.set_unusable_password()
        user.full_name, user.email, user.phone, user.phone_verified_at = "", None, "", None
        user.is_active = user.is_staff = user.is_superuser = False
        user.last_login, user.language, user.time_zone = None, "en", "America/Los_Angeles"
        user.save()
        user.groups.clear()
        user.user_permissions.clear()


def _ended(rows, subject, at) -> None:
    """Nobody needs to know any more who was invited."""
    rows.filter(accepted_at=None).delete()
    rows.update(email="")


known_by(_emails)

personal(
    "accounts.Consent",
    _("What I agreed to"),
    whose=of_user("user"),
    show=("purpose", "wording", "version", "language", "source", "organization__name", "given_at", "withdrawn_at"),
    covers=("user",),
    erase=delete,
)
personal(
    "accounts.Assistance",
    _("Who acted for me"),
    whose=of_user("person"),
    show=("organization__name", "how", "language", "began_at", "ends_at", "ended_at"),
    covers=("person", "helper"),
    erase=delete,
)
personal(
    "accounts.Guardian",
    _("My parent or guardian"),
    whose=of_user("user"),
    show=(
        "name",
        "address",
        "wording",
        "version",
        "language",
        "asked_at",
        "agreed_at",
        "withdrawn_at",
        "again_address",
        "again_at",
    ),
    covers=("user",),
    erase=delete,
)
personal(
    "accounts.RecordView",
    _("Who looked at my record"),
    whose=of_user("person"),
    show=("organization__name", "purpose", "day", "first_at", "last_at", "times"),
    covers=("person", "viewer"),
    erase=delete,
)
personal(
    "accounts.Membership",
    _("Organizations I acted for"),
    whose=of_user("user"),
    show=("organization__name", "role", "starts_on", "ends_on"),
    covers=("user",),
    erase=keep,
    stays=_("That somebody acted for an organization on these days, without a name: its history needs it."),
)
personal(
    "accounts.Invitation",
    _("Invitations"),
    whose=_invited,
    show=("organization__name", "email", "role", "created_at", "accepted_at"),
    covers=("invited_by", "accepted_by"),
    erase=_ended,
)
personal(
    "accounts.JoinRequest",
    _("Requests to act for an organization"),
    whose=of_user("user"),
    show=(
        *("name", "kind", "zip", "city", "county", "job", "phone", "license_number", "website", "note"),
        *("state", "asked_at", "answered_at", "organization__name", "reason", "words"),
    ),
    # How a coordinator made sure names whom they spoke with: others than whoever asked.
    covers=("user", "answered_by", "checked"),
    erase=delete,
)
personal(
    "accounts.EntryLink",
    _("Links to sign in once"),
    whose=of_user("user"),
    show=("made_at", "used_at"),
    covers=("user",),
    erase=delete,
)
personal(
    "accounts.FactorRestore",
    _("Lost second steps"),
    whose=of_user("user"),
    show=("checked", "asked_at", "agreed_at", "ended_at"),
    covers=("user", "asked_by", "agreed_by", "ended_by"),
    erase=delete,
)
personal(
    "account.EmailAddress",
    _("Email addresses"),
    whose=of_user("user"),
    show=("email", "verified", "primary"),
    covers=("user",),
    erase=delete,
)
personal(
    "mfa.Authenticator",
    _("Second steps and passkeys"),
    whose=of_user("user"),
    show=("type", "created_at", "last_used_at"),
    covers=("user", "data"),
    erase=delete,
)
personal(
    "usersessions.UserSession",
    _("Where I am signed in"),
    whose=of_user("user"),
    show=("created_at", "last_seen_at", "ip", "user_agent"),
    covers=("user", "data"),
    erase=delete,
)
personal(
    "admin.LogEntry",
    _("What I did in the administration pages"),
    whose=of_user("user"),
    show=("action_time", "object_repr"),
    covers=("user",),
    erase=delete,
)
personal(
    "accounts.TraineeProfile",
    _("What I told you"),
    whose=of_trainee("pk"),
    show=(
        *("zip", "county", "miles", "has_transport", "shifts", "wage_wish_cents", "license", "languages", "spoken"),
        *("written", "available_from", "is_minor", "looking", "created_at"),
    ),
    covers=("user", "coordinator"),
    erase=blank(
        zip="",
        miles=25,
        has_transport=None,
        shifts=[],
        wage_wish_cents=None,
        license=None,
        languages=[],
        spoken="",
        written="",
        available_from=None,
        is_minor=False,
        coordinator=None,
    ),
    stays=_("The county, so that the counts of former years stay right."),
)
personal(
    "accounts.User",
    _("My account"),
    whose=of_user("pk"),
    show=("full_name", "email", "phone", "phone_verified_at", "language", "time_zone", "date_joined", "last_login"),
    erase=_unnamed,
    stays=_("A number without a name, so that the history of others stays whole."),
)

nobodys("accounts.Organization", "An organization's own name, address and number; its contact is a member of staff.")
nobodys("accounts.Verification", "How an organization was verified; `by` is a number once the account is erased.")
nobodys("accounts.Zip", "Public: where ZIP codes are.")
nobodys("accounts.User_groups", "Cleared with the account.")
nobodys("accounts.User_user_permissions", "Cleared with the account.")
nobodys("auth.Group", "Names of groups of rights.")
nobodys("auth.Permission", "Names of rights.")
