"""How an address is asked for at sign-in: one that no letter could be sent to is refused with a sentence.

Apart from forms.py, because allauth reads that module while it is still loading its own forms.
"""

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, RequestLoginCodeForm


class CodeForm(RequestLoginCodeForm):
    """Send me a code."""

    def clean_email(self):
        get_adapter().clean_email(self.cleaned_data["email"])
        return super().clean_email()


class SignInForm(LoginForm):
    """The same through allauth's own sign-in address."""

    def clean_login(self):
        return get_adapter().clean_email(super().clean_login())
