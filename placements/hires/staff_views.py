"""Pages of the coalition: what a WIOA report needs, and who counts as local."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.policies import Denied
from accounts.record import seen
from accounts.stepup import recent
from ledger.log import record

from . import local, policies, rules, wioa
from .forms import DAY
from .models import LocalRule
from .views import FORM


class PeriodForm(forms.Form):
    """The exits of which days."""

    since = forms.DateField(label=gettext_lazy("Exits from"), widget=DAY)
    until = forms.DateField(label=gettext_lazy("Exits until"), widget=DAY)

    def clean(self):
        clean = super().clean()
        if clean.get("since") and clean.get("until") and clean["until"] < clean["since"]:
            self.add_error("until", _("The last day is before the first."))
        return clean


@login_required
@recent(reading=True)
@require_http_methods(FORM)
def wioa_report(request):
    """What each column means; the button takes the rows out, which is written down, and asks who is there."""
    policies.report.check(request.user, None)
    now = timezone.now()
    today = timezone.localdate(now)
    last = wioa.Quarter.of(today).after(-3)
    form = PeriodForm(request.POST or None, initial={"since": last.first, "until": last.last})
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data
        people = list(wioa.participants(days["since"], days["until"], reader=request.user, today=today))
        seen.note(request.user, [person.user_id for person in people], seen.Purpose.EXPORT, at=now)
        with transaction.atomic():
            said = {name: on.isoformat() for name, on in days.items()}
            record("wioa.exported", request.user, by=request.user, at=now, people=len(people), **said)
        found = wioa.as_csv(wioa.rows(people, today=today), by=request.user, today=today, **days)
        name = f"wioa-{days['since']}-{days['until']}.csv"
        return HttpResponse(
            found,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    context = {"form": form, "columns": wioa.COLUMNS.items()}
    return render(request, "placements/hires/wioa.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(FORM)
def local_rules(request):
    """Who counts as local, for each region and project, every version; coordinators write a new one."""
    may = policies.report(request.user, None)
    form = rules.RuleForm(request.POST or None, initial={"starts_on": timezone.localdate() + timedelta(days=1)})
    if request.method == "POST":
        policies.report.check(request.user, None)
        if form.is_valid():
            try:
                rules.write(form.cleaned_data, by=request.user, at=timezone.now())
            except Denied as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("The rule is in force from its first day. What was decided before stays."))
                return redirect("local_rules")
    found = list(LocalRule.objects.select_related("project"))
    for rule in found:
        rule.words = [(tier["tier"], local.tier_in_words(tier)) for tier in rule.tiers]
    context = {"rules": found, "form": form, "may": may}
    return render(request, "placements/hires/local_rules.html", context, status=422 if form.errors else 200)
