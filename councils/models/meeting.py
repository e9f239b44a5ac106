"""When a council meets, where, what about, who comes and who was there."""

import secrets
import uuid
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.speech import spoken

from .council import Council, Term, known_zone


class Way(models.TextChoices):
    """How people meet."""

    IN_PERSON = "in_person", _("in person")
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("in person and online")


class Where(models.Model):
    """What a meeting and a series of meetings both say: how long, where, and how to get in."""

    title_en = models.CharField(_("title"), max_length=150, blank=True)
    title_es = models.CharField(_("title in Spanish"), max_length=150, blank=True)
    minutes_long = models.PositiveSmallIntegerField(
        _("length in minutes"), default=120, validators=[MinValueValidator(5), MaxValueValidator(1440)]
    )
    way = models.CharField(_("how people meet"), max_length=10, choices=Way.choices, default=Way.IN_PERSON)
    place = models.CharField(_("place"), max_length=200, blank=True)
    join_url = models.URLField(_("link to join online"), max_length=500, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="America/Los_Angeles", validators=[known_zone])

    class Meta:
        abstract = True

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Series(Where):
    """Meetings that come again: every so many weeks or months, on one weekday, at one time of the wall clock."""

    class Every(models.TextChoices):
        WEEK = "week", _("weeks")
        MONTH = "month", _("months")

    class Nth(models.IntegerChoices):
        FIRST = 1, _("first")
        SECOND = 2, _("second")
        THIRD = 3, _("third")
        FOURTH = 4, _("fourth")
        LAST = -1, _("last")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="series")
    every = models.PositiveSmallIntegerField(default=1)
    unit = models.CharField(max_length=5, choices=Every.choices, default=Every.MONTH)
    nth = models.SmallIntegerField(choices=Nth.choices, default=Nth.FIRST)  # of months only
    first_on = models.DateField()  # its day of the week is the series' day
    until = models.DateField(null=True, blank=True)
    local_time = models.TimeField()

    class Meta:
        ordering = ["council_id", "first_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(every__gte=1, every__lte=52),
                name="series_every_one_to_fifty_two",
                violation_error_message=_("Choose a number from 1 to 52."),
            ),
        ]

    def __str__(self):
        return f"{self.council_id} every {self.every} {self.unit}"


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Once called, of councils that publish their meetings; all, for those who take part, and coordinators."""
        from .. import policies

        if policies.is_coordinator(user):
            return self
        public = Q(council__is_public=True, council__publishes__contains=[Council.Part.MEETINGS])
        called = Q(called_at__isnull=False) | Q(state=Meeting.State.CLOSED)  # those brought in were called elsewhere
        return self.filter(Q(council__in=policies.councils_of(user)) | (public & called))

    def coming(self, now):
        return self.filter(starts_at__gte=now - timedelta(hours=6)).exclude(state=Meeting.State.CANCELLED)


def code() -> str:
    """What stands in the square that people scan at the door: nobody guesses it."""
    return secrets.token_urlsafe(12)


class Meeting(Where):
    """One meeting of a council, with the number of its latest change for the calendars that hold it."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CALLED = "called", _("called")
        OPEN = "open", _("going on")
        CLOSED = "closed", _("over")
        CANCELLED = "cancelled", _("cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="meetings")
    series = models.ForeignKey(Series, models.SET_NULL, null=True, blank=True, related_name="meetings")
    series_day = models.DateField(null=True, blank=True)  # which of the series it is, also when it was moved
    starts_at = models.DateTimeField(_("begins"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    # For the calendars that hold it: how often time or place changed, and when last.
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    # The call: when it went out, and the text that stood on the public page from then on.
    called_at = models.DateTimeField(null=True, blank=True)
    posted_hash = models.CharField(max_length=64, blank=True)
    posted_text = models.TextField(blank=True)
    check_in_code = models.CharField(max_length=32, default=code, editable=False)
    needs_erased_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)  # the file it was brought in from, and its number there

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "series_day"], name="meeting_once_in_its_series"),
            models.UniqueConstraint(fields=["council", "source"], condition=~Q(source=""), name="meeting_in_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["called", "open"]) | Q(called_at__isnull=False),
                name="meeting_called_has_a_time",
                violation_error_message=_("A meeting that was called needs the time of its call."),
            ),
        ]

    def __str__(self):
        return f"{self.council_id} {self.starts_at:%Y-%m-%d}"

    @property
    def title(self):
        return spoken(self.title_en, self.title_es)

    @property
    def ends_at(self):
        # In UTC: hours are counted by the clock that is not changed, wherever the moment was read.
        return self.starts_at.astimezone(UTC) + timedelta(minutes=self.minutes_long)

    @property
    def local_start(self):
        return self.starts_at.astimezone(self.zone)

    @property
    def post_by(self):
        """By when the call must be out."""
        return self.starts_at.astimezone(UTC) - timedelta(hours=self.council.notice_hours)


