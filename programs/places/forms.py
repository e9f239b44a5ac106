"""Forms about a place in a class. A form cleans; it never saves."""

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.speech import day
from accounts.telling import has_ssn

from ..models import PlaceRequest
from . import words

Answer = PlaceRequest.Answer


def _when(cohort, *, named: bool = False) -> str:
    place = ", ".join(part for part in (day(cohort.starts_on), cohort.place[0]) if part)
    return f"{cohort.program.title}: {place}" if named else place


class AskForm(forms.Form):
    """Which class, and the yes to what is shared."""

    cohort = forms.ChoiceField(label=_("Which class?"), required=False, widget=forms.RadioSelect)
    agree = forms.BooleanField(
        error_messages={"required": _("Without your yes nobody is asked. Check the box, or go back.")}
    )
    read = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, classes, wording: str, initial, **options):
        now = words.digest(wording)
        changed = data is not None and data.get("read") != now
        if changed:  # a yes to other words is none: they are shown anew, with an empty box
            data = data.copy()
            data["read"] = now
            data.pop("agree", None)
        super().__init__(data, initial={**initial, "read": now}, **options)
        if changed:
            self.fields["agree"].error_messages["required"] = words.changed()
        self.classes = {str(cohort.public_id): cohort for cohort in classes}
        self.fields["agree"].label = wording
        if classes:
            choices = [(key, _when(cohort)) for key, cohort in self.classes.items()]
            self.fields["cohort"].choices = [*choices, ("", _("The next one that has a place"))]
        else:
            del self.fields["cohort"]

    def chosen(self):
        """The class that was asked for, or None for whichever comes next."""
        return self.classes.get(self.cleaned_data.get("cohort", ""))


class AnswerForm(forms.Form):
    """How it stands with a place."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (Answer.COME, _("Come: there is a place")),
            (Answer.NOT_YET, _("Not yet")),
            (Answer.OTHER, _("Another class fits better")),
            (Answer.FULL, _("It is full")),
        ],
        widget=forms.RadioSelect,
    )
    on = forms.DateField(
        label=_("Not yet: from which day can they ask again?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    other = forms.ChoiceField(label=_("Another class: which one?"), required=False)
    note = forms.CharField(
        label=_("What else should the person know?"),
        help_text=_("For example: when and where to come, and what to bring. The person reads it."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, others, today, **options):
        super().__init__(*args, **options)
        self.today, self.others = today, {str(cohort.public_id): cohort for cohort in others}
        if others:
            choices = [(key, _when(cohort, named=True)) for key, cohort in self.others.items()]
            self.fields["other"].choices = [("", _("Choose one")), *choices]
        else:
            del self.fields["other"]
            self.fields["answer"].choices = [c for c in self.fields["answer"].choices if c[0] != Answer.OTHER]

    def clean_note(self):
        note = " ".join(self.cleaned_data["note"].split())
        if has_ssn(note):
            raise forms.ValidationError(
                _t("This looks like a Social Security number. We never keep one. Please take it out.")
            )
        return note

    def clean(self):
        clean = super().clean()
        said = clean.get("answer")
        if said == Answer.NOT_YET and "on" not in self.errors:
            if not clean.get("on"):
                self.add_error("on", _t("Say from which day on they can ask again."))
            elif clean["on"] <= self.today:
                self.add_error("on", _t("This day is past. Choose one that comes."))
        if said == Answer.OTHER and not clean.get("other") and "other" not in self.errors:
            self.add_error("other", _t("Choose the other class."))
        return clean

    def values(self) -> dict:
        """What is kept of the answer; what was typed beside another answer is not."""
        clean = self.cleaned_data
        said = clean["answer"]
        return {
            "answer": said,
            "on": clean["on"] if said == Answer.NOT_YET else None,
            "other": self.others[clean["other"]] if said == Answer.OTHER else None,
            "note": clean["note"],
        }
