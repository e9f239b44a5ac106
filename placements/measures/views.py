"""The page of the measures and its sheet: for any time, with definition and denominator beside each number."""

import csv
from datetime import date, timedelta

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from imports.values.text import neutralise

from . import headline, published, telling

EARLIEST = date(2015, 1, 1)
AHEAD_AT_MOST = timedelta(days=3 * 366)


class TimeForm(forms.Form):
    """From which day to which, and whose hand-offs."""

    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    to = forms.DateField(
        label=gettext_lazy("To, that day included"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    by = forms.ChoiceField(
        label=gettext_lazy("Hand-offs of"),
        choices=[
            ("provider", gettext_lazy("people, by training provider")),
            ("hirer", gettext_lazy("yeses, by employer and hall")),
        ],
        required=False,
    )

    def clean(self):
        clean = super().clean()
        since, to = clean.get("since"), clean.get("to")
        if since and since < EARLIEST:
            self.add_error("since", _("There is nothing before 2015."))
        if to and to > timezone.localdate() + AHEAD_AT_MOST:
            self.add_error("to", _("This is more than three years away. Check the year."))
        if since and to and to < since:
            self.add_error("to", _("The last day is before the first."))
        return clean


def _asked(request, reader) -> tuple[TimeForm, date, date, str]:
    """The time that was asked for: the last twelve months when none was, or none that makes sense.

    Who reads no exact numbers reads few times: nobody works out a few people from times that overlap.
    """
    today = timezone.localdate()
    opened = headline.last_year(today) if reader.exact else headline.lately(today)
    first = {"since": opened[0], "to": opened[1] - timedelta(days=1), "by": "provider"}
    form = TimeForm({name: request.GET.get(name) or value for name, value in first.items()})
    clean = form.cleaned_data if form.is_valid() else first
    since, until = clean["since"], clean["to"] + timedelta(days=1)
    if not reader.exact:
        since, until = headline.for_everybody(since, until, today)
    return form, since, until, clean["by"] or "provider"


@require_safe
def measures(request):
    """How long it takes, how many are answered, hired and stay, and where it breaks."""
    reader = telling.Reader.of(request.user)
    form, since, until, by = _asked(request, reader)
    lines = telling.lines(by, since, until, reader)
    widest = max([step.people for step in lines[0].steps if step.people] or [1])
    context = {
        "form": form,
        "reader": reader,
        "since": since,
        "to": until - timedelta(days=1),
        "by": by,
        "measures": telling.measures(since, until, reader),
        "whole": lines[0],
        "lines": lines[1:],
        "bars": [_bar(at, step, widest) for at, step in enumerate(lines[0].steps)],
        "height": BAR * len(lines[0].steps),
        "verified": published.STAFF_VERIFIED,
        "today": timezone.localdate(),
    }
    return render(request, "measures/measures.html", context)


BAR, WIDTH, LABEL = 44, 300, 20  # of the picture, in its own units


def _bar(at: int, step: telling.Step, widest: int) -> dict:
    people = step.people or 0
    return {
        "step": step,
        "text_y": at * BAR + 14,
        "y": at * BAR + LABEL,
        "width": max(round(WIDTH * people / widest), 2 if people else 0),
        "end": max(round(WIDTH * people / widest), 2 if people else 0) + 6,
        "number_y": at * BAR + LABEL + 13,
    }


@require_safe
def measures_csv(request):
    """The same numbers as a sheet, stamped with the time, the day it was made and for whom."""
    reader = telling.Reader.of(request.user)
    _form, since, until, by = _asked(request, reader)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"measures-{since}-{until - timedelta(days=1)}-{by}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.write("\ufeff")  # so that spreadsheets read the accents
    sheet = csv.writer(answer)
    for line in _sheet(reader, since, until, by):
        sheet.writerow([neutralise("" if value is None else str(value)) for value in line])
    return answer


def _sheet(reader, since: date, until: date, by: str):
    yield [_("From"), since, _("To, that day included"), until - timedelta(days=1)]
    yield [_("Made on"), timezone.localdate(), str(published.STAFF_VERIFIED)]
    if not reader.exact:
        yield [_("Numbers of 1 to 10 people are hidden, others are rounded to 5.")]
    yield []
    yield [_("Measure"), _("Value"), _("Of how many"), _("Definition")]
    for measure in telling.measures(since, until, reader):
        yield [measure.name, measure.value, measure.beside, measure.definition]
    yield []
    yield [_("Institution"), _("Step"), _("People"), _("Lost before it"), _("Share of the step before, percent"),
           _("Days to it, median"), _("Too early to tell")]  # fmt: skip
    for told in telling.lines(by, since, until, reader):
        for step in told.steps:
            people = _("hidden") if step.hidden else step.people
            yield [told.name, step.name, people, step.lost, step.percent, step.days, step.recent or ""]
