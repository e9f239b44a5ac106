"""Forms about hires. A form cleans; it never saves."""

import re
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import zip_validator
from imports.values import contacts
from imports.values.contacts import has_ssn

from .models import CheckIn, Placement, Project
from .taking import Terms

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PayField(forms.CharField):
    """Dollars as people type them ("24.50", "$52,000"), in cents."""

    def __init__(self, **options):
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)

    def clean(self, value):
        text = re.sub(r"[\s$]", "", super().clean(value) or "")
        if not text:
            return None
        if not re.fullmatch(r"(\d{1,3}(,\d{3})+|\d{1,7})(\.\d{1,2})?", text) or not float(text.replace(",", "")):
            raise forms.ValidationError(_("Write the pay in dollars, for example 24.50."), code="pay")
        return int(Decimal(text.replace(",", "")) * 100)

    def prepare_value(self, value):
        return f"{value / 100:.2f}" if isinstance(value, int) else value


class TermsForm(forms.Form):
    """When it starts and what it pays."""

    starts_on = forms.DateField(label=_("First day"), widget=DAY)
    wage = PayField(label=_("Pay"), required=False, help_text=_("In dollars, for example 24.50."))
    wage_unit = forms.ChoiceField(label=_("This pay is"), choices=Placement.Unit.choices, required=False)
    hours_a_week = forms.IntegerField(label=_("Hours a week"), min_value=1, max_value=100, required=False)
    union = forms.CharField(label=_("Union local"), max_length=120, required=False)
    project = forms.ModelChoiceField(label=_("Project"), queryset=Project.objects.none(), required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["project"].queryset = Project.objects.order_by("name")
        if not Project.objects.exists():
            del self.fields["project"]

    def clean(self):
        clean = super().clean()
        for name in ("union", "employer_name", "title"):
            if has_ssn(clean.get(name) or ""):
                self.add_error(name, _("This looks like a Social Security number. Please never write one here."))
        return clean

    def terms(self) -> Terms:
        """What was written, as a hire takes it."""
        clean = self.cleaned_data
        return Terms(
            starts_on=clean["starts_on"],
            wage_cents=clean["wage"],
            wage_unit=(clean["wage_unit"] or Placement.Unit.HOUR) if clean["wage"] else "",
            hours_a_week=clean["hours_a_week"],
            union=clean["union"],
            project=clean.get("project"),
            employer_name=" ".join((clean.get("employer_name") or "").split()),
            title=clean.get("title") or "",
            work_zip=clean.get("work_zip") or "",
        )


def of_terms(terms: Terms) -> dict:
    """What a form shows first."""
    return {
        "starts_on": terms.starts_on,
        "wage": terms.wage_cents,
        "wage_unit": terms.wage_unit or Placement.Unit.HOUR,
        "hours_a_week": terms.hours_a_week,
        "union": terms.union,
        "project": terms.project,
    }


class DeclareForm(TermsForm):
    """A hire that was not made here. Everything but the employer and the day may be left out."""

    employer_name = forms.CharField(label=_("Employer"), max_length=120)
    title = forms.CharField(label=_("Work"), max_length=120, required=False, help_text=_("For example: welder"))
    work_zip = forms.CharField(
        label=_("ZIP code of the work"), required=False, validators=[zip_validator], max_length=5,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    knows = forms.BooleanField(
        label=_("You may ask my employer, too, if I still work there"),
        required=False,
    )
    employer_email = forms.EmailField(
        label=_("Email of your boss or their office"),
        required=False,
        help_text=_(
            "Only if you allow it above and your employer has no account here. We write to them after 30, 90, 180 and "
            "365 days: one question, with your first name. Nothing else about you."
        ),
    )

    field_order = ("person", "employer_name", "title", "starts_on", "wage", "wage_unit", "hours_a_week", "work_zip")

    def clean(self):
        clean = super().clean()
        if clean.get("employer_email") and not clean.get("knows"):
            self.add_error("employer_email", _("Tick that we may ask your employer, or leave the email empty."))
        return clean


class DeclareForForm(DeclareForm):
    """The same for somebody else, who is named by their email or phone."""

    person = forms.CharField(label=_("Email or phone of the person"), max_length=254)
    knows = employer_email = None  # only the person allows it

    def clean_person(self):
        said = self.cleaned_data["person"]
        try:
            return contacts.email(said) if "@" in said else contacts.phone(said)
        except contacts.Bad:
            raise forms.ValidationError(
                _("Write an email address, or a phone number with its area code."), code="person"
            ) from None


class CorrectForm(TermsForm):
    """What stands of a job, to be mended."""

    employer_name = forms.CharField(label=_("Employer"), max_length=120)
    title = forms.CharField(label=_("Work"), max_length=120, required=False)
    work_zip = forms.CharField(
        label=_("ZIP code of the work"), required=False, validators=[zip_validator], max_length=5
    )

    field_order = ("employer_name", "title", "starts_on", "wage", "wage_unit", "hours_a_week", "work_zip")

    def __init__(self, *args, placement, **options):
        super().__init__(*args, **options)
        if placement.employer_id:
            del self.fields["employer_name"]
        if placement.opening_id:
            del self.fields["title"]


class EndForm(forms.Form):
    """The last day and why."""

    ended_on = forms.DateField(label=_("Last day"), widget=DAY, initial=timezone.localdate)
    reason = forms.ChoiceField(label=_("Why did it end?"), choices=Placement.End.choices, widget=forms.RadioSelect)


class StayForm(forms.Form):
    """The one question; why, where it is no; and for the person what they earn now."""

    said = forms.ChoiceField(choices=CheckIn.Answer.choices)
    reason = forms.ChoiceField(
        label=_("If no: why did it end?"), choices=[("", "—"), *Placement.End.choices], required=False
    )
    wage = PayField(label=_("What you earn an hour now"), required=False, help_text=_("Only if you want to say it."))

    def __init__(self, *args, worker: bool, **options):
        super().__init__(*args, **options)
        if not worker:
            del self.fields["wage"]


class SettleForm(forms.Form):
    """What the coordinator found out."""

    said = forms.ChoiceField(
        label=_("What did you find out?"),
        choices=[("yes", _("They still work there")), ("no", _("The job ended")), ("unknown", _("Nobody could say"))],
        widget=forms.RadioSelect,
    )
    ended_on = forms.DateField(label=_("Last day, if it ended"), widget=DAY, required=False)
    reason = forms.ChoiceField(label=_("Why, if it ended"), choices=[("", "—"), *Placement.End.choices], required=False)

    def clean(self):
        clean = super().clean()
        if clean.get("said") == "no" and not clean.get("reason"):
            self.add_error("reason", _("Choose the reason that fits best."))
        return clean
