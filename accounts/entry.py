"""How a person who did not sign up themselves comes in; the caller holds the transaction."""

from allauth.account.models import EmailAddress

from .models import User


def newcomer(email: str | None, *, full_name: str, **fields) -> User:
    """A person without a password, who signs in with a code sent to their address."""
    user = User.objects.create_user(email, full_name=full_name, **fields)
    know_address(user)
    return user


def newcomers(users: list[User]) -> list[User]:
    """Several at once, not saved yet: as `newcomer`, two statements for all of them."""
    for user in users:
        user.email = User.objects.normalize(user.email)
        user.set_unusable_password()
    User.objects.bulk_create(users, batch_size=500)
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, primary=True, verified=False) for user in users if user.email],
        batch_size=500,
    )
    return users


def know_address(user: User) -> None:
    """Let the first code that reaches the person's address verify it (django-allauth keeps addresses in a table).

    An address that was never verified gives way to the new one.
    """
    known = EmailAddress.objects.filter(user=user)
    if not user.email or known.filter(email=user.email).exists():
        return
    if not known.filter(primary=True, verified=False).update(email=user.email):
        primary = not known.filter(primary=True).exists()
        EmailAddress.objects.create(user=user, email=user.email, primary=primary, verified=False)
