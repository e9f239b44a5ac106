"""Forms about a person's number."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import topics
from . import numbers


class NumberForm(forms.Form):
    """The number, as people write it."""

    number = forms.CharField(
        label=gettext_lazy("Your mobile number"),
        help_text=gettext_lazy("For example (909) 555-0127. We send a code to it, to see that it is yours."),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_number(self):
        number = numbers.e164(self.cleaned_data["number"])
        if not number:
            raise ValidationError(_("This is no telephone number we know. Write all ten digits, area code first."))
        if not numbers.allowed(number):
            raise ValidationError(
                _("We cannot send text messages to this number. Use a mobile number of the United States.")
            )
        return number


class CodeForm(forms.Form):
    """The code from the text, and the agreement in the words shown above it."""

    code = forms.RegexField(
        r"^\s*(\d\s*){6}$",
        label=gettext_lazy("The code from the text message"),
        error_messages={"invalid": gettext_lazy("The code has six digits.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    agree = forms.BooleanField(
        label=gettext_lazy("I agree to this"),
        error_messages={"required": gettext_lazy("Without your agreement we send no text messages.")},
    )


class TopicsForm(forms.Form):
    """What the person wants to hear of by text."""

    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Send me text messages about"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = list(topics.of(user).items())
