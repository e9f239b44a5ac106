"""Forms about organizations and who acts for them. They clean; they never save."""

import phonenumbers
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Invitation, Membership, Organization, User, Verification, Zip

from .merging import candidates


def known_zip(value: str) -> str:
    code = value.strip()[:5]
    if code and not Zip.objects.filter(code=code).exists():
        raise forms.ValidationError(_("We do not know this ZIP code. It has five digits, for example 92335."))
    return code


def one_line(value: str) -> str:
    """One line of text without what cannot be seen."""
    return " ".join("".join(c for c in value if c.isprintable() or c.isspace()).split())


def phone_number(text: str) -> str:
    """A phone number as it is kept, or nothing. Raises ValidationError."""
    text = text.strip()
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise forms.ValidationError(_("This is no phone number. Write it with the area code: (909) 555-0127."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


NO_WEBSITE = gettext_lazy("This is no web address. Write it like this: www.example.org.")


class NewForm(forms.Form):
    """An organization that is not here yet."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Organization.Kind, widget=forms.RadioSelect)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=250)
    zip = forms.CharField(
        label=gettext_lazy("ZIP code"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )

    def clean_name(self):
        return one_line(self.cleaned_data["name"])

    def clean_zip(self):
        return known_zip(self.cleaned_data["zip"])


class ProfileForm(forms.Form):
    """What an organization says of itself."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=250,
        help_text=gettext_lazy("A new name has to be verified again."),
    )
    license_number = forms.CharField(
        label=gettext_lazy("License or registration number"),
        help_text=gettext_lazy(
            "For example of the Contractors State License Board, the Bureau for Private Postsecondary Education or the "
            "Secretary of State. A new number has to be verified again."
        ),
        max_length=60,
        required=False,
    )
    address = forms.CharField(
        label=gettext_lazy("Street address"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    zip = forms.CharField(
        label=gettext_lazy("ZIP code"),
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        help_text=gettext_lazy("The number people call, for example (909) 555-0127."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    website = forms.URLField(
        label=gettext_lazy("Website"), max_length=500, required=False, assume_scheme="https",
        error_messages={"invalid": NO_WEBSITE}, widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )  # fmt: skip
    contact = forms.ModelChoiceField(
        label=gettext_lazy("The person others can reach"),
        help_text=gettext_lazy("Coordinators, and people whose yes waits for your answer, are told this name."),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("An administrator"),
    )

    def __init__(self, *args, organization, may_rename: bool, is_said: bool, **options):
        super().__init__(*args, **options)
        acting = Membership.objects.current().filter(organization=organization)
        self.fields["contact"].queryset = User.objects.filter(memberships__in=acting, is_active=True)
        if not may_rename:
            del self.fields["name"]
        if is_said:
            self.fields["website"].help_text = _(
                "A new website is shown to the public once a coordinator has checked it."
            )

    def clean_name(self):
        return one_line(self.cleaned_data["name"])

    def clean_license_number(self):
        return one_line(self.cleaned_data["license_number"])

    def clean_address(self):
        return one_line(self.cleaned_data["address"])

    def clean_zip(self):
        return known_zip(self.cleaned_data["zip"])

    def clean_phone(self):
        return phone_number(self.cleaned_data["phone"])


class InviteForm(forms.Form):
    """Who shall act for us, too."""

    email = forms.EmailField(
        label=gettext_lazy("Email"),
        max_length=254,
        help_text=gettext_lazy("The invitation works only for whoever reads this mailbox."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letter"), choices=Invitation._meta.get_field("language").choices,
        widget=forms.RadioSelect,
    )  # fmt: skip

    def __init__(self, *args, organization, **options):
        super().__init__(*args, **options)
        self.fields["role"].choices = Membership.roles_of(organization.kind)


class MemberForm(forms.Form):
    """Somebody's role and last day."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Leave empty while it is open-ended."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, organization, **options):
        super().__init__(*args, **options)
        self.fields["role"].choices = Membership.roles_of(organization.kind)


class VerifyForm(forms.Form):
    """What a coordinator checked, and whom they called back."""

    checks = forms.MultipleChoiceField(
        label=gettext_lazy("What I checked"), choices=Verification.Check, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Every point has to be checked before an organization is verified.")},
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("The call back"),
        help_text=gettext_lazy("Whom you called, at which number, and what they said. Only coordinators read this."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_checks(self):
        checks = self.cleaned_data["checks"]
        if set(checks) != set(Verification.Check.values):
            raise forms.ValidationError(_("Every point has to be checked before an organization is verified."))
        return checks


class MergeForm(forms.Form):
    """With which other row of the same organization."""

    into = forms.ModelChoiceField(
        label=gettext_lazy("The organization that stays"), queryset=Organization.objects.none(),
        to_field_name="public_id",
    )  # fmt: skip

    def __init__(self, *args, organization, **options):
        super().__init__(*args, **options)
        self.fields["into"].queryset = candidates(organization)
