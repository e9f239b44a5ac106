"""How allauth meets our post office: its letters go through the outbox like all others, in our words."""

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as current
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import actions, outbox
from .models import Delivery, Way

LONGEST_ADDRESS = Delivery._meta.get_field("address").max_length


class AccountAdapter(DefaultAccountAdapter):
    """allauth with our outbox: a mail server that is away delays a sign-in code and loses none."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "duplicate_email": gettext_lazy("Your account has this email address already."),
        "email_taken": gettext_lazy("Another account uses this email address."),
        "incorrect_code": gettext_lazy(
            "This is not the code we sent. Look at our newest letter and type the code once more."
        ),
        "rate_limited": gettext_lazy("That was a bit fast. Wait a minute, then try again."),
        "too_many_login_attempts": gettext_lazy("Too many tries. Wait a minute, then ask for a new code."),
    }

    def clean_email(self, email: str) -> str:
        """The address, when the outbox can hold it."""
        if len(email) > LONGEST_ADDRESS:
            raise ValidationError(_("This email address is too long. Please check it."))
        return super().clean_email(email)

    def format_email_subject(self, subject: str) -> str:
        """Every letter says in its subject whose it is, those that have only allauth's words too."""
        return f"{settings.SITE_NAME}: {subject}"

    def post_login(self, request, user, **how):
        # Who types the code we mailed shows that the address takes our messages, whatever a server said before.
        records = get_authentication_records(request, user)
        if records and records[-1]["method"] == "code" and (address := records[-1].get("email")):
            actions.confirm_address(Way.EMAIL, address, by=user, at=timezone.now())
        return super().post_login(request, user, **how)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        # Who types the first code has just confirmed the address; a letter about it would only puzzle them.
        if template_prefix == "account/email/email_confirm" and not self.request.user.is_authenticated:
            return
        super().send_notification_mail(template_prefix, user, context, email)

    def send_mail(self, template_prefix, email, context):
        letter = {"request": current.request, "email": email, "current_site": get_current_site(current.request)}
        mail = self.render_mail(template_prefix, email, letter | context | _ours())
        html = next((body for body, kind in getattr(mail, "alternatives", []) if kind == "text/html"), "")
        with transaction.atomic():
            outbox.send_letter(email, subject=mail.subject, text=mail.body, html=html, at=timezone.now())


def _ours() -> dict:
    """What our letters say besides: our own address, whatever host the request named."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "login_url": settings.SITE_URL + reverse("account_login"),
        "signup_url": settings.SITE_URL + reverse("account_signup"),
        "account_url": settings.SITE_URL + reverse("account_email"),
        "sign_in_minutes": app_settings.LOGIN_BY_CODE_TIMEOUT // 60,
        "confirm_minutes": app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT // 60,
    }
