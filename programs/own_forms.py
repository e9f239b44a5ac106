"""Forms about one's own certificates and trades. A form cleans; it never saves."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Credential, Occupation


class DeclareForm(forms.Form):
    """A certificate the trainee says they hold."""

    credential = forms.ModelChoiceField(label=gettext_lazy("Certificate"), queryset=Credential.objects.none())
    issued_on = forms.DateField(
        label=gettext_lazy("Date on it"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Valid until, if it says so"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["credential"].queryset = Credential.objects.order_by("name_en")

    def clean_issued_on(self):
        day = self.cleaned_data["issued_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This date is in the future. Write the date that is on the certificate."))
        return day

    def clean(self):
        clean = super().clean()
        if clean.get("expires_on") and clean.get("issued_on") and clean["expires_on"] < clean["issued_on"]:
            self.add_error("expires_on", _("This is before the date on the certificate."))
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
        self.fields["trades"].queryset = Occupation.objects.defer("description_en").order_by("title_en")


class RevokeForm(forms.Form):
    """Why a certificate is taken back."""

    reason = forms.CharField(label=gettext_lazy("Why it is taken back"), max_length=300)
