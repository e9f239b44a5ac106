"""Forms about people. A form cleans; it never saves."""

import re
import unicodedata
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import devices
from .models import TraineeProfile, Zip
from .models.people import Language, License, Shift


class SignupForm(forms.Form):
    """What allauth asks besides the email."""

    full_name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    shared = devices.SharedField()

    def clean_full_name(self):
        """A name as people write it: mail programs would make a link of a web address, and letters carry names."""
        name = " ".join(unicodedata.normalize("NFKC", self.cleaned_data["full_name"]).split())
        # Control characters and marks that turn the direction of text, but not the joiners some scripts need.
        name = "".join(c for c in name if c.isprintable() or c in "\u200c\u200d")
        if not any(c.isalpha() for c in name) or re.search(r"[/\\@<>]|:\S|www\.", name, re.IGNORECASE):
            raise forms.ValidationError(_("Please write only your name, without web or email addresses."))
        # "St.John" is a name, "example.com" is not; with a space after the dot neither is a link.
        return re.sub(r"\.(?=\w)", ". ", name)[:150]

    def signup(self, request, user):
        devices.wish(request, self.cleaned_data["shared"])
        user.full_name = self.cleaned_data["full_name"]
        user.language = request.LANGUAGE_CODE
        user.save(update_fields=["full_name", "language"])


class ProfileForm(forms.Form):
    """What matching needs to know of a trainee; each field says why it is asked."""

    zip = forms.CharField(
        label=gettext_lazy("Home ZIP code"),
        help_text=gettext_lazy(
            "To measure how far work is. Employers whose opening fits see the ZIP code, not your address."
        ),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )
    miles = forms.IntegerField(
        label=gettext_lazy("Miles you can travel to work"),
        help_text=gettext_lazy(
            "So that we show no work that is too far. Employers whose opening fits see how far it is from you."
        ),
        min_value=1,
        max_value=200,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("Write a number of miles from 1 to 200.")
        ),
    )
    shifts = forms.MultipleChoiceField(
        label=gettext_lazy("Shifts you can work"),
        choices=Shift,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Some openings need certain hours. Employers whose opening fits see it, without your name."
        ),
    )
    wage = forms.DecimalField(
        label=gettext_lazy("Lowest hourly pay you would take"),
        help_text=gettext_lazy(
            "In dollars. Openings that pay less are not shown. Employers whose opening fits see it without your name. "
            "Leave empty to see all."
        ),
        min_value=0,
        max_value=500,
        max_digits=6,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    license = forms.ChoiceField(
        label=gettext_lazy("Driver's license"),
        choices=[("?", gettext_lazy("I do not want to say")), ("none", License.NONE.label), *License.choices[1:]],
        help_text=gettext_lazy("Some openings need one. Employers whose opening fits see it, without your name."),
        widget=forms.RadioSelect,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages you can work in"),
        help_text=gettext_lazy("Some openings need one. Employers whose opening fits see it, without your name."),
        choices=Language,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    available_from = forms.DateField(
        label=gettext_lazy("When you can start"),
        help_text=gettext_lazy(
            "Leave empty if you can start now. Some work starts on a certain day. Employers whose opening fits see it, "
            "without your name."
        ),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    transport = forms.ChoiceField(
        label=gettext_lazy("Do you have a way to get to work?"),
        choices=[("?", gettext_lazy("I do not want to say")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        initial="?",
        required=False,
        help_text=gettext_lazy("So that coordinators can help you with a ride or a bus. Employers do not see it."),
        widget=forms.RadioSelect,
    )
    spoken = forms.ChoiceField(
        label=gettext_lazy("Language to talk with you"),
        choices=[("", gettext_lazy("I do not want to say")), *Language.choices],
        required=False,
        help_text=gettext_lazy("So that whoever calls you speaks your language. Coordinators see it."),
    )
    written = forms.ChoiceField(
        label=gettext_lazy("Language to write to you"),
        choices=[("", gettext_lazy("I do not want to say")), *Language.choices],
        required=False,
        help_text=gettext_lazy("It can be another one than the one you speak. Coordinators see it."),
    )
    is_minor = forms.BooleanField(
        label=gettext_lazy("I am under 18"),
        required=False,
        help_text=gettext_lazy(
            "Then a parent or guardian has to agree before we look for openings. We do not ask for your birthday. "
            "Employers and unions do not see this. Somebody who wants to help you here may read it."
        ),
    )

    @classmethod
    def of(cls, profile: TraineeProfile | None) -> "ProfileForm":
        """The form filled with what we know."""
        if profile is None:
            return cls(initial={"miles": 25, "license": "?", "transport": "?"})
        wish = profile.wage_wish_cents
        return cls(
            initial={
                "zip": profile.zip,
                "miles": profile.miles,
                "shifts": profile.shifts,
                "wage": Decimal(wish) / 100 if wish is not None else None,
                "license": "?" if profile.license is None else profile.license or "none",
                "languages": profile.languages,
                "available_from": profile.available_from,
                "transport": {None: "?", True: "yes", False: "no"}[profile.has_transport],
                "spoken": profile.spoken,
                "written": profile.written,
                "is_minor": profile.is_minor,
            }
        )

    def clean_zip(self):
        code = self.cleaned_data["zip"].strip()[:5]
        if not Zip.objects.filter(code=code).exists():
            raise forms.ValidationError(_("We do not know this ZIP code. It has five digits, for example 92335."))
        return code

    def values(self) -> dict:
        """The cleaned answers as the profile keeps them."""
        clean = self.cleaned_data
        wage, license_ = clean["wage"], clean["license"]
        return {
            "zip": clean["zip"],
            "miles": clean["miles"],
            "shifts": clean["shifts"],
            "wage_wish_cents": None if wage is None else int(wage * 100),
            "license": {"?": None, "none": ""}.get(license_, license_),
            "languages": clean["languages"],
            "available_from": clean["available_from"],
            "has_transport": {"yes": True, "no": False}.get(clean["transport"]),
            "spoken": clean["spoken"],
            "written": clean["written"],
            "is_minor": clean["is_minor"],
        }
