"""Pages' buttons about an institution's own list: registering, and giving a rank."""

from datetime import datetime, time
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
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

MOST = 500  # fields of one page; it shows 25 people


class RankForm(forms.Form):
    """The place of one person on a ranked list; empty takes it away. The page sends a line for each of them."""

    rank = forms.IntegerField(label=gettext_lazy("Place on the list"), min_value=1, max_value=100_000, required=False)
    trainee = forms.UUIDField()

    wrong = gettext_lazy("Write the place as a number, for example 12.")
    gone = gettext_lazy("Somebody is not on this list any more.")
    done = gettext_lazy("Written down. The order follows this place, and the person sees it.")
    others = gettext_lazy("The other places are written down.")
    all_done = gettext_lazy("Written down. The order follows these places, and each person sees their own.")

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
    """The institution gives people their places on its ranked list: all that were changed on the page, at once."""
    opening = get_object_or_404(Opening.objects.visible_to(request.user), public_id=public_id)
    policies.edit.check(request.user, opening)
    forms_of = {form.data["trainee"]: form for form in _lines(request.POST)}
    right = {who: form.entry() for who, form in forms_of.items() if form.is_valid()}
    people = TraineeProfile.objects.filter(public_id__in=right, matches__opening=opening)
    numbers = {str(public_id): pk for public_id, pk in people.values_list("public_id", "pk").distinct()}
    try:
        ranks = {numbers[who]: entry for who, entry in right.items() if who in numbers}
        saved, refused = lists.rank_all(opening, ranks, by=request.user, at=timezone.now())
    except Denied as denied:
        messages.error(request, str(denied))
        return _back(request, public_id)
    unread = forms_of.keys() - right.keys()
    # Erased while the page was open, or of no list of theirs: the answer is the same, and the other places stay.
    gone = right.keys() - numbers.keys()
    said = [
        *([RankForm.wrong] if unread else []),
        *([lists.NOT_NAMED] if refused else []),
        *([RankForm.gone] if gone else []),
    ]
    if said:
        messages.error(request, " ".join(map(str, [*said, *([RankForm.others] if saved else [])])))
    elif saved:
        messages.success(request, RankForm.done if len(saved) == 1 else RankForm.all_done)
    else:
        messages.info(request, _("Nothing was changed"))
    wrong = [who for who in forms_of if who in unread or numbers.get(who) in refused]
    return _back(request, public_id, wrong=wrong)


def _lines(said) -> list[RankForm]:
    """Of each person whose place on the page is another than when it was opened: what somebody else wrote meanwhile
    for the others stays."""
    found = []
    for name in list(said)[:MOST]:
        who = name.removeprefix("rank-")
        if who != name and said[name].strip() != said.get(f"was-{who}"):
            try:
                found.append(RankForm({"rank": said[name], "trainee": str(UUID(who))}))
            except ValueError as nobody:
                raise Http404 from nobody
    return found


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
        return _back(request, public_id, wrong=[who] if (who := form.cleaned_data.get("trainee")) else [])
    trainee = get_object_or_404(TraineeProfile, public_id=form.cleaned_data["trainee"], matches__opening=opening)
    try:
        write(opening, trainee, form.entry(), by=request.user, at=timezone.now())
    except Denied as refused:
        messages.error(request, str(refused))
        return _back(request, public_id, wrong=[trainee.public_id])
    messages.success(request, form.done)
    return _back(request, public_id)


def _back(request, public_id, *, wrong=()):
    """To where on the list they were: whoever enters many goes on from there.

    If something has to be mended, to the first such person's line, and each is marked; who they are was checked, or
    the page shows no such line.
    """
    people = reverse("opening_people", args=[public_id])
    asked = {name: request.POST[name] for name in ("all", "page") if request.POST.get(name, "").isdecimal()}
    if wrong:
        return redirect(f"{people}?{urlencode(asked | {'wrong': ','.join(map(str, wrong))}, safe=',')}#on-{wrong[0]}")
    return redirect(f"{people}?{urlencode(asked)}" if asked else people)
