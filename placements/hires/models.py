"""A job that somebody got, what both sides say of it later, and the rules by which it counts as local."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import consents, policies
from accounts.models import Consent, Organization, TraineeProfile
from accounts.models.people import zip_validator
from imports.values.money import HOURS
from openings.models import Opening
from programs.models import Occupation

from .lifecycle import STANDING


class Project(models.Model):
    """A building site or other undertaking whose agreement says who is local to it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    zip = models.CharField(_("ZIP code of the site"), max_length=5, validators=[zip_validator])
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class LocalRule(models.Model):
    """Who counts as local, for a project or for a region: one version, in force from a day until a day. Never changed:
    a new version takes its place, so that what was decided by this one can be read for ever.

    Each tier of `tiers` is {"tier": 1, "zips": [...], "counties": [...], "same_county": true, "miles": 5}: all that a
    tier names must be so, and the first tier that is counts.
    """

    name = models.CharField(max_length=120)
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="rules")
    # Of a region: the counties of work it is for.
    counties = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    version = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    tiers = models.JSONField()
    source = models.TextField()  # where the rule is written, so that anybody can look
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="local_rule_version_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="local_rule_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="local_rule_has_a_source",
                violation_error_message=_("Say where the rule is written."),
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.version}"


class PlacementQuerySet(models.QuerySet):
    def current(self):
        """Jobs that go on, as far as anybody told us."""
        return self.filter(state__in=STANDING)

    def counted(self):
        """All that really were: those written down by mistake are left out."""
        return self.exclude(end_reason=Placement.End.MISTAKE)

    def visible_to(self, user):
        """One's own; those at the organizations one acts for, while the person lets them know; what one's organization
        declared; and for coordinators those of people who share their record with them.
        """
        if not user.is_authenticated:
            return self.none()
        ours = [organization.pk for organization in policies.organizations_of(user)]
        seen = Q(trainee__user=user) | Q(employer__in=ours, employer_knows=True) | Q(declared_for__in=ours)
        if policies.is_coordinator(user):
            seen |= Q(trainee__user__in=consents.sharing_record(user))
        return self.filter(seen)


