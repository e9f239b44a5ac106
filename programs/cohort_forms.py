"""The form of a class. It cleans; it never saves."""

import re
from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Zip
from accounts.models.people import Language

from .cohorts import FACTS
from .models import Cohort, Program

# Farther away than this, a year was mistyped.
AHEAD_AT_MOST = timedelta(days=3 * 366)
LASTS_AT_MOST = timedelta(days=6 * 366)  # the longest apprenticeships


def _date(label, help_text="", *, required=False):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class CohortForm(forms.Form):
    """Everything people write of a class. `programs` are those it may be of; a saved class keeps its own."""

    program = forms.ChoiceField(label=_("Program"))
    starts_on = _date(_("First day"), required=True)
    ends_on = _date(_("Last day"))
    apply_by = _date(_("Apply by"), _("After this day we no longer show it to people who look for a class."))
    schedule = forms.CharField(
        label=_("Days and hours"), max_length=120, required=False, help_text=_("For example: Mon-Thu 5:30-9 pm.")
    )
    zip = forms.CharField(
        label=_("ZIP code of the classroom"),
        max_length=10,
        required=False,
        help_text=_("Leave it empty when it is where the program is."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    seats = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=5000,
        required=False,
        error_messages={"min_value": _("A class has at least one place. Leave it empty when you do not know yet.")},
    )
    languages = forms.MultipleChoiceField(
        label=_("Taught in"), choices=Language.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    takes_people = forms.ChoiceField(
        label=_("Can people apply now?"),
        choices=[("yes", _("Yes, it takes people now")), ("no", _("Not yet"))],
        initial="yes",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, today: date, cohort: Cohort | None = None, programs=(), **options):
        super().__init__(*args, **options)
        self.today, self.cohort = today, cohort
        self.programs = {str(program.public_id): program for program in programs}
        if cohort is not None:
            del self.fields["program"], self.fields["takes_people"]
        elif len(self.programs) == 1:
            del self.fields["program"]
        else:
            choices = [(key, _named(program)) for key, program in self.programs.items()]
            self.fields["program"].choices = [("", _("Choose one")), *choices]

    def _stood(self, name):
        """What the saved class says: a day that was right when it was written may be past now."""
        return getattr(self.cohort, name, None)

    def clean_starts_on(self):
        day = self.cleaned_data["starts_on"]
        if day < self.today and day != self._stood("starts_on"):
            raise forms.ValidationError(_("This day is past. Check the date, the year too."))
        if day > self.today + AHEAD_AT_MOST:
            raise forms.ValidationError(_("This is more than three years away. Check the year."))
        return day

    def clean_apply_by(self):
        day = self.cleaned_data["apply_by"]
        if day and day < self.today and day != self._stood("apply_by"):
            raise forms.ValidationError(_("This day is past: nobody could apply. Check the date, the year too."))
        return day

    def clean_zip(self):
        said = self.cleaned_data["zip"].strip()
        if not said:
            return ""
        if not re.fullmatch(r"[0-9]{5}(-[0-9]{4})?", said):
            raise forms.ValidationError(_("A ZIP code has five digits, for example 92335."))
        code = said[:5]
        if not Zip.objects.filter(code=code).exists():
            raise forms.ValidationError(_("We do not know the ZIP code %(zip)s. Try one nearby.") % {"zip": code})
        return code

    def clean_schedule(self):
        return " ".join(self.cleaned_data["schedule"].split())

    def clean(self):
        cleaned = super().clean()
        first, last, apply_by = (cleaned.get(name) for name in ("starts_on", "ends_on", "apply_by"))
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        elif first and last and last > first + LASTS_AT_MOST:
            self.add_error("ends_on", _("This is more than six years after the first day. Check the year."))
        if first and apply_by and apply_by > first:
            self.add_error("apply_by", _("The last day to apply is after the class starts."))
        return cleaned

    def of_program(self) -> Program:
        """The program of a new class: the chosen one, or the only one there is."""
        return self.programs[self.cleaned_data.get("program") or next(iter(self.programs))]

    def takes_people_now(self) -> bool:
        return self.cleaned_data["takes_people"] == "yes"

    def facts(self) -> dict:
        """What was written, by the names of the columns."""
        return {name: self.cleaned_data[name] for name in FACTS}


def _named(program: Program) -> str:
    return f"{program.title}, {program.city}" if program.city else program.title


def initial_of(cohort: Cohort) -> dict:
    """What the form shows of a class before anybody types."""
    return {name: getattr(cohort, name) for name in FACTS}
