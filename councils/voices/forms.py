"""What a person writes to a council, and what facilitators make of it."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts import telling
from accounts.speech import listed

from ..models import Theme, Voice
from ..seen import SeenForm
from .actions import LONGEST

_WITHOUT = [choice for choice in Voice.Visibility.choices if choice[0] != Voice.Visibility.NAMED]


class WordsForm(forms.Form):
    """Words that nobody may be found by, unless the writer wants it so."""

    words = forms.CharField(
        label=gettext_lazy("What do you want to say?"),
        help_text=gettext_lazy("In any language. Leave out names, dates and places by which somebody could be known."),
        max_length=LONGEST,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 9, "autocomplete": "off"}),
        error_messages={"min_length": gettext_lazy("Please write a little more, so the council can work with it.")},
    )
    sure = forms.BooleanField(label=gettext_lazy("I looked at it, and want to send it so"), required=False)

    field_order = ["words", "visibility", "sure"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.warned = False

    def clean_words(self):
        words = self.cleaned_data["words"].replace("\r\n", "\n").strip()
        if telling.has_ssn(words):
            raise forms.ValidationError(
                _("There is something like a Social Security number in it. Please take it out: we never keep those.")
            )
        return words

    def clean(self):
        found = telling.tells(self.cleaned_data.get("words", ""))
        if found:
            self.warned = True
            if not self.cleaned_data.get("sure"):
                text = _(
                    "There seems to be %(what)s in it. By this somebody could be found. Change it, or tick the box "
                    "below if you want to send it so."
                )
                raise forms.ValidationError(text % {"what": listed(found, _("and"))})
        return self.cleaned_data

    def shown(self):
        """The fields to show: the tick only once there is something to be sure of."""
        return [field for field in self if field.name != "sure" or self.warned]


class UnnamedForm(WordsForm):
    """Without a name."""

    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may read it?"),
        choices=_WITHOUT,
        widget=forms.RadioSelect,
        initial=Voice.Visibility.FACILITATORS,
    )
    code = forms.CharField(widget=forms.HiddenInput, max_length=40)


class NamedForm(WordsForm):
    """With one's name."""

    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may read it?"),
        choices=Voice.Visibility.choices,
        widget=forms.RadioSelect,
        initial=Voice.Visibility.FACILITATORS,
    )


class CodeForm(forms.Form):
    """The receipt code."""

    code = forms.CharField(
        label=gettext_lazy("Your code"),
        help_text=gettext_lazy("Twenty letters and numbers. Small letters and missing dashes are fine."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class AnswerForm(SeenForm):
    """The council's answer to one testimony."""

    answer = forms.CharField(
        label=pgettext_lazy("noun", "Answer"),
        help_text=gettext_lazy("Who wrote it reads this, in the language you write it in."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    class Meta:
        model = Voice
        fields = ["answer"]


class SortForm(forms.Form):
    """Into which themes a testimony goes, and in which it was when the page was opened: two may sort it at once."""

    themes = forms.ModelMultipleChoiceField(
        Theme.objects.none(), label=gettext_lazy("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    had = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)

    def __init__(self, *args, voice, **kwargs):
        stands = voice.themes.all()
        initial = {"themes": stands, "had": " ".join(str(theme.pk) for theme in stands)}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["themes"].queryset = voice.council.themes.all()

    def clean_had(self) -> set[int] | None:
        """The numbers of the themes; None when the form does not say them."""
        said = self.cleaned_data["had"].split() if "had" in self.data else None
        return None if said is None else {int(number) for number in said if number.isdecimal() and len(number) < 19}


class QuoteForm(forms.Form):
    """A sentence for a theme."""

    theme = forms.ModelChoiceField(Theme.objects.none(), label=gettext_lazy("For the theme"), empty_label=None)
    words = forms.CharField(
        label=gettext_lazy("The sentence, word for word"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, themes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = themes


class ThemeForm(SeenForm):
    """A theme of the council."""

    class Meta:
        model = Theme
        fields = ["kind", "name_en", "name_es", "summary_en", "summary_es", "is_public"]
        widgets = {"summary_en": forms.Textarea(attrs={"rows": 3}), "summary_es": forms.Textarea(attrs={"rows": 3})}
