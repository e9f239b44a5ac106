"""Pages about oneself: what matching needs to know, and what one agreed to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from . import actions, consents, timeline
from .forms import ProfileForm
from .models import Consent


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def trainee_profile(request):
    """What matching needs to know of me; saving it wakes matching."""
    profile = getattr(request.user, "trainee", None)
    form = ProfileForm(request.POST) if request.method == "POST" else ProfileForm.of(profile)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(request.user, form.values(), by=request.user, at=timezone.now())
        messages.success(request, _("Saved. We look for openings again with what you told us."))
        return redirect("trainee_profile" if profile is None else "trainee_home")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile.html", {"form": form, "profile": profile}, status=status)


@login_required
@require_http_methods(["GET", "HEAD"])
def my_timeline(request):
    """What happened to me here, newest first."""
    entries = timeline.of_person(request.user, reader=request.user)
    return render(request, "accounts/timeline.html", {"entries": entries})


@login_required
@require_http_methods(["GET", "HEAD"])
def consent_list(request):
    """Everything I agreed to, in the words I agreed to, and how to take it back."""
    given = request.user.consents.select_related("organization")
    context = {
        "given": given,
        "matching": any(c.purpose == Consent.Purpose.MATCH and not c.withdrawn_at for c in given),
        "wording": consents.wording(Consent.Purpose.MATCH),
    }
    return render(request, "accounts/consents.html", context)


@login_required
@require_POST
def consent_match(request, answer):
    """Start or stop being matched."""
    if answer == "yes":
        actions.agree_to_matching(request.user, by=request.user, at=timezone.now())
        messages.success(request, _("Thank you. We look for openings that fit you."))
    else:
        actions.stop_matching(request.user, by=request.user, at=timezone.now())
        messages.success(request, _("You are no longer matched. Openings you said yes to stay open."))
    return redirect("consent_list")
