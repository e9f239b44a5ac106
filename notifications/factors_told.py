"""A lost second step is told by every way there is, at once: every address, the number, and the inbox."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import restore

from . import outbox
from .models import Notice, Way
from .sms import gateway, texts
from .topics import REFERRALS
from .words import Action, Message, register


def _words(kind: str) -> tuple[str, str]:
    return {
        restore.ASKED: (
            _("Somebody says you lost your second step"),
            _(
                "A coordinator asked to take away your passkeys, app and recovery codes, because you lost them. "
                "A second coordinator has to agree. If it was not you who asked, stop it now:"
            ),
        ),
        restore.DONE: (
            _("Your second step was taken away"),
            _(
                "Two coordinators took away your passkeys, app and recovery codes, and signed you out everywhere. "
                "Sign in with a code and set up a new second step. If it was not you who asked, call your coordinator:"
            ),
        ),
        restore.ENDED: (
            _("Your second step stays as it is"),
            _("Nobody takes away your passkeys, app or recovery codes. Nothing was changed. More is here:"),
        ),
    }[kind]


def tell(kind: str, found, *, at) -> None:
    """Let the person know, in their language, inside the caller's transaction."""
    user, path = found.user, reverse("restore_mine")
    with override(user.language):
        subject, said = _words(kind)
        addresses = set(EmailAddress.objects.filter(user=user).values_list("email", flat=True)) | {user.email}
        for address in sorted(filter(None, addresses)):
            where = f"{settings.SITE_URL}{path}\n\n--\n{settings.SITE_NAME}\n{settings.SITE_URL}"
            text = f"{_('Hello,')}\n\n{said}\n\n{where}"
            outbox.send_letter(address, subject=f"{settings.SITE_NAME}: {subject}", text=text, user=user, at=at)
        if user.phone and user.phone_verified_at and gateway.is_on():
            short = texts.ours(f"{subject}. {texts.link(path)}")
            outbox.send_letter(user.phone, text=short, user=user, channel=Way.SMS, at=at)
    Notice.objects.create(
        user=user, kind=kind, topic=REFERRALS, once_key=f"{kind}:{found.pk}", data={}, path=path, created_at=at
    )


def _message(notice) -> Message:
    subject, said = _words(notice.kind)
    return Message(subject=subject, paragraphs=[said], actions=[Action(_("Look at it"), notice.path)])


for _kind in (restore.ASKED, restore.DONE, restore.ENDED):
    register(_kind, _message)
restore.tell_by(tell)
