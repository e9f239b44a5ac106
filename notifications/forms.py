"""The preferences form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from . import topics
from .models import Delivery, Preference, Way


class PreferencesForm(forms.Form):
    """How often mail comes about each topic, and the language of messages."""

    language = forms.ChoiceField(
        label=_("Language of pages and messages"),
        choices=[("en", "English"), ("es", "Español")],
        widget=forms.RadioSelect,
    )

    def __init__(self, user, data=None):
        self.user = user
        chosen = {p.topic: p.frequency for p in user.preferences.all()}
        super().__init__(data, initial={"language": user.language})
        self.topics = topics.of(user)
        for topic, label in self.topics.items():
            self.fields[f"topic_{topic}"] = forms.ChoiceField(
                label=label,
                choices=Preference.Frequency,
                initial=chosen.get(topic, Preference.Frequency.NOW),
                widget=forms.RadioSelect,
            )

    def frequencies(self) -> dict[str, str]:
        """The cleaned choice for each topic."""
        return {topic: self.cleaned_data[f"topic_{topic}"] for topic in self.topics}


class PostForm(forms.Form):
    """Which messages a coordinator wants to see."""

    q = forms.CharField(required=False, max_length=100, strip=True)
    state = forms.ChoiceField(required=False, choices=[("", _("every state")), *Delivery.State.choices])
    channel = forms.ChoiceField(required=False, choices=[("", _("every way")), *Way.choices])