class Placement(models.Model):
    """One person's job: who, where, for what pay, since when, and how it goes on. People call it a hire."""

    class State(models.TextChoices):
        HIRED = "hired", _("hired")
        RETAINED_30 = "retained_30", _("still there after 30 days")
        RETAINED_90 = "retained_90", _("still there after 90 days")
        RETAINED_180 = "retained_180", _("still there after 180 days")
        RETAINED_365 = "retained_365", _("still there after a year")
        ENDED = "ended", _("job ended")

    class Source(models.TextChoices):
        PORTAL = "portal", _("a yes on this site")
        OFF = "off", _("found elsewhere")

    class Side(models.TextChoices):
        WORKER = "worker", _("the person")
        EMPLOYER = "employer", _("the employer or hall")
        PROVIDER = "provider", _("the training provider")
        COORDINATOR = "coordinator", _("a coordinator")

    class Unit(models.TextChoices):
        HOUR = "hour", pgettext_lazy("pay", "an hour")
        DAY = "day", pgettext_lazy("pay", "a day")
        WEEK = "week", pgettext_lazy("pay", "a week")
        MONTH = "month", pgettext_lazy("pay", "a month")
        YEAR = "year", pgettext_lazy("pay", "a year")

    class End(models.TextChoices):
        OVER = "over", _("The work or project is finished")
        LAID_OFF = "laid_off", _("Laid off: not enough work")
        BETTER = "better", _("Another job, or school")
        PAY = "pay", _("The pay was too low")
        HOURS = "hours", _("The hours did not fit")
        CARE = "care", _("Childcare, or taking care of someone")
        WAY = "way", _("No way to get there")
        HEALTH = "health", _("Health or safety")
        LET_GO = "let_go", _("The employer ended it")
        NEVER = "never", _("The work never began")
        OTHER = "other", _("Another reason")
        MISTAKE = "mistake", _("It was written down by mistake")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(TraineeProfile, models.CASCADE, related_name="placements")
    referral = models.ForeignKey(
        "placements.Referral", models.RESTRICT, null=True, blank=True, related_name="placements"
    )
    opening = models.ForeignKey(Opening, models.RESTRICT, null=True, blank=True, related_name="placements")
    employer = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="placements")
    employer_name = models.CharField(max_length=120, blank=True)  # where the employer is not on this site
    occupation = models.ForeignKey(Occupation, models.PROTECT, null=True, blank=True, related_name="placements")
    title = models.CharField(max_length=120, blank=True)  # the work in words, where no trade fits
    # As it was said, and by the hour.
    wage_cents = models.PositiveIntegerField(null=True, blank=True)
    wage_unit = models.CharField(max_length=5, choices=Unit.choices, blank=True)
    hourly_cents = models.PositiveIntegerField(null=True, blank=True)
    hours_a_week = models.PositiveSmallIntegerField(null=True, blank=True)
    union = models.CharField(max_length=120, blank=True)
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="placements")
    starts_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=10, choices=End.choices, blank=True)
    ended_by = models.CharField(max_length=11, choices=Side.choices, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.HIRED)
    source = models.CharField(max_length=6, choices=Source.choices)
    declared_by = models.CharField(max_length=11, choices=Side.choices)
    declared_for = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    # Whether the employer may be told and asked: so after a yes to its opening, when it said so itself, or when the
    # person allows it.
    employer_knows = models.BooleanField(default=False)
    # Somebody at an employer that is not on this site, whom the person allows us to ask the same by mail.
    employer_email = models.EmailField(blank=True)
    # Frozen at the hire: where home and work were, the tier (0: not local; none: it cannot be said), and by which rule.
    home_zip = models.CharField(max_length=5, blank=True)
    work_zip = models.CharField(max_length=5, blank=True)
    local_tier = models.PositiveSmallIntegerField(null=True, blank=True)
    local_rule = models.ForeignKey(LocalRule, models.PROTECT, null=True, blank=True, related_name="placements")
    local_miles = models.FloatField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(employer__isnull=False) | ~Q(employer_name=""),
                name="placement_names_the_employer",
                violation_error_message=_("Say who the employer is."),
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__isnull=False) & ~Q(end_reason="")
                | ~Q(state="ended") & Q(ended_on__isnull=True, end_reason=""),
                name="placement_ended_has_a_day_and_a_reason",
                violation_error_message=_("A job that ended needs its last day and the reason."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on")),
                name="placement_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(wage_cents__isnull=True, wage_unit="", hourly_cents__isnull=True)
                | Q(wage_cents__gt=0, hourly_cents__gt=0) & ~Q(wage_unit=""),
                name="placement_wage_has_its_unit",
                violation_error_message=_("Say if the pay is by the hour, day, week, month or year."),
            ),
            models.CheckConstraint(
                condition=Q(hours_a_week__isnull=True) | Q(hours_a_week__range=(1, 100)),
                name="placement_hours_of_a_week",
                violation_error_message=_("A week has between 1 and 100 hours of work."),
            ),
            models.CheckConstraint(
                condition=Q(source="portal", referral__isnull=False, opening__isnull=False)
                | Q(source="off", referral__isnull=True),
                name="placement_of_the_portal_has_its_referral",
                violation_error_message=_("A hire from this site belongs to its yes."),
            ),
            models.CheckConstraint(
                condition=Q(employer_email="") | Q(employer__isnull=True),
                name="placement_asks_by_mail_who_is_not_here",
                violation_error_message=_("The people of this employer are asked on this site."),
            ),
            models.CheckConstraint(
                condition=Q(local_tier__isnull=True) | Q(local_rule__isnull=False),
                name="placement_local_by_a_rule",
                violation_error_message=_("Local is said by a rule."),
            ),
            # After a hire by mistake the same yes may end in another.
            models.UniqueConstraint(
                fields=["referral"],
                condition=~Q(end_reason="mistake"),
                name="placement_once_of_a_referral",
                violation_error_message=_("This hire is written down already."),
            ),
            models.UniqueConstraint(
                fields=["trainee", "employer"],
                condition=Q(ended_on__isnull=True, employer__isnull=False),
                name="placement_once_at_an_employer",
                violation_error_message=_("This hire is written down already."),
            ),
            models.UniqueConstraint(
                F("trainee"),
                Lower("employer_name"),
                condition=Q(ended_on__isnull=True, employer__isnull=True),
                name="placement_once_at_a_named_employer",
                violation_error_message=_("This hire is written down already."),
            ),
        ]
        indexes = [
            models.Index(fields=["starts_on"], condition=Q(ended_on__isnull=True), name="placement_current"),
        ]

    def __str__(self):
        return f"{self.trainee_id} at {self.employer_id or self.employer_name}: {self.state}"

    @property
    def at(self) -> str:
        """Where, in words."""
        return self.employer.name if self.employer_id else self.employer_name

    @property
    def work(self) -> str:
        """What, in words; empty when nobody said."""
        if self.opening_id:
            return self.opening.name
        return self.title or (self.occupation.title if self.occupation_id else "")

    @property
    def standing(self) -> bool:
        return self.state in STANDING

    def due_on(self, days: int):
        """The day on which the work has lasted so long."""
        return self.starts_on + timedelta(days=days)

    def shares_contact(self) -> bool:
        """Whether what the person agreed to at their yes still stands; off-platform, what they said of the employer."""
        if self.opening_id is None:
            return self.employer_knows
        return consents.agreed(self.trainee.user, Consent.Purpose.CONTACT, self.opening)


