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
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import devices, stepup
from accounts.models import User
from ledger.log import record

from . import actions, outbox
from .models import Delivery, Way
from .sms import gateway, numbers, texts

LONGEST_ADDRESS = Delivery._meta.get_field("address").max_length


class AccountAdapter(DefaultAccountAdapter):
    """allauth with our outbox: a mail server that is away delays a sign-in code and loses none."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("This account is closed."),
        "cannot_remove_primary_email": gettext_lazy("You cannot remove the address we write to."),
        "email_password_mismatch": gettext_lazy("The email address or the password is not right."),
        "enter_current_password": gettext_lazy("Type the password you have now."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "unverified_primary_email": gettext_lazy("Confirm this address first."),
        "duplicate_email": gettext_lazy("Your account has this email address already."),
        "email_taken": gettext_lazy("Another account uses this email address."),
        "incorrect_code": gettext_lazy(
            "This is not the code we sent. Look at the newest message from us and type its code once more."
        ),
        "rate_limited": gettext_lazy("That was a bit fast. Wait a minute, then try again."),
        "too_many_login_attempts": gettext_lazy("Too many tries. Wait a minute, then ask for a new code."),
    }

    def clean_email(self, email: str) -> str:
        """The address, when the outbox can hold it."""
        if len(email) > LONGEST_ADDRESS:
            raise ValidationError(_("This email address is too long. Please check it."))
        return super().clean_email(email)

    def clean_phone(self, phone: str) -> str:
        """The number as carriers write it, when we send texts to it."""
        if not gateway.is_on():
            raise ValidationError(_("This site sends no text messages. Write your email address."))
        number = numbers.e164(phone)
        if not number:
            raise ValidationError(_("This is no telephone number we know. Write all ten digits, area code first."))
        if not numbers.allowed(number):
            raise ValidationError(
                _("We cannot send text messages to this number. Use a mobile number of the United States.")
            )
        return number

    # --- By phone ----------------------------------------------------------------------------------------------------
    def get_user_by_phone(self, phone: str):
        """Who proved the number; else the one person without email of whom a provider gave it to us.

        As with an address that came in a sheet, the first code that arrives opens their page and proves the number.
        """
        people = User.objects.filter(phone=phone, is_active=True)
        if known := people.filter(phone_verified_at__isnull=False).first():
            return known
        brought_in = list(people.filter(email=None)[:2])
        return brought_in[0] if len(brought_in) == 1 else None

    def get_phone(self, user):
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user, phone: str, verified: bool):
        raise NotImplementedError("A number is given on the page about text messages.")

    def set_phone_verified(self, user, phone: str) -> None:
        if user.phone != phone or user.phone_verified_at:
            return
        now = timezone.now()
        with transaction.atomic():
            user.phone_verified_at = now
            user.save(update_fields=["phone_verified_at"])
            record("phone.verified", user, by=user, at=now)

    def generate_phone_verification_code(self, *, user, phone: str) -> str:
        return get_random_string(6, "0123456789")

    def send_verification_code_sms(self, user, phone: str, code: str, **_more) -> None:
        minutes = app_settings.LOGIN_BY_CODE_TIMEOUT // 60
        with transaction.atomic():
            outbox.send_letter(phone, text=texts.code(code, minutes), user=user, channel=Way.SMS, at=timezone.now())

    # --- Who it is ---------------------------------------------------------------------------------------------------
    def get_login_stages(self):
        ours = {"allauth.account.stages.EmailVerificationStage": "accounts.stages.AddressStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user) -> list[dict]:
        """How a person shows once more who they are; who has neither passkey nor app nor password gets a code."""
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code of your app, or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use your passkey"),
        }
        found = [method | {"description": words[method["id"]]} for method in super().get_reauthentication_methods(user)]
        found.sort(key=lambda method: method["id"] != "mfa_reauthenticate:webauthn")
        # A password alone is no second step.
        if any(method["id"].startswith("mfa") for method in found):
            found = [method for method in found if method["id"] != "reauthenticate"]
        if not found and user.is_authenticated and stepup.reach(user):
            found = [{"id": "code", "description": _("Use a code that we send you"), "url": reverse("stepup_code")}]
        return found

    def _get_login_attempts_cache_key(self, request, **credentials):
        login = credentials.get("email", "")
        user = User.objects.filter(email=User.objects.normalize(login)).first()
        return "password:" + devices.key(request, login, user)

    def format_email_subject(self, subject: str) -> str:
        """Every letter says in its subject whose it is, those that have only allauth's words too."""
        return f"{settings.SITE_NAME}: {subject}"

    def post_login(self, request, user, **how):
        # Who types the code we mailed shows that the address takes our messages, whatever a server said before.
        records = get_authentication_records(request, user)
        if records and records[-1]["method"] == "code" and (address := records[-1].get("email")):
            actions.confirm_address(Way.EMAIL, address, by=user, at=timezone.now())
        stepup.count_sign_in(request, user)
        response = super().post_login(request, user, **how)
        devices.settle_in(request, response, user)
        return response

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