class AgendaItem(models.Model):
    """One thing to talk about, and what the minutes say of it. `version` counts the changes of its minutes."""

    class Kind(models.TextChoices):
        TALK = "talk", _("discussion")
        DECISION = "decision", _("decision")
        REPORT = "report", _("report")
        CONSENT = "consent", _("consent: taken together")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TALK)
    title_en = models.CharField(_("title"), max_length=200)
    title_es = models.CharField(_("title in Spanish"), max_length=200, blank=True)
    minutes_long = models.PositiveSmallIntegerField(_("minutes"), default=15)
    presenter = models.CharField(_("who presents it"), max_length=120, blank=True)
    papers = models.TextField(_("papers"), blank=True)  # one a line: link, then what it is
    text_en = models.TextField(_("minutes"), blank=True)  # Markdown
    text_es = models.TextField(_("minutes in Spanish"), blank=True)
    dissent = models.TextField(_("dissent"), blank=True)
    action = models.TextField(_("what is to be done"), blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["meeting_id", "position", "pk"]

    def __str__(self):
        return self.title

    @property
    def title(self):
        return spoken(self.title_en, self.title_es)

    @property
    def text(self):
        return spoken(self.text_en, self.text_es)


class Need(models.TextChoices):
    """What somebody needs in order to come."""

    INTERPRETATION = "interpretation", _("an interpreter")
    CHILDCARE = "childcare", _("childcare")
    TRANSPORT = "transport", _("a ride")
    STIPEND = "stipend", _("a stipend for lost pay")
    ACCESS = "access", _("access: step-free, captions, large print")


class Rsvp(models.Model):
    """Whether somebody comes, and what they need for it. The needs are theirs, and erased after the meeting."""

    class Answer(models.TextChoices):
        YES = "yes", _("I come")
        ONLINE = "online", _("I join online")
        NO = "no", _("I cannot come")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="rsvps")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    answer = models.CharField(max_length=6, choices=Answer.choices)
    needs = ArrayField(models.CharField(max_length=15, choices=Need.choices), default=list, blank=True)
    needs_note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["meeting_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="rsvp_once")]

    def __str__(self):
        return f"{self.user_id}: {self.answer}"


class Attendance(models.Model):
    """Somebody was there, in the room or online, and in which seat they sat."""

    class How(models.TextChoices):
        ROOM = "room", _("in the room")
        ONLINE = "online", _("online")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    term = models.ForeignKey(Term, models.SET_NULL, null=True, blank=True, related_name="+")
    how = models.CharField(max_length=6, choices=How.choices)
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["meeting_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="attendance_once")]

    def __str__(self):
        return f"{self.user_id} at {self.meeting_id}"


class Feed(models.Model):
    """A secret address from which a calendar reads somebody's meetings. We keep its fingerprint, not the address."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    council = models.ForeignKey(Council, models.CASCADE, null=True, blank=True, related_name="+")  # none: all of theirs
    fingerprint = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["user_id", "pk"]

    def __str__(self):
        return f"calendar of {self.user_id}"
