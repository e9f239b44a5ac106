"""Once more, who is it? Asked before what a stolen session must not do: contacts, exports, settings, second steps.

    @recent                 the page and what it does
    @recent(reading=True)   everybody signed in may read the page; changing something asks

Whoever signed in, or showed who they are again, within the last quarter of an hour is not asked. Otherwise allauth asks
for their passkey, their app’s code or their password; who has none of these gets a code by mail or text. A form
that was sent meanwhile is not lost: it is taken up where it was.
"""

import time
from functools import wraps

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import resume_request, suspend_request
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .codes import CodeInSession

SAFE = ("GET", "HEAD")


def is_recent(request) -> bool:
    """Whether the person showed who they are within the last quarter of an hour; in the demo a tap always counts."""
    records = get_authentication_records(request, request.user)
    if settings.DEMO and any(record["method"] == "demo" for record in records):
        return True
    times = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(times) and 0 <= time.time() - times[-1] < app_settings.REAUTHENTICATION_TIMEOUT


def count_sign_in(request, user) -> None:
    """Signing in is showing who one is: counted like being asked again."""
    if records := get_authentication_records(request, user):
        records[-1]["reauthenticated"] = True
        request.session.modified = True


def require(request) -> None:
    """The same in the midst of a view, for the one thing it does that asks: taking contacts out, for example."""
    if request.user.is_authenticated and not is_recent(request):
        raise ReauthenticationRequired


def recent(view=None, *, reading=False):
    """The view, for a person who just showed who they are; `reading`: only what changes something asks."""

    def decorate(view):
        @wraps(view)
        def asked(request, *args, **kwargs):
            free = reading and request.method in SAFE
            if not free:
                require(request)
            return view(request, *args, **kwargs)

        return asked

    return decorate(view) if view else decorate


def ask(request):
    """On the way to where the person shows who they are, and back."""
    return suspend_request(request, get_adapter().get_reauthentication_methods(request.user)[0]["url"])


# --- By a code, for who has nothing else -----------------------------------------------------------------------------
class CodeAgain(CodeInSession):
    """A code to the address or number the person has with us."""

    KEY = "accounts.stepup"

    def __init__(self, request, state):
        super().__init__(request, state, user=request.user)

    @classmethod
    def initiate(cls, request):
        """Send a code; None when too many were asked for."""
        where = reach(request.user)
        to = where.get("email") or where["phone"]
        if not ratelimit.consume(request, action="request_login_code", key=f"stepup:{to}"):
            return None
        process = cls(request, cls.initial_state(request.user, **where))
        process.send()
        process.persist()
        return process

    def send(self):
        adapter = get_adapter()
        if email := self.state.get("email"):
            self.state["code"] = adapter.generate_login_code()
            adapter.send_mail("account/email/stepup_code", email, {"code": self.code})
        else:
            phone = self.state["phone"]
            self.state["code"] = adapter.generate_phone_verification_code(user=self.user, phone=phone)
            adapter.send_verification_code_sms(self.user, phone, self.code)

    def finish(self):
        self.abort()
        where = {name: self.state[name] for name in ("email", "phone") if name in self.state}
        record_authentication(self.request, self.user, method="code", reauthenticated=True, **where)


def reach(user) -> dict[str, str]:
    """Where a code reaches the person: their address, else their number; empty when nothing does."""
    address = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary").first()
    if address:
        return {"email": address.email}
    return {"phone": user.phone} if user.phone and user.phone_verified_at else {}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def stepup_code(request):
    """A code shows once more who is there. Looking at the page sends nothing."""
    here = request.get_full_path()
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not any(method["id"] == "code" for method in methods):
        return redirect(methods[0]["url"] if methods else "start")
    if request.method == "POST" and request.POST.get("action") == "send":
        if CodeAgain.initiate(request) is None:
            messages.error(request, get_adapter().error_messages["rate_limited"])
        return redirect(here)
    process = CodeAgain.resume(request)
    form = ConfirmLoginCodeForm(request.POST or None, code=process.code if process else "")
    if request.method == "POST":
        if process is None:
            messages.warning(request, _("Your code ran out. Ask for a new one."))
            return redirect(here)
        if form.is_valid():
            process.finish()
            return resume_request(request) or redirect("start")
        if not process.record_invalid_attempt():
            messages.error(request, _("This code works no longer. Ask for a new one."))
            return redirect(here)
    where = reach(request.user)
    context = {"form": form, "sent": process is not None, "where": next(iter(where.values()), "")}
    return render(request, "account/stepup_code.html", context, status=422 if form.errors else 200)
