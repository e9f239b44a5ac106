"""Pages about oneself: what matching needs to know, and what happened."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from . import actions, consents, timeline
from .ahead import path_of_ours
from .assist import assistable
from .forms import ProfileForm
from .models import Consent


@assistable
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def trainee_profile(request):
    """What matching needs to know of me; saving it wakes matching."""
    profile = getattr(request.user, "trainee", None)
    form = ProfileForm(request.POST) if request.method == "POST" else ProfileForm.of(profile)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(request.user, form.values(), by=request.user, at=timezone.now())
        return _saved(request, first=profile is None)
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile.html", {"form": form, "profile": profile}, status=status)


def _saved(request, *, first: bool):
    """On to the next step, with what is true: nothing is looked for before the person agreed to it."""
    person = request.user
    waits, agreed = consents.waits_for_guardian(person), consents.agreed(person, Consent.Purpose.MATCH)
    # The page of ours that somebody was on their way to when they were first asked for their profile.
    ahead = "" if waits else path_of_ours(request.GET.get("next", ""))
    if agreed and person.trainee.looking:
        messages.success(request, _("Saved. We look for openings again with what you told us."))
    elif first and not waits and not ahead:
        messages.success(request, _("Saved. One more step: read this and say if we may look for openings for you."))
    else:
        messages.success(request, _("Saved."))
    return redirect(ahead or ("consent_list" if waits or (first and not agreed) else "trainee_home"))


@login_required
@require_http_methods(["GET", "HEAD"])
def my_timeline(request):
    """What happened to me here, newest first."""
    entries = timeline.of_person(request.user, reader=request.user)
    return render(request, "accounts/timeline.html", {"entries": entries})
