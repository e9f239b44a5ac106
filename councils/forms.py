"""Forms of councils, meetings, minutes and decisions. A form cleans; it never saves."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization

from . import calendar
from .models import AgendaItem, Constituency, Council, Decision, Meeting, Need, Office, Rsvp, Rule, Seat, Series, Way
from .seen import SeenForm

ZONES = [
    ("America/Los_Angeles", _("Pacific time")),
    ("America/Phoenix", _("Arizona time")),
    ("America/Denver", _("Mountain time")),
    ("America/Chicago", _("Central time")),
    ("America/New_York", _("Eastern time")),
]
# Farther away than this, a year was mistyped.
AHEAD_AT_MOST = timedelta(days=3 * 366)
MARKDOWN = _("**bold**, *italic*, - lists and [links](https://example.org) work.")


def day(label, *, required=True, help_text=""):
    """A field for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


def area(label, *, required=False, rows=4, help_text="", max_length=20_000):
    """A field for a longer text."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, widget=widget, help_text=help_text, max_length=max_length)


class CouncilForm(SeenForm):
    """What a council is, what it publishes and how it works."""

    publishes = forms.MultipleChoiceField(
        label=_("Everybody may read"),
        choices=Council.Part.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)

    class Meta:
        model = Council
        fields = (
            "name_en", "name_es", "kind", "purpose_en", "purpose_es", "charter_en", "charter_es", "is_public",
            "publishes", "time_zone", "notice_hours", "must_post", "quorum_percent", "ballots", "needs_kept_days",
        )  # fmt: skip
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("purpose_en", "purpose_es")}
        labels = {"quorum_percent": _("Quorum: more than this percent of the seats held")}
        help_texts = {
            "charter_en": MARKDOWN,
            "must_post": _("Where the law asks for it. A call that is late is then refused."),
            "needs_kept_days": _("What people said they need to come is erased this many days after the meeting."),
        }

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.least = {}
        had = self.instance.quorum_by or {}
        for key, label in Constituency.choices:
            name = f"least_{key}"
            self.fields[name] = forms.IntegerField(
                label=_("At least from: %(constituency)s") % {"constituency": label},
                min_value=0,
                max_value=100,
                required=False,
                initial=had.get(key, 0),
            )
            self.least[name] = key

    def standing(self, thing: Council) -> dict:
        had = thing.quorum_by or {}
        return super().standing(thing) | {f"least_{key}": had.get(key, 0) for key in Constituency.values}

    def facts(self) -> dict:
        """What was written, by the names of the columns."""
        clean = self.cleaned_data
        facts = {name: clean[name] for name in self.Meta.fields}
        facts["quorum_by"] = {key: clean[name] for name, key in self.least.items() if clean.get(name)}
        return facts


class SeatForm(forms.ModelForm):
    """A seat more."""

    class Meta:
        model = Seat
        fields = ("constituency", "label_en", "label_es", "organization", "votes")

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.fields["organization"].queryset = Organization.objects.standing()


class TermForm(forms.Form):
    """Who holds a seat, from when until when."""

    email = forms.EmailField(label=_("Email the person signs in with"))
    is_alternate = forms.BooleanField(label=_("Stands in when the holder is away"), required=False)
    starts_on = day(_("First day"))
    ends_on = day(_("Last day"), required=False)

    def clean(self):
        clean = super().clean()
        first, last = clean.get("starts_on"), clean.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        return clean


class OfficeForm(forms.Form):
    """Who does what for the council."""

    email = forms.EmailField(label=_("Email the person signs in with"))
    role = forms.ChoiceField(label=_("Role"), choices=Office.Role.choices)


class RuleForm(forms.ModelForm):
    """A majority."""

    class Meta:
        model = Rule
        fields = ("name_en", "name_es", "top", "bottom", "more_than", "of", "weight", "each")
        labels = {
            "top": _("How many must agree"),
            "bottom": _("Out of how many"),
            "more_than": _("It takes more than that, not just as many"),
            "of": _("Counted among"),
            "weight": _("How votes weigh"),
        }


class MeetingForm(forms.Form):
    """When, where and how; for a series also how often."""

    title_en = forms.CharField(label=_("Title"), max_length=150, required=False)
    title_es = forms.CharField(label=_("Title in Spanish"), max_length=150, required=False)
    on = day(_("Day"))
    clock = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)
    minutes_long = forms.IntegerField(label=_("Length in minutes"), min_value=5, max_value=1440, initial=120)
    way = forms.ChoiceField(label=_("How people meet"), choices=Way.choices, widget=forms.RadioSelect)
    place = forms.CharField(
        label=_("Place"), max_length=200, required=False, help_text=_("In English, as it stands on maps and doors.")
    )
    join_url = forms.URLField(
        label=_("Link to join online"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Only those who take part see it."),
    )
    unit = forms.ChoiceField(
        label=_("Does it repeat?"),
        choices=[("", _("No, it is one meeting")), ("week", _("Yes, by weeks")), ("month", _("Yes, by months"))],
        required=False,
    )
    every = forms.IntegerField(label=_("Every how many weeks or months"), min_value=1, max_value=52, initial=1)
    nth = forms.TypedChoiceField(
        label=_("By months: which one of that weekday"), choices=Series.Nth.choices, coerce=int, initial=1
    )
    until = day(_("Until"), required=False, help_text=_("Leave it empty when it goes on."))
    following = forms.BooleanField(
        label=_("All later meetings of the series, too"),
        required=False,
        help_text=_(
            "What you change here changes there. They keep their agendas and answers; whoever was called is told, and "
            "their calendars follow."
        ),
    )
    meanwhile = ()  # what somebody else wrote since the page was opened

    def __init__(self, *args, meeting: Meeting | None = None, now: datetime, **more):
        super().__init__(*args, **more)
        self.now, self.meeting = now, meeting
        if meeting is not None:
            for name in ("unit", "every", "nth", "until"):
                del self.fields[name]
        if meeting is None or not meeting.series_id:
            del self.fields["following"]

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > self.now.date() + AHEAD_AT_MOST:
            raise forms.ValidationError(_("This is more than three years away. Check the year."))
        return on

    def clean(self):
        clean = super().clean()
        if clean.get("on") and clean.get("clock") and clean.get("time_zone"):
            clean["starts_at"] = calendar.moment(clean["on"], clean["clock"], clean["time_zone"])
            moved = self.meeting is None or self.meeting.starts_at != clean["starts_at"]
            if moved and clean["starts_at"] <= self.now:
                self.add_error("on", _("This is in the past. Check the day and the time."))
        way = clean.get("way")
        if way in (Way.IN_PERSON, Way.HYBRID) and not clean.get("place"):
            self.add_error("place", _("People need to know where to come."))
        if way in (Way.ONLINE, Way.HYBRID) and not clean.get("join_url"):
            self.add_error("join_url", _("People need the link to join."))
        if clean.get("until") and clean.get("on") and clean["until"] < clean["on"]:
            self.add_error("until", _("The last day is before the first."))
        return clean

    def put_beside(self, fresh: Meeting) -> None:
        """Show what stands now in the fields in which something else was typed."""
        for name, stands in initial_of(fresh).items():
            if self.cleaned_data.get(name) != stands:
                words = dict(getattr(self.fields[name], "choices", ()))
                self.meanwhile = (
                    *self.meanwhile,
                    (self.fields[name].label, words.get(stands, formats.localize(stands))),
                )

    def facts(self) -> dict:
        """One meeting."""
        names = ("title_en", "title_es", "starts_at", "minutes_long", "way", "place", "join_url", "time_zone")
        return {name: self.cleaned_data[name] for name in names}

    def series(self) -> dict:
        """Meetings that come again."""
        facts = self.facts()
        del facts["starts_at"]
        clean = self.cleaned_data
        facts |= {name: clean[name] for name in ("unit", "every", "nth", "until")}
        return facts | {"first_on": clean["on"], "local_time": clean["clock"]}


def initial_of(meeting: Meeting) -> dict:
    """What the form shows of a meeting before anybody types."""
    names = ("title_en", "title_es", "time_zone", "minutes_long", "way", "place", "join_url")
    there = meeting.starts_at.astimezone(ZoneInfo(meeting.time_zone))
    return {name: getattr(meeting, name) for name in names} | {"on": there.date(), "clock": there.time()}


class ItemForm(SeenForm):
    """One thing on the agenda."""

    class Meta:
        model = AgendaItem
        fields = ("title_en", "title_es", "kind", "minutes_long", "presenter", "papers")
        widgets = {"papers": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"papers": _("One a line: the link, then what it is.")}

    def clean_papers(self):
        lines = [line.strip() for line in self.cleaned_data["papers"].splitlines() if line.strip()]
        for line in lines:
            if not line.startswith(("https://", "http://", "/")) or line.startswith("//"):
                raise forms.ValidationError(
                    _("A line begins with a link, such as https://example.org/plan.pdf. This one does not: %(line)s"),
                    params={"line": line[:80]},
                )
        return "\n".join(lines)


class ReplyForm(forms.Form):
    """Whether somebody comes, and what they need for it."""

    answer = forms.ChoiceField(
        label=_("Will you come?"),
        choices=[
            (Rsvp.Answer.YES, _("Yes, I am coming")),
            (Rsvp.Answer.ONLINE, _("Yes, online")),
            (Rsvp.Answer.NO, _("No, I cannot come")),
        ],
        widget=forms.RadioSelect,
    )
    needs = forms.MultipleChoiceField(
        label=_("What do you need to come?"),
        choices=Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only the facilitators and the staff see who needs what. It is erased after the meeting."),
    )
    note = forms.CharField(label=_("Tell us more"), max_length=300, required=False)


class DecisionForm(forms.Form):
    """A question to decide."""

    text_en = area(_("The question, as it is put"), required=True, rows=3, max_length=2000)
    text_es = area(_("The question in Spanish"), rows=3, max_length=2000)
    item = forms.ModelChoiceField(AgendaItem.objects.none(), label=_("On the agenda"), required=False)
    method = forms.ChoiceField(
        label=_("How it is decided"), choices=Decision.Method.choices, widget=forms.RadioSelect, initial="vote"
    )
    rule = forms.ModelChoiceField(Rule.objects.none(), label=_("Majority"), required=False)
    concerns = forms.ModelMultipleChoiceField(
        Organization.objects.none(),
        label=_("Organizations it is about"),
        required=False,
        help_text=_("Who acts for one of them, or sits for it, does not vote."),
    )

    def __init__(self, *args, meeting: Meeting, **more):
        super().__init__(*args, **more)
        self.fields["item"].queryset = meeting.items.all()
        self.fields["rule"].queryset = meeting.council.rules.filter(is_closed=False)
        # As the council last voted: a majority is asked for with every vote, and it is seldom another one.
        voted = Decision.objects.filter(council=meeting.council, rule__is_closed=False).order_by("-pk")
        self.fields["rule"].initial = voted.values_list("rule", flat=True).first()
        self.fields["concerns"].queryset = Organization.objects.standing()
        if meeting.council.ballots == Council.Ballots.OPEN:
            self.fields["method"].choices = [c for c in Decision.Method.choices if c[0] != Decision.Method.SECRET]

    def clean(self):
        clean = super().clean()
        if clean.get("method") == Decision.Method.CONSENSUS:
            clean["rule"] = None
        elif not clean.get("rule"):
            self.add_error("rule", _("Choose the majority by which the vote is counted."))
        return clean
