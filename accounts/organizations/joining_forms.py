"""Forms of asking to act for an organization, and of the answer. They clean; they never save."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import telling
from accounts.models import JoinRequest, Membership, Organization

from . import joining
from .forms import NO_WEBSITE, known_zip, one_line, phone_number

NEW = "new"
# "For whom are you here?" -> the kinds to choose from; without an answer all of them.
OFFERED = {"hire": joining.HIRES, "teach": joining.TEACHES}


class AskForm(forms.Form):
    """For which organization somebody hires or teaches, and how to reach them."""

    name = forms.CharField(
        label=gettext_lazy("Name of the organization"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), widget=forms.RadioSelect)
    place = forms.CharField(label=gettext_lazy("ZIP code or city"), max_length=100)
    job = forms.CharField(
        label=gettext_lazy("Your job there"),
        help_text=gettext_lazy("For example: shop manager, dispatcher, owner, teacher."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone at work"),
        help_text=gettext_lazy("A coordinator calls before you get access."),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    website = forms.URLField(
        label=gettext_lazy("Website"),
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": NO_WEBSITE},
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
    )
    license_number = forms.CharField(
        label=gettext_lazy("License or registration number"),
        help_text=gettext_lazy(
            "With it we can check faster. For example, your number with the Contractors State License Board."
        ),
        max_length=60,
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("What would you like to do here?"),
        help_text=gettext_lazy("One sentence. For example: we look for two welders for spring."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, wish: str = "", **options):
        super().__init__(*args, **options)
        offered = OFFERED.get(wish, joining.KINDS)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in offered]

    def clean(self):
        cleaned = super().clean()
        for field in ("name", "job", "license_number", "note"):
            value = cleaned.get(field)
            if value:
                cleaned[field] = one_line(value)
                if self.fields[field].required and not _says_something(cleaned[field]):
                    self.add_error(field, self.fields[field].error_messages["required"])
                if telling.has_ssn(value):
                    self.add_error(field, _("This looks like a Social Security number. Never write one here."))
        return cleaned

    def clean_place(self):
        typed = one_line(self.cleaned_data["place"])
        if not _says_something(typed):
            raise forms.ValidationError(self.fields["place"].error_messages["required"])
        code = known_zip(typed) if typed[:5].isdecimal() else ""
        return joining.place(code, "" if code else typed)

    def clean_phone(self):
        return phone_number(self.cleaned_data["phone"])


def _says_something(value: str) -> bool:
    """Signs that nobody sees, and dots alone, are no name."""
    return any(map(str.isalnum, value))


class GrantForm(forms.Form):
    """For which organization, in which role, and how the coordinator made sure."""

    into = forms.ChoiceField(label=gettext_lazy("Which organization is it?"), widget=forms.RadioSelect)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        help_text=gettext_lazy("Whoever comes first is administrator: they invite the others."),
        widget=forms.RadioSelect,
        choices=[(role.value, role.label) for role in (Membership.Role.ADMIN, Membership.Role.STAFF)],
    )
    checked = forms.CharField(
        label=gettext_lazy("How you made sure"),
        help_text=gettext_lazy(
            "Call a number that you found yourself, not the one written here. Write whom you spoke with, and when."
        ),
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    website = forms.URLField(
        label=gettext_lazy("Website"), max_length=500, required=False, assume_scheme="https",
        error_messages={"invalid": NO_WEBSITE},
    )  # fmt: skip
    license_number = forms.CharField(
        label=gettext_lazy("License or registration number"), max_length=60, required=False
    )
    sure = forms.MultipleChoiceField(
        label=gettext_lazy("What did you check of these?"),
        help_text=gettext_lazy(
            "Without a check it stands here as said by the person who asked, and others do not see it. An organization "
            "that is here already keeps its own."
        ),
        choices=[
            ("website", gettext_lazy("The website is theirs")),
            ("license_number", gettext_lazy("The number stands in the public register")),
        ],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, bodies: list[Organization], asked: JoinRequest, **options):
        said = {name: getattr(asked, name) for name in Organization.SAID}
        options["initial"] = said | options.get("initial", {})
        super().__init__(*args, **options)
        for name, value in said.items():
            self.fields[name].help_text = (
                _("Said by the person who asked. Correct it, or leave it empty.")
                if value
                else _("The person who asked gave none.")
            )
        self.bodies = {str(body.public_id): body for body in bodies}
        known = [(key, _known(body)) for key, body in self.bodies.items()]
        self.fields["into"].choices = [*known, (NEW, _("It is not here yet: make it known"))]

    def clean_license_number(self):
        return one_line(self.cleaned_data["license_number"])

    def clean_into(self):
        return self.bodies.get(self.cleaned_data["into"])


def _known(body) -> str:
    where = f"{body.city} {body.zip}".strip()
    return ", ".join(part for part in (body.name, str(body.get_kind_display()), where) if part)


class DeclineForm(forms.Form):
    """Why not."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why not"), choices=JoinRequest.Reason.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("More, in your own words"),
        help_text=gettext_lazy("The person reads this as you write it. Tell nothing about people here."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason") == JoinRequest.Reason.OTHER and not cleaned.get("words"):
            self.add_error("words", _("Say why, in a sentence the person can read."))
        return cleaned
