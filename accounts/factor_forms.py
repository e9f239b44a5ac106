"""allauth's forms for second steps, in our words; on a browser the person signed in with before, tries count apart."""

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context, ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy

from . import devices


class _Counted:
    """A code of the app, or a recovery code; strangers who try cannot use up the tries of the person's own browser."""

    def clean_code(self):
        key = "second-step:" + devices.key(context.request, str(self.user.pk), self.user)
        if not ratelimit.consume(context.request, action="login_failed", key=key):
            raise get_account_adapter().validation_error("too_many_login_attempts")
        typed = "".join(self.cleaned_data["code"].split())
        for step in Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN):
            if step.wrap().validate_code(typed):
                step.user = self.user
                self.authenticator = step
                ratelimit.clear(context.request, action="login_failed", key=key)
                return typed
        raise get_adapter().validation_error("incorrect_code")


class SecondStepForm(_Counted, AuthenticateForm):
    code = forms.CharField(
        label=gettext_lazy("Code of your app, or a recovery code"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class SecondStepAgainForm(_Counted, ReauthenticateForm):
    code = SecondStepForm.base_fields["code"]


class AppForm(ActivateTOTPForm):
    code = forms.CharField(
        label=gettext_lazy("The six digits your app shows"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasskeyForm(AddWebAuthnForm):
    name = forms.CharField(
        label=gettext_lazy("A name for it"),
        help_text=gettext_lazy("For example: my phone, or the key on my key ring."),
        required=False,
        max_length=60,
    )
    passwordless = forms.BooleanField(
        label=gettext_lazy("Sign in with this passkey alone, without a code"),
        help_text=gettext_lazy("It asks for your fingerprint, face or PIN. A plain security key may not be able to."),
        required=False,
        initial=True,
    )
