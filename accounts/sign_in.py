"""How sign-in asks: for an address or a number; one that no code could be sent to is refused with a sentence.

Apart from forms.py, because allauth reads that module while it is still loading its own forms.
"""

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, RequestLoginCodeForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context, ratelimit
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import devices


class CodeForm(RequestLoginCodeForm):
    """Send me a code, to my email address or by text to my number."""

    email = forms.CharField(
        label=gettext_lazy("Email or mobile number"),
        max_length=320,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    shared = devices.SharedField()

    def clean_email(self):
        typed = self.cleaned_data["email"].strip()
        self._user = None
        if "@" not in typed and any(c.isdigit() for c in typed):
            self._phone = self._by_phone(typed)
            return ""
        try:
            validate_email(typed)
        except ValidationError as wrong:
            # Too long is told by the adapter, with its own sentence.
            get_adapter().clean_email(typed)
            raise ValidationError(
                _("Write an email address, for example name@example.org, or a mobile number with all ten digits.")
            ) from wrong
        address = get_adapter().clean_email(typed.lower())
        users = filter_users_by_email(address, is_active=True, prefer_verified=True, for_login=True)
        self._user = users[0] if users else None
        self._count(address)
        return address

    def _by_phone(self, typed: str) -> str:
        number = get_adapter().clean_phone(typed)
        self._user = get_adapter().get_user_by_phone(number)
        self._count(number)
        # Six digits are soon guessed: fewer codes in a day than by mail.
        if not ratelimit.consume(
            context.request, action="text_code", key=devices.key(context.request, number, self._user)
        ):
            raise get_adapter().validation_error("too_many_login_attempts")
        return number

    def _count(self, name: str) -> None:
        key = devices.key(context.request, name, self._user)
        if not ratelimit.consume(context.request, action="request_login_code", key=key):
            raise get_adapter().validation_error("too_many_login_attempts")

    def clean(self):
        cleaned = super().clean()
        if number := getattr(self, "_phone", ""):
            cleaned["phone"] = number
        devices.wish(context.request, bool(cleaned.get("shared")))
        return cleaned


class SignInForm(LoginForm):
    """With a password, for who chose to have one."""

    shared = devices.SharedField()

    def _setup_password_field(self):
        # allauth takes the field away where nobody is asked for a password at sign-up; without one a code is sent.
        self.fields["password"].required = False

    def login(self, request, redirect_url=None):
        response = super().login(request, redirect_url)
        devices.keep_term(request)  # allauth has just set its own
        return response

    def clean_login(self):
        return get_adapter().clean_email(super().clean_login())

    def clean(self):
        cleaned = super().clean()
        devices.wish(context.request, bool(cleaned.get("shared")))
        return cleaned
