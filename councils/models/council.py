"""The bodies themselves: their seats by constituency, who holds them for which term, and who does what for them."""

import uuid
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.speech import spoken


class Constituency(models.TextChoices):
    """For whom a seat speaks."""

    WORKER = "worker", _("workers")
    UNION = "union", _("unions")
    EMPLOYER = "employer", _("employers")
    COMMUNITY = "community", _("community organizations")
    EDUCATION = "education", _("schools and training providers")
    BOARD = "board", _("workforce board")


def known_zone(name: str) -> None:
    """Refuse what is no time zone."""
    if name not in available_timezones():
        raise ValidationError(_("We do not know this time zone. An example is America/Los_Angeles."))


class CouncilQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The public ones; those who take part in one see it, coordinators all."""
        from .. import policies

        if policies.is_coordinator(user):
            return self
        return self.filter(Q(is_public=True) | Q(pk__in=policies.councils_of(user)))


class Council(models.Model):
    """A standing body of workers, unions or partners, with what it chose to publish and how it decides."""

    class Kind(models.TextChoices):
        WORKERS = "workers", _("workers advisory council")
        UNIONS = "unions", _("council of unions")
        STEERING = "steering", _("steering committee")
        OTHER = "other", _("other council")

    class Part(models.TextChoices):
        """What of a council everybody may read; the rest is for those who take part."""

        CHARTER = "charter", _("the charter")
        MEMBERS = "members", _("who holds the seats, of those who agree to be named")
        MEETINGS = "meetings", _("when and where it meets, and the agenda")
        MINUTES = "minutes", _("approved minutes")
        DECISIONS = "decisions", _("decisions and their results")

    class Ballots(models.TextChoices):
        """What the charter says about secret ballots."""

        OPEN = "open", _("All votes are open")
        CHOICE = "choice", _("A vote may be secret")
        SECRET = "secret", _("All votes are secret")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.OTHER)
    name_en = models.CharField(_("name"), max_length=150, unique=True)
    name_es = models.CharField(_("name in Spanish"), max_length=150, blank=True)
    purpose_en = models.TextField(_("purpose"))
    purpose_es = models.TextField(_("purpose in Spanish"), blank=True)
    charter_en = models.TextField(_("charter"), blank=True)  # Markdown
    charter_es = models.TextField(_("charter in Spanish"), blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="America/Los_Angeles", validators=[known_zone])
    is_public = models.BooleanField(_("everybody may see that this council exists"), default=True)
    publishes = ArrayField(
        models.CharField(max_length=10, choices=Part.choices), verbose_name=_("published"), default=list, blank=True
    )
    notice_hours = models.PositiveSmallIntegerField(_("hours of notice before a meeting"), default=72)
    # Where a law or the charter demands that the call is posted in public so many hours before: no later call is taken.
    must_post = models.BooleanField(_("the call must be posted in public by then"), default=False)
    quorum_percent = models.PositiveSmallIntegerField(_("quorum, in percent of the seats held"), default=50)
    quorum_by = models.JSONField(default=dict, blank=True)  # constituency -> how many at least
    ballots = models.CharField(_("ballots"), max_length=10, choices=Ballots.choices, default=Ballots.OPEN)
    # What people said they need to come is erased so many days after the meeting.
    needs_kept_days = models.PositiveSmallIntegerField(_("days that needs are kept"), default=30)
    is_example = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CouncilQuerySet.as_manager()

    class Meta:
        ordering = ["name_en"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quorum_percent__lte=100),
                name="council_quorum_at_most_all",
                violation_error_message=_("A quorum is at most 100 percent."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def name(self):
        return spoken(self.name_en, self.name_es)

    @property
    def purpose(self):
        return spoken(self.purpose_en, self.purpose_es)

    @property
    def charter(self):
        return spoken(self.charter_en, self.charter_es)

    def tells_everybody(self, part: str) -> bool:
        """Whether this part is published."""
        return self.is_public and part in self.publishes


class Seat(models.Model):
    """A seat for one constituency; while nobody's term runs it is vacant, and shown so."""

    Constituency = Constituency

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="seats")
    constituency = models.CharField(_("for"), max_length=10, choices=Constituency.choices)
    # Whose seat it is, where it belongs to one organization: whoever holds it is recused when that one is concerned.
    organization = models.ForeignKey(
        Organization, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("of the organization")
    )
    label_en = models.CharField(_("what the seat is called"), max_length=120, blank=True)
    label_es = models.CharField(_("what the seat is called, in Spanish"), max_length=120, blank=True)
    votes = models.PositiveSmallIntegerField(_("votes"), default=1)
    closed_on = models.DateField(null=True, blank=True)  # the seat was given up; its history stays

    class Meta:
        ordering = ["council_id", "constituency", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(votes__gte=1, votes__lte=100),
                name="seat_has_votes",
                violation_error_message=_("A seat has from 1 to 100 votes."),
            ),
        ]

    def __str__(self):
        return f"{self.constituency} of {self.council_id}"

    @property
    def label(self):
        return spoken(self.label_en, self.label_es)


class Dated(models.QuerySet):
    """Rows that count from a day to a day, both included, and no more once they were ended by hand."""

    def current(self, on=None):
        """In force on the day (today when none is given)."""
        on = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on, ended_at__isnull=True)


class TermQuerySet(Dated):
    def current(self, on=None):
        return super().current(on).filter(user__isnull=False, seat__closed_on__isnull=True)


class Days(Func):
    """The days from the first to the last, as a range."""

    function = "DATERANGE"
    output_field = DateRangeField()


class Term(models.Model):
    """Somebody holds a seat, or stands in for who does, from a day until a day."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    seat = models.ForeignKey(Seat, models.CASCADE, related_name="terms")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="terms")
    is_alternate = models.BooleanField(_("stands in when the holder is away"), default=False)
    starts_on = models.DateField(_("first day"), default=timezone.localdate)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # by hand, and from that moment on
    # Only the person says so: their name may stand on the public page.
    named_publicly = models.BooleanField(default=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["seat_id", "is_alternate", "starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="term_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ends_on__isnull=False),
                name="term_ended_has_a_last_day",
                violation_error_message=_("A term that was ended needs its last day."),
            ),
            ExclusionConstraint(
                name="term_one_holder_at_a_time",
                expressions=[
                    ("seat", RangeOperators.EQUAL),
                    (
                        Days("starts_on", "ends_on", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(is_alternate=False, ended_at__isnull=True),
                violation_error_message=_("Somebody else holds this seat in these days. End that term first."),
            ),
        ]

    def __str__(self):
        return f"{self.user_id} in {self.seat_id}"


class Office(models.Model):
    """What somebody does for a council beside holding a seat: leads it, facilitates, works for it, or looks on."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("chair")
        FACILITATOR = "facilitator", _("facilitator")
        OBSERVER = "observer", _("observer")
        STAFF = "staff", _("staff")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="offices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="offices")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    starts_on = models.DateField(_("first day"), default=timezone.localdate)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        ordering = ["council_id", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="office_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["council", "user", "role"],
                condition=Q(ended_at__isnull=True),
                name="office_open_once",
                violation_error_message=_("This person has this role already."),
            ),
        ]

    def __str__(self):
        return f"{self.role} of {self.council_id}: {self.user_id}"
