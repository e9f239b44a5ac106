"""Forms about one's own certificates and trades. A form cleans; it never saves."""

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.telling import has_ssn

from . import queries
from .models import Credential, Occupation


class DeclareForm(forms.Form):
    """A certificate the trainee says they hold."""

    credential = forms.ModelChoiceField(
        label=gettext_lazy("Certificate"), queryset=Credential.objects.none(), empty_label=gettext_lazy("Choose one")
    )
    issued_on = forms.DateField(
        label=gettext_lazy("Date on it"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Valid until, if it says so"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    who = forms.ChoiceField(label=gettext_lazy("Which school or employer gave it?"))
    school = forms.CharField(
        label=gettext_lazy("Its name, if it is another"),
        help_text=gettext_lazy("With the city, so that a coordinator finds it."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args, schools, coalition, **kwargs):
        super().__init__(*args, **kwargs)
        self.schools, self.coalition = {str(school.public_id): school for school in schools}, coalition
        read = "name_es" if get_language() == "es" else "name_en"
        self.fields["credential"].queryset = Credential.objects.order_by(read)
        others = [("other", _("Another: a coordinator asks there"))] if coalition else []
        self.fields["who"].choices = [
            ("", _("Choose one")),
            *((key, school.name) for key, school in self.schools.items()),
            *others,
            ("nobody", _("I do not want to ask anybody yet")),
        ]
        if not coalition:
            del self.fields["school"]

    def asked(self) -> dict:
        """Whose word is asked, and for which school where that is not here."""
        if self.cleaned_data["who"] == "other":
            return {"to": self.coalition, "school": self.cleaned_data["school"]}
        return {"to": self.schools.get(self.cleaned_data["who"]), "school": ""}

    def clean_school(self):
        said = " ".join(self.cleaned_data["school"].split())
        if has_ssn(said):
            raise forms.ValidationError(
                _("This looks like a Social Security number. We never keep one. Please take it out.")
            )
        return said

    def clean_issued_on(self):
        day = self.cleaned_data["issued_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This date is in the future. Write the date that is on the certificate."))
        return day

    def clean(self):
        clean = super().clean()
        if clean.get("expires_on") and clean.get("issued_on") and clean["expires_on"] < clean["issued_on"]:
            self.add_error("expires_on", _("This is before the date on the certificate."))
        if clean.get("who") == "other" and not clean.get("school") and "school" not in self.errors:
            self.add_error("school", _("Write the name of the school or employer."))
        return clean


class WishesForm(forms.Form):
    """The trades a trainee wants to work in."""

    trades = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Trades I want to work in"),
        help_text=gettext_lazy("Choose none, and we look in the trades your training leads to."),
        queryset=Occupation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        trades = Occupation.objects.defer("description_en")
        self.fields["trades"].queryset = trades
        self.fields["trades"].choices = [(trade.pk, trade.title) for trade in sorted(trades, key=queries.by_title)]


class RevokeForm(forms.Form):
    """Why a certificate is taken back."""

    reason = forms.CharField(label=gettext_lazy("Why it is taken back"), max_length=300)