def by_the_hour(cents: int | None, unit: str, hours_a_week: int | None = None) -> int | None:
    """Pay for any time as cents an hour, with the week's own hours where they are known, else 40."""
    if not cents:
        return None
    hours = float(HOURS[unit])
    if unit in ("week", "month", "year") and hours_a_week:
        hours = hours / 40 * hours_a_week
    return max(round(cents / hours), 1)


class CheckIn(models.Model):
    """One question to both sides, 30, 90, 180 and 365 days after the start: does the work go on?"""

    class Answer(models.TextChoices):
        YES = "yes", _("yes, still there")
        NO = "no", _("no")

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        RETAINED = "retained", _("confirmed")
        ENDED = "ended", _("the job had ended")
        OPEN = "open", _("a coordinator finds out")
        UNKNOWN = "unknown", _("nobody could say")

    class Source(models.TextChoices):
        """Who said it; our staff verified it, no wage record did."""

        BOTH = "both", _("the person and the employer")
        WORKER = "worker", _("the person")
        EMPLOYER = "employer", _("the employer or hall")
        STAFF = "staff", _("a coordinator who asked")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    placement = models.ForeignKey(Placement, models.CASCADE, related_name="check_ins")
    days = models.PositiveSmallIntegerField(choices=[(days, str(days)) for days in (30, 90, 180, 365)])
    asked_at = models.DateTimeField()
    asks_employer = models.BooleanField()  # whether anybody there was asked
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    source = models.CharField(max_length=10, choices=Source.choices, blank=True)
    worker = models.CharField(max_length=3, choices=Answer.choices, blank=True)
    worker_at = models.DateTimeField(null=True, blank=True)
    worker_reason = models.CharField(max_length=10, choices=Placement.End.choices, blank=True)
    employer = models.CharField(max_length=3, choices=Answer.choices, blank=True)
    employer_at = models.DateTimeField(null=True, blank=True)
    employer_reason = models.CharField(max_length=10, choices=Placement.End.choices, blank=True)
    hourly_cents = models.PositiveIntegerField(null=True, blank=True)  # what the person earns by now
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["placement", "days"]
        constraints = [
            models.UniqueConstraint(fields=["placement", "days"], name="check_in_once"),
            models.CheckConstraint(
                condition=~Q(state="retained") | ~Q(source="") & Q(settled_at__isnull=False),
                name="check_in_retained_says_by_whom",
                violation_error_message=_("Say who confirmed that the work goes on."),
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(state="asked"), name="check_in_waiting")]

    def __str__(self):
        return f"{self.placement_id} after {self.days}: {self.state}"

    def heard_of(self, side: str) -> str:
        """What this side said, or nothing yet."""
        return getattr(self, side)
