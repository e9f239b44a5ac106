"""Forms about one referral. A form cleans; it never saves."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import guard, missed, reminders
from .actions import ANSWERS
from .arranging import When
from .models import Comment, Referral

# Farther away than this, a year was mistyped.
AHEAD_AT_MOST = timedelta(days=3 * 366)


class Careful(forms.CharField):
    """Words about a person, without what nobody may write here."""

    def clean(self, value):
        value = super().clean(value)
        if reason := guard.refuse(value):
            raise forms.ValidationError(reason)
        return value


def _input(kind: str, **more):
    return {"type": kind, "class": "usa-input", **more}


class WhenForm(forms.Form):
    """When and where; by the clock of `zone`, so that an hour that the clocks leave out is told."""

    on = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=forms.DateInput(attrs=_input("date"), format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label=gettext_lazy("Time"), required=False, widget=forms.TimeInput(attrs=_input("time"), format="%H:%M")
    )
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("How long"),
        coerce=int,
        empty_value=60,
        required=False,
        choices=[
            (30, gettext_lazy("half an hour")),
            (60, gettext_lazy("an hour")),
            (120, gettext_lazy("two hours")),
            (240, gettext_lazy("half a day")),
            (480, gettext_lazy("a day")),
        ],
    )
    place = Careful(label=gettext_lazy("Place"), max_length=200, required=False)
    link = forms.URLField(label=gettext_lazy("Link for a call"), max_length=500, required=False, assume_scheme="https")

    def __init__(self, *args, zone: str, must=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = zone
        for name in ("on", "at"):
            self.fields[name].required = must

    def clean(self):
        clean = super().clean()
        clean["when"] = None
        said = any(clean.get(name) for name in ("on", "at", "place", "link"))
        if self.errors or not said or not self.meets(clean):
            return clean
        if not clean.get("on") or not clean.get("at"):
            missing = "at" if clean.get("on") else "on"
            self.add_error(missing, _("Say the day and the time, or leave all of it empty."))
        elif not clean.get("place") and not clean.get("link"):
            self.add_error("place", _("Say where: a place, or a link for a call."))
        else:
            clean["when"] = self._when(clean)
        return clean

    def meets(self, clean) -> bool:
        """Whether it is about a meeting at all; what was typed for one does not keep another answer back."""
        return True

    def when_wrong(self) -> bool:
        """Whether something of it has to be mended: then it stands open."""
        return any(self[name].errors for name in WhenForm.base_fields)

    def _when(self, clean) -> When | None:
        if clean["on"] > timezone.localdate() + AHEAD_AT_MOST:
            self.add_error("on", _("This is more than three years away. Check the year."))
            return None
        zone = ZoneInfo(self.zone)
        moment = datetime.combine(clean["on"], clean["at"], tzinfo=zone)
        if moment.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
            self.add_error("at", _("The clocks change that night and leave this hour out. Choose another."))
        elif moment <= timezone.now():
            self.add_error("on", _("This moment has passed. Choose a later one."))
        return When(moment, clean.get("minutes") or 60, self.zone, clean.get("place", ""), clean.get("link", ""))


class RespondForm(WhenForm):
    """The employer's or hall's answer."""

    step = forms.ChoiceField(choices=[(step, step) for step in ANSWERS])
    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        choices=[("", gettext_lazy("Choose one")), *Referral.DeclineReason.choices],
        required=False,
    )
    skill = forms.ChoiceField(label=gettext_lazy("Which skill was missing?"), required=False)
    skill_said = Careful(label=gettext_lazy("Another skill, in your words"), max_length=120, required=False)
    note = Careful(label=gettext_lazy("A word to the person"), max_length=300, required=False)

    def __init__(self, *args, skills=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.skills = {skill.pk: skill for skill in skills}
        self.fields["skill"].choices = [
            ("", _("Choose, if a skill is missing")),
            *((skill.pk, skill.name) for skill in skills),
            (missed.OTHER, _("another skill")),
        ]

    def meets(self, clean) -> bool:
        return clean.get("step") in ("interview", "trial")

    def no_wrong(self) -> bool:
        """Whether something of a no has to be mended: then it stands open."""
        return any(self[name].errors for name in ("reason", "skill", "skill_said"))

    def clean(self):
        clean = super().clean()
        if clean.get("step") != "decline":
            return clean
        clean["skill"] = self.skills.get(clean.get("skill"))
        if not clean.get("reason"):
            self.add_error("reason", _("Choose the reason. The person reads it, with what to do next."))
        elif clean["reason"] == missed.SKILL and not clean["skill"] and not clean.get("skill_said"):
            self.add_error("skill", _("Say which skill: the person reads where it is taught."))
        return clean

    def answer(self) -> dict:
        """What `actions.respond` wants to know."""
        clean = self.cleaned_data
        skill = clean.get("skill") if clean["step"] == "decline" else None
        said = "" if skill else clean.get("skill_said", "")
        return {"reason": clean["reason"], "note": clean["note"], "skill": skill, "skill_said": said}


class RestForm(forms.Form):
    """Until when reminders rest, and why."""

    until = forms.DateField(
        label=gettext_lazy("Up to and with"), widget=forms.DateInput(attrs=_input("date"), format="%Y-%m-%d")
    )
    reason = Careful(label=gettext_lazy("Why"), max_length=200)

    def clean_until(self):
        until, today = self.cleaned_data["until"], timezone.localdate()
        if not today <= until <= today + reminders.MOST_REST:
            raise forms.ValidationError(_("Choose a day from today on, at most 90 days away."))
        return until


class CommentForm(forms.Form):
    """What somebody writes, for whom, and whom they want to be told."""

    text = Careful(
        label=gettext_lazy("What do you want to say?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    audience = forms.ChoiceField(label=gettext_lazy("Who sees this?"), widget=forms.RadioSelect)

    def __init__(self, *args, audiences, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [(audience, Comment.Audience(audience).label) for audience in audiences]
        if len(audiences) == 1:
            self.fields["audience"].initial = audiences[0]


class PaceForm(forms.Form):
    """How many people a week, and after how many days it is reminded."""

    weekly = forms.IntegerField(
        label=gettext_lazy("How many people can you look at in a week?"),
        help_text=gettext_lazy("Empty: as many as come. Whoever comes after waits in the order of the opening."),
        min_value=1,
        max_value=999,
        required=False,
    )
    days = forms.CharField(
        label=gettext_lazy("Reminders after how many days?"),
        help_text=gettext_lazy("For example: 3, 7, 10. With the last one a coordinator takes over. Empty: as usual."),
        max_length=40,
        required=False,
    )

    def clean_days(self):
        said = self.cleaned_data["days"].replace(",", " ").split()
        if not all(word.isdecimal() for word in said):
            raise forms.ValidationError(_("Write numbers of days with commas between, for example 3, 7, 10."))
        days = [int(word) for word in said]
        if days != sorted(set(days)) or len(days) > 6 or (days and not 1 <= days[0] <= days[-1] <= 60):
            raise forms.ValidationError(_("At most six numbers from 1 to 60, each larger than the one before."))
        return days
