"""Forms about answers. A form cleans; it never saves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Referral


class NoForm(forms.Form):
    """Why a trainee says no."""

    reason = forms.ChoiceField(label=_("Why not?"), choices=Referral.Reason, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Anything else?"), max_length=300, required=False)


class RespondForm(forms.Form):
    """The employer's or hall's answer."""

    step = forms.ChoiceField(choices=[(s, s) for s in ("interview", "put_off", "hire", "decline")])
    reason = forms.ChoiceField(label=_("Why?"), choices=[("", ""), *Referral.DeclineReason.choices], required=False)
    note = forms.CharField(label=_("A word to the person"), max_length=300, required=False)

    def clean(self):
        clean = super().clean()
        if clean.get("step") == "decline" and not clean.get("reason"):
            self.add_error("reason", _("Choose the reason. The person reads it, with what to do next."))
        return clean
