"""The second step of everybody who acts for others: a passkey, or an app's code with recovery codes.

Who has a current membership (coordinators are the coalition's) meets no page before this session has seen their second
step: `guard` sends them to set one up, or to use it, and afterwards to where they wanted to go. django-allauth writes
into the session by what means a person came in; that is what is asked, so it costs no question to the database.
In the demo, and only there, the tap on a name counts as one.
"""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from . import sealed, stepup
from .ahead import path_of_ours
from .policies import memberships_of

STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
NEXT = "second_step_next"

# Where everybody may always go: out, and to where a second step is used.
ALWAYS = {
    "account_logout", "account_inactive", "account_reauthenticate", "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn", "stepup_code",
}  # fmt: skip
# Where somebody goes who has no second step yet: to make one, and to confirm the address that needs it.
MAKING = {
    "second_step", "mfa_activate_totp", "mfa_add_webauthn", "account_email", "account_email_verification_sent",
}  # fmt: skip
# Changes to the ways in: they ask once more who it is, also those who have nothing but a mailed code.
CHANGES = {
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn",
    "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_generate_recovery_codes",
    "account_set_password", "account_change_password",
}  # fmt: skip
CHANGES_BY_PRESSING = {"account_email"}


def needs_one(user) -> bool:
    """Whether the person acts for others."""
    return user.is_staff or user.is_superuser or bool(memberships_of(user))


def has_one(user) -> bool:
    """Whether the person has a second step at all."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=STEPS).exists()


def was_used(request) -> bool:
    """Whether this session has seen the person's second step."""
    methods = {record["method"] for record in get_authentication_records(request, request.user)}
    return "mfa" in methods or (settings.DEMO and "demo" in methods)


def guard(get_response):
    """Sends who acts for others to their second step before their first page, and asks again before it is changed."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if not request.user.is_authenticated:
            return None
        name = request.resolver_match.url_name
        if not _is_free(name) and needs_one(request.user) and not was_used(request):
            if has_one(request.user):
                # The session began before the second step was made, perhaps by somebody else.
                return suspend_request(request, get_adapter().get_reauthentication_methods(request.user)[0]["url"])
            if name not in MAKING:
                return _to_make_one(request)
        changes = name in CHANGES or (name in CHANGES_BY_PRESSING and request.method == "POST")
        if changes and not stepup.is_recent(request) and get_adapter().get_reauthentication_methods(request.user):
            return stepup.ask(request)
        return None

    middleware.process_view = process_view
    return middleware


def _is_free(name: str | None) -> bool:
    return name in ALWAYS or (settings.DEMO and bool(name) and name.startswith("demo"))


def _to_make_one(request):
    if request.method in stepup.SAFE and not request.headers.get("HX-Request"):
        request.session[NEXT] = request.get_full_path()
    return redirect("second_step")


@login_required
@require_safe
def second_step(request):
    """What the second step is and the two ways to have one; who has it goes on to where they wanted to go."""
    if ahead := path_of_ours(get_next_redirect_url(request) or ""):
        request.session[NEXT] = ahead
    if was_used(request):
        return redirect(request.session.pop(NEXT, None) or "start")
    return render(request, "account/second_step.html", {"needed": needs_one(request.user)})


# --- When one is made or goes away -----------------------------------------------------------------------------------
def on_made(sender, request, user, authenticator, **_signal) -> None:
    """Who has just made a second step has shown it."""
    if authenticator.type in STEPS:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=str(authenticator.type), reauthenticated=True
        )


def on_removed(sender, request, user, authenticator, **_signal) -> None:
    """Without a second step no session of the person counts as having seen one."""
    if has_one(user):
        return
    records = get_authentication_records(request, user)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [r for r in records if r["method"] != "mfa"]
    end_other_sessions(request, user)


class MfaAdapter(DefaultMFAAdapter):
    """allauth's second steps in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": gettext_lazy("Confirm the address you have before you add another one."),
        "cannot_delete_authenticator": gettext_lazy("You cannot take away your only second step."),
        "cannot_generate_recovery_codes": gettext_lazy("Set up a passkey or an app first, then make recovery codes."),
        "incorrect_code": gettext_lazy("This is not the right code. Look at it again, or use the next one."),
        "unverified_email": gettext_lazy("Confirm your email address first."),
    }

    def encrypt(self, text):
        return sealed.seal(text)

    def decrypt(self, encrypted_text):
        return sealed.unseal(encrypted_text)

    def _get_site_name(self):
        return settings.SITE_NAME

    def can_delete_authenticator(self, authenticator):
        """Who acts for others keeps one."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=STEPS).exclude(
            pk=authenticator.pk
        )
        return others.exists() or not needs_one(authenticator.user)

    def generate_authenticator_name(self, user, type):
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}
