"""What is written down of an initiative."""

from django import forms
from django.utils.translation import gettext as _

from ..models import Initiative, Milestone, Phase
from ..seen import SeenForm

_DAYS = {
    "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    "summary_en": forms.Textarea(attrs={"rows": 3}),
    "summary_es": forms.Textarea(attrs={"rows": 3}),
}


class InitiativeForm(SeenForm):
    """An initiative."""

    class Meta:
        model = Initiative
        fields = ["name_en", "name_es", "summary_en", "summary_es", "starts_on", "ends_on", "is_public"]
        widgets = _DAYS


class PhaseForm(SeenForm):
    """A phase, within the days of its initiative."""

    class Meta:
        model = Phase
        fields = ["name_en", "name_es", "summary_en", "summary_es", "starts_on", "ends_on"]
        widgets = _DAYS

    def clean(self):
        said, whole = super().clean(), self.instance.initiative
        if said.get("starts_on") and said["starts_on"] < whole.starts_on:
            self.add_error("starts_on", _("This is before the first day of the initiative."))
        if said.get("ends_on") and said["ends_on"] > whole.ends_on:
            self.add_error("ends_on", _("This is after the last day of the initiative."))
        return said


class MilestoneForm(SeenForm):
    """A milestone or deliverable, and the meeting or paper it became."""

    class Meta:
        model = Milestone
        fields = ["phase", "kind", "name_en", "name_es", "due_on", "meeting", "resource"]
        widgets = {"due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args, initiative, user, **kwargs):
        super().__init__(*args, **kwargs)
        council = initiative.council
        self.fields["phase"].queryset = initiative.phases.all()
        self.fields["phase"].empty_label = None
        self.fields["meeting"].queryset = council.meetings.visible_to(user)
        self.fields["resource"].queryset = council.resources.visible_to(user)
