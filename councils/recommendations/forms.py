"""What is written down of a recommendation."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from ledger import figures

from ..models import ActionStep, Language, Office, Recommendation, Term
from ..seen import SeenForm

SCOPES = {
    figures.REGION: gettext_lazy("the whole region"),
    figures.PROVIDER: gettext_lazy("one training provider"),
    figures.EMPLOYER: gettext_lazy("one employer or hall"),
}


def people_of(council):
    """Whom one can ask to do something: who has a seat or a role today."""
    seated = Term.objects.current().filter(seat__council=council).values("user")
    working = Office.objects.current().filter(council=council).values("user")
    return User.objects.filter(Q(pk__in=seated) | Q(pk__in=working), is_active=True).order_by("full_name", "pk")


class RecommendationForm(SeenForm):
    """A recommendation in both languages, what it stands on, and the figure it should move."""

    class Meta:
        model = Recommendation
        fields = [
            "title_en", "title_es", "text_en", "text_es", "addressee_kind", "addressee", "owner", "themes", "decision",
            "indicator", "scope", "organization",
        ]  # fmt: skip
        widgets = {
            "text_en": forms.Textarea(attrs={"rows": 6}),
            "text_es": forms.Textarea(attrs={"rows": 6}),
            "themes": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        council = self.instance.council
        self.fields["owner"].queryset = people_of(council)
        self.fields["themes"].queryset = council.themes.all()
        self.fields["decision"].queryset = council.decisions.order_by("-pk")
        self.fields["decision"].label_from_instance = lambda decision: Truncator(decision.text).words(16)
        known = [("", _("no figure")), *((one.key, one.name) for one in figures.indicators())]
        self.fields["indicator"] = forms.ChoiceField(
            choices=known,
            required=False,
            label=_("Figure it should move"),
            help_text=_("When it is adopted, the figure of that time is kept, and its course drawn from then on."),
        )
        self.fields["scope"] = forms.ChoiceField(choices=list(SCOPES.items()), label=_("Measured for"))
        kinds = Organization.TRAINS | Organization.HIRES
        self.fields["organization"].queryset = Organization.objects.standing().filter(kind__in=kinds).order_by("name")

    def clean(self):
        said = super().clean()
        indicator = figures.indicator(said.get("indicator") or "")
        if not indicator:
            said["indicator"], said["scope"], said["organization"] = "", figures.REGION, None
            return said
        if said.get("scope") not in indicator.scopes:
            self.add_error("scope", _("This figure is not measured for that. Please choose another."))
        elif said["scope"] == figures.REGION:
            said["organization"] = None
        elif not said.get("organization"):
            self.add_error("organization", _("Please choose the organization it is measured for."))
        return said


class MoveForm(forms.Form):
    """One step of its life: the day, and with some the answer."""

    on = forms.DateField(
        label=gettext_lazy("On which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    answer = forms.CharField(
        label=gettext_lazy("The answer, as it was given"),
        help_text=gettext_lazy("Everybody can read it."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    answer_language = forms.ChoiceField(
        label=gettext_lazy("In which language was it given?"),
        choices=Language.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    answer_translated = forms.CharField(
        label=gettext_lazy("The same in the other language"),
        help_text=gettext_lazy("If somebody of the council can translate it. It can be added later, too."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    meanwhile = ()  # the answer that somebody else wrote down since the page was opened

    def __init__(self, *args, recommendation, step, answers, **kwargs):
        super().__init__(*args, **kwargs)
        self.recommendation, self.step = recommendation, step
        if step.name not in answers:
            for name in ("answer", "answer_language", "answer_translated"):
                del self.fields[name]
            return
        self.fields["answer"].required = step.name != "accept" and not recommendation.answer
        for name in ("answer", "answer_translated"):
            self.fields[name].initial = getattr(recommendation, name)
        self.fields["answer_language"].initial = recommendation.answer_language or get_language()

    def has_more(self, recommendation) -> bool:
        """Whether words were typed that are not written down there yet; then they are put beside what stands."""
        for name in ("answer", "answer_translated"):
            stands = getattr(recommendation, name)
            typed, had = (" ".join(text.split()) for text in (self.data.get(name, ""), stands))
            if name in self.fields and typed and typed != had:
                self.meanwhile = [*self.meanwhile, (self.fields[name].label, stands)]
        return bool(self.meanwhile)

    def clean_answer_language(self):
        return self.cleaned_data["answer_language"] or get_language()

    def clean_on(self):
        on = self.cleaned_data["on"]
        days = [getattr(self.recommendation, name) for name in Recommendation.DAYS.values()]
        latest = max(day for day in days if day)
        if on > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        if on < latest:
            raise forms.ValidationError(_("This is before the step before it."))
        return on


class TranslationForm(SeenForm):
    """In which language the answer was given, and what it says in the other one."""

    class Meta:
        model = Recommendation
        fields = ["answer_language", "answer_translated"]
        labels = {
            "answer_language": gettext_lazy("In which language was it given?"),
            "answer_translated": gettext_lazy("The same in the other language"),
        }
        widgets = {"answer_language": forms.RadioSelect, "answer_translated": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["answer_language"].required = True
        self.fields["answer_language"].choices = Language.choices

    def standing(self, thing):
        return super().standing(thing) | {"answer": thing.answer}

    def _seen(self, said):
        """A translation is of the words its writer saw: of other words it is not saved before they were read, too."""
        seen = super()._seen(said)
        if seen.get("answer", self.stood["answer"]) != self.stood["answer"]:
            self.meanwhile.append((_("The answer"), self.instance.answer))
            self.add_error("answer_translated", _("The answer was changed meanwhile. Does this still say the same?"))
            seen["answer"] = self.stood["answer"]
        return seen


class StepForm(forms.ModelForm):
    """Something to do by a day."""

    class Meta:
        model = ActionStep
        fields = ["title_en", "title_es", "assignee", "due_on"]
        widgets = {"due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args, council, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = people_of(council)
