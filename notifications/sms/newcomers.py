"""An account without email: whoever reads the code we text to a number has the account of that number, or a new one.

The same pages for a number we know and for one we do not, so nobody learns who has an account.
"""

import re

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import consents, devices, entry
from accounts.codes import CodeInSession
from accounts.forms import SignupForm
from accounts.models import Consent, User
from accounts.policies import Denied
from ledger.log import record

from . import budget, gateway, phones

# Texts cost money: so many codes to one number, from one address (a class behind one router), and from the whole site.
LIMITS = {"phone_signup": "3/m/key,6/d/key,60/h/ip", "phone_signup_site": "100/h/key"}


class NumberForm(SignupForm):
    """A name and a number; the number is judged as at sign-in."""

    number = forms.CharField(
        label=gettext_lazy("Your mobile number"),
        help_text=gettext_lazy("For example (909) 555-0127. We send a code to it, to see that it is yours."),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    field_order = ["full_name", "number", "shared"]

    def clean_number(self):
        return get_adapter().clean_phone(self.cleaned_data["number"])


class CodeForm(ConfirmLoginCodeForm):
    """The code and, apart from it, whether texts may come: never ticked beforehand, never needed for the account."""

    texts = forms.BooleanField(
        label=gettext_lazy("Yes, send me text messages"),
        required=False,
        widget=forms.CheckboxInput(attrs={"aria-describedby": "texts-wording"}),
    )


class PhoneSignup(CodeInSession):
    """A code to a number that nobody may have yet."""

    KEY = "notifications.sms.newcomers"

    @classmethod
    def initiate(cls, request, *, number: str, name: str):
        """Send a code; None when too many were asked for."""
        for action, key in (("phone_signup", number), ("phone_signup_site", "site")):
            if not ratelimit.consume(request, app="notifications.sms", action=action, config=LIMITS, key=key):
                return None
        if budget.left_today(timezone.now()) <= 0:
            return None
        process = cls(request, cls.initial_state(None, phone=number) | {"name": name})
        process.send()
        process.persist()
        return process

    def send(self):
        phone = self.state["phone"]
        self.state["code"] = get_adapter().generate_phone_verification_code(user=None, phone=phone)
        get_adapter().send_verification_code_sms(None, phone, self.code)

    def finish(self, *, texts: bool):
        """The person is in, with the account of this number, and gets texts if they agreed to them."""
        self.abort()
        now = timezone.now()
        user = account_of(self.state["phone"], name=self.state["name"], language=get_language(), at=now)
        if texts:
            try:
                phones.agree(user, by=user, at=now)
            except Denied as refused:  # this number once answered STOP
                messages.warning(self.request, str(refused))
        record_authentication(self.request, user, method="code", phone=user.phone)
        return perform_login(self.request, Login(user=user, phone=user.phone))


@transaction.atomic(durable=True)
def account_of(number: str, *, name: str, language: str, at) -> User:
    """Whoever has this number with us already, else somebody new; they have just proved it."""
    if known := get_adapter().get_user_by_phone(number):
        get_adapter().set_phone_verified(known, number)
        return known
    user = entry.newcomer(None, full_name=name, language=language, phone=number, phone_verified_at=at)
    record("phone.verified", user, by=user, at=at)
    return user


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def phone_signup(request):
    """Make an account with a mobile number alone."""
    if request.user.is_authenticated or not gateway.is_on():
        return redirect("start" if request.user.is_authenticated else "account_signup")
    process = PhoneSignup.resume(request)
    if request.method == "POST" and "code" in request.POST:
        if process is None:
            messages.warning(request, _("Your code ran out. Ask for a new one."))
            return redirect("phone_signup")
        form = CodeForm(request.POST, code=process.code)
        if form.is_valid():
            return process.finish(texts=form.cleaned_data["texts"])
        if not process.record_invalid_attempt():
            messages.error(request, _("This code works no longer. Ask for a new one."))
            return redirect("phone_signup")
        return _page(request, form, process, status=422)
    if request.method == "POST":
        form = NumberForm(request.POST)
        if form.is_valid():
            devices.wish(request, form.cleaned_data["shared"])
            clean = form.cleaned_data
            if PhoneSignup.initiate(request, number=clean["number"], name=clean["full_name"]):
                return redirect("phone_signup")
            form.add_error("number", _("These were many codes. Wait an hour, then ask for a new one."))
        return _page(request, form, None, status=422)
    again = process is not None and "again" not in request.GET
    return _page(request, CodeForm() if again else NumberForm(), process if again else None)


def _page(request, form, process, status=200):
    number = re.sub(r"^\+1(\d{3})(\d{3})(\d{4})$", r"(\1) \2-\3", process.state["phone"]) if process else ""
    wording = consents.wording(Consent.Purpose.SMS, number=process.state["phone"]) if process else ""
    context = {"form": form, "number": number, "wording": wording}
    return render(request, "account/phone_signup.html", context, status=status)
