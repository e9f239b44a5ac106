"""Pages around sign-in that allauth does not have: the administrator's link, and a lost second step."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import filter_users_by_email
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from . import entry_links, restore
from .models import FactorRestore, User
from .policies import Denied, is_coordinator
from .stepup import recent


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry_link(request, secret):
    """The administrator's link: looking at it changes nothing, the button lets them in, once."""
    now = timezone.now()
    if request.method != "POST":
        link = entry_links.standing(secret, at=now)
        return render(request, "account/entry_link.html", {"link": link}, status=200 if link else 410)
    link = entry_links.take(secret, at=now)
    if link is None:
        return render(request, "account/entry_link.html", {"link": None}, status=410)
    record_authentication(request, link.user, method="link")
    return perform_login(request, Login(user=link.user, redirect_url=reverse("start")))


class RestoreForm(forms.Form):
    """Whose second step is lost, and how the coordinator made sure."""

    who = forms.CharField(
        label=gettext_lazy("Their email, or their mobile number"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    checked = forms.CharField(
        label=gettext_lazy("How you made sure who it is"),
        help_text=gettext_lazy("For example: called back on the number of their organization, and spoke with them."),
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_who(self):
        typed = self.cleaned_data["who"].strip()
        found = list(filter_users_by_email(typed, is_active=True, prefer_verified=True))
        digits = "".join(c for c in typed if c.isdigit())
        if not found and len(digits) >= 10:
            known = User.objects.filter(is_active=True, phone_verified_at__isnull=False)
            found = list(known.filter(phone__endswith=digits[-10:]))
        if len(found) != 1:
            raise forms.ValidationError(_("No account has this email or number."))
        return found[0]


def _coordinators_only(request):
    if not is_coordinator(request.user):
        raise Denied(_("This is for coordinators."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@recent(reading=True)
def restore_list(request):
    """Lost second steps that wait for a second coordinator, and the form to ask for one."""
    _coordinators_only(request)
    form = RestoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        who, checked = form.cleaned_data["who"], form.cleaned_data["checked"]
        try:
            restore.ask(who, checked=checked, by=request.user, at=timezone.now())
        except Denied as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Asked. Another coordinator has to agree, and the person was told."))
            return redirect("restore_list")
    context = {"form": form, "waiting": restore.waiting()}
    return render(request, "account/restore_list.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
@recent
def restore_answer(request, public_id, answer):
    """A second coordinator agrees or refuses; the person themselves may stop it."""
    found = get_object_or_404(FactorRestore.objects.select_related("user"), public_id=public_id)
    theirs = found.user_id == request.user.pk
    if not theirs and not is_coordinator(request.user):
        raise Http404
    act = {"agree": restore.agree, "refuse": restore.end}[answer]
    try:
        act(found, by=request.user, at=timezone.now())
    except Denied as refused:
        messages.error(request, str(refused))
    else:
        done = {
            "agree": _("Done. The person was told and makes a new second step at the next sign-in."),
            "refuse": _("Stopped. Nothing was changed."),
        }
        messages.success(request, done[answer])
    return redirect("restore_mine" if theirs else "restore_list")


@login_required
@require_http_methods(["GET", "HEAD"])
def restore_mine(request):
    """Somebody asked to take my second step away: who, when, and the button that stops it."""
    mine = restore.waiting().filter(user=request.user).first()
    return render(request, "account/restore_mine.html", {"restore": mine})
