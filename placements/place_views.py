"""Pages about places: my own place, now and on another day; for employers and halls, the list on another day."""

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.assist import assistable
from accounts.policies import acts_for
from accounts.record import seen
from matching import order, replay
from matching.models import Match
from openings import seal
from openings.models import Opening
from openings.order import explained

from . import places, policies
from .models import Referral


class MomentForm(forms.Form):
    """A day, and if one likes a time of it; the end of the day otherwise."""

    on = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date", "class": "usa-input"}, format="%Y-%m-%d"),
    )
    at = forms.TimeField(
        label=gettext_lazy("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "usa-input"}, format="%H:%M"),
        help_text=gettext_lazy("Without a time we show the end of the day."),
    )

    def clean(self):
        clean = super().clean()
        if not clean.get("on"):
            return clean
        asked, now = timezone.make_aware(datetime.combine(clean["on"], clean.get("at") or time())), timezone.now()
        if asked > now:
            self.add_error("on", _("This moment has not come yet. Choose an earlier one."))
            return clean
        if not clean.get("at"):
            end = timezone.make_aware(datetime.combine(clean["on"] + timedelta(days=1), time()))
            asked = min(end - timedelta(microseconds=1), now)
        clean["moment"] = asked
        return clean


def _moment(request) -> tuple[MomentForm, datetime | None]:
    form = MomentForm(request.GET if "on" in request.GET else None)
    return form, form.cleaned_data["moment"] if form.is_valid() else None


@assistable
@login_required
@require_safe
def match_place(request, public_id):
    """My place on the list of one opening, now and at any past moment, with the rule and who came before, by number."""
    rows = Match.objects.select_related("opening__organization", "trainee")
    match = get_object_or_404(rows, public_id=public_id, trainee__user=request.user)
    opening, trainee = match.opening, match.trainee
    form, moment = _moment(request)
    found = places.then(opening, moment) if moment else None
    mine = places.place_then(opening, found, trainee) if found else None
    ticket = replay.ticket_of(trainee.pk)
    context = {
        "match": match,
        "opening": opening,
        "place": places.now(opening, trainee),
        "order_sentence": explained(opening.order_rule),
        "form": form,
        "moment": moment,
        "found": found,
        "then": mine,
        "absent": places.absent_then(opening, moment, trainee) if found and not found.reason and not mine else "",
        "ticket": "" if ticket is None else order.shown(ticket),
        "seal": seal.seal_of(opening),
        "opened_seed": seal.opened_seed(opening),
    }
    return render(request, "placements/place.html", context)


@login_required
@require_safe
def opening_people_then(request, public_id):
    """An opening's list as it stood; who said yes is named as on the list of today, others go by their number."""
    opening = get_object_or_404(Opening.objects.select_related("organization"), public_id=public_id)
    if not policies.see_people(request.user, opening):
        raise Http404
    form, moment = _moment(request)
    found = places.then(opening, moment) if moment else None
    page = Paginator(found.past.passing if found else [], 50).get_page(request.GET.get("page"))
    shown = Referral.objects.named().filter(
        opening=opening, trainee__in=[passing.trainee_id for passing in page.object_list]
    )
    named = {referral.trainee_id: referral for referral in shown.select_related("trainee__user")}
    ours = opening.organization if acts_for(request.user, opening.organization) else None
    people = [referral.trainee.user_id for referral in named.values()]
    seen.note(request.user, people, seen.Purpose.LIST, at=timezone.now(), organization=ours)
    context = {
        "opening": opening,
        "form": form,
        "moment": moment,
        "query": urlencode({name: request.GET.get(name, "") for name in ("on", "at")}),
        "found": found,
        "page": page,
        "lines": [_line(passing, found.past.rule, named) for passing in page.object_list],
        "seal": seal.seal_of(opening),
        "opened_seed": seal.opened_seed(opening),
    }
    return render(request, "placements/people_then.html", context)


def _line(passing, rule: str, named: dict) -> dict:
    """One person of a past list; somebody erased since is a number like anybody who gave no yes."""
    registered = places.registered_at(passing) if rule == "fifo" and passing.key is not None else None
    return {
        "number": passing.place,
        "referral": named.get(passing.trainee_id),
        "certified_on": passing.certified_on if rule == "waiting" else None,
        "rank": passing.key if rule == "ranked" else None,
        "registered_at": registered,
        "draw": passing.draw.hex(),
    }
