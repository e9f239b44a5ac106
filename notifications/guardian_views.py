"""Pages about a parent's or guardian's word: asking for it, and the page behind the link they get."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.validators import validate_email
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import consents
from accounts.policies import Denied

from . import guardians
from .sms import numbers


class AskForm(forms.Form):
    """Where the parent or guardian reads."""

    address = forms.CharField(
        label=gettext_lazy("Email or phone of your parent or guardian"),
        help_text=gettext_lazy("We send them one link, to ask if they agree. Nobody else sees this."),
        max_length=254,
    )

    def clean_address(self):
        said = self.cleaned_data["address"].strip()
        if "@" in said:
            validate_email(said)
            return said.lower()
        if number := numbers.e164(said):
            return number
        raise forms.ValidationError(_("Write an email address, or a phone number with its area code."))


class AgreeForm(forms.Form):
    """Who agrees."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=150)
    # The words that were read: what is kept is what they agreed to, also when the words change meanwhile.
    read = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, wording, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["read"] = self.now = guardians.digest_of(wording)

    def clean(self):
        clean = super().clean()
        if clean.get("read") != self.now:
            self.data = self.data.copy()
            self.data["read"] = self.now
            raise forms.ValidationError(_("These words changed after you opened this page. Please read them again."))
        return clean


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def guardian_ask(request):
    """Ask a parent or guardian to agree; how it stands."""
    row = getattr(request.user, "guardian", None)
    form = AskForm(request.POST or None, initial={"address": row.address if row else ""})
    if request.method == "POST" and form.is_valid():
        try:
            guardians.ask(request.user, form.cleaned_data["address"], by=request.user, at=timezone.now())
        except Denied as refused:
            form.add_error("address", str(refused))
        else:
            messages.success(request, _("We sent them a link. It works for 7 days."))
            return redirect("guardian_ask")
    context = {
        "form": form,
        "guardian": row,
        "waits": consents.waits_for_guardian(request.user),
        "why_no_school": consents.why_no_school(request.user),
        "now": timezone.now(),
    }
    return render(request, "notifications/guardian_ask.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guardian(request, secret):
    """What the parent or guardian reads; only the button agrees, or takes it back."""
    now = timezone.now()
    found = guardians.find(secret, at=now)
    if found is None:
        return render(request, "notifications/guardian_gone.html", status=404)
    wording = guardians.wording(found.user) if found.asks else found.wording
    form = AgreeForm(request.POST if request.method == "POST" and found.asks else None, wording=wording)
    if request.method == "POST":
        done = None
        if not found.asks:
            done = guardians.withdraw(secret, at=now)
        elif form.is_valid():
            done = guardians.agree(secret, name=form.cleaned_data["name"], at=now)
        if done:
            return render(request, "notifications/guardian_done.html", {"guardian": done})
    context = {"guardian": found, "form": form, "wording": wording}
    return render(request, "notifications/guardian.html", context, status=422 if form.errors else 200)
