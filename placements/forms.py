"""Forms about answers. A form cleans; it never saves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Referral


class NoForm(forms.Form):
    """Why a trainee says no."""

    reason = forms.ChoiceField(label=_("Why not?"), choices=Referral.Reason, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Anything else?"), max_length=300, required=False)
