"""Pages' buttons about an institution's own list: registering, and giving a rank."""

from datetime import datetime, time
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import TraineeProfile
from accounts.policies import Denied

from . import lists, policies
from .models import Opening


class RankForm(forms.Form):
    """The place of one person on a ranked list; empty takes it away."""

    rank = forms.IntegerField(label=gettext_lazy("Place on the list"), min_value=1, max_value=100_000, required=False)
    trainee = forms.UUIDField()

    wrong = gettext_lazy("Write the place as a number, for example 12.")
    done = gettext_lazy("Written down. The order follows this place, and the person sees it.")

    def entry(self) -> int | None:
        return self.cleaned_data["rank"]


class BookForm(forms.Form):
    """Since when a person is in the institution's own book; the time of the day where it was written down."""

    registered_on = forms.DateField(label=gettext_lazy("Registered on"))
    registered_time = forms.TimeField(label=gettext_lazy("Time"), required=False)
    trainee = forms.UUIDField()

    wrong = gettext_lazy("Write the day on which the person registered, for example 2026-03-15.")
    done = gettext_lazy("Written down. The order follows this day, and the person sees it.")

    def entry(self) -> datetime:
        clean = self.cleaned_data
        return timezone.make_aware(datetime.combine(clean["registered_on"], clean["registered_time"] or time()))


@login_required
@require_POST
def opening_register(request, public_id):
    """The trainee puts themselves on the list of an opening that goes by registration."""
    opening = get_object_or_404(Opening.objects.visible_to(request.user), public_id=public_id)
    trainee = getattr(request.user, "trainee", None)
    if trainee is None:
        return redirect("trainee_profile")
    try:
        lists.register(opening, trainee, by=request.user, at=timezone.now())
    except Denied as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("You are on the list. Your place counts from now."))
    return redirect("match_preview", public_id)


@login_required
@require_POST
def opening_rank(request, public_id):
    """The institution gives a person their place on its ranked list."""
    return _enter(request, public_id, RankForm(request.POST), lists.rank)


@login_required
@require_POST
def opening_book(request, public_id):
    """The institution enters, or corrects, since when a person is in its out-of-work book."""
    return _enter(request, public_id, BookForm(request.POST), lists.book)


def _enter(request, public_id, form, write):
    """One person's line on the institution's own list."""
    opening = get_object_or_404(Opening.objects.visible_to(request.user), public_id=public_id)
    policies.edit.check(request.user, opening)
    if not form.is_valid():
        messages.error(request, form.wrong)
        return _back(request, public_id, form, wrong=True)
    trainee = get_object_or_404(TraineeProfile, public_id=form.cleaned_data["trainee"], matches__opening=opening)
    try:
        write(opening, trainee, form.entry(), by=request.user, at=timezone.now())
    except Denied as refused:
        messages.error(request, str(refused))
        return _back(request, public_id, form, wrong=True)
    messages.success(request, form.done)
    return _back(request, public_id, form)


def _back(request, public_id, form, *, wrong=False):
    """To where on the list they were: whoever enters many goes on from there.

    If something has to be mended, to that person's line; who they are was checked, or the page shows no such line.
    """
    people, trainee = reverse("opening_people", args=[public_id]), form.cleaned_data.get("trainee")
    asked = {name: request.POST[name] for name in ("all", "page") if request.POST.get(name, "").isdecimal()}
    if wrong and trainee:
        return redirect(f"{people}?{urlencode(asked | {'wrong': trainee})}#on-{trainee}")
    return redirect(f"{people}?{urlencode(asked)}" if asked else people)
