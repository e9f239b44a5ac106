"""Work on offer: a job, an apprenticeship intake, a dispatch call, one model; and its institution's order."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import policies as accounts
from accounts.models import Organization, TraineeProfile
from accounts.models.people import Language, License, Shift, zip_validator
from accounts.speech import spoken
from programs.models import Credential, Occupation


class OpeningQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state="published")

    def visible_to(self, user):
        """Everybody sees what is or was published; a draft only its organization's people and coordinators."""
        if accounts.is_coordinator(user):
            return self
        own = Q(organization__in=[organization.pk for organization in accounts.organizations_of(user)])
        return self.filter(~Q(state="draft") | own)


class Opening(models.Model):
    """What an employer, union local or sponsor offers. Without a wage it cannot be published."""

    class Kind(models.TextChoices):
        JOB = "job", _("Job")
        INTAKE = "intake", _("Apprenticeship intake")
        DISPATCH = "dispatch", _("Dispatch call")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("open")
        CLOSED = "closed", _("closed")

    class OrderRule(models.TextChoices):
        WAITING = "waiting", _("Longest waiting since certified")
        RANKED = "ranked", _("Ranked list")
        FIFO = "fifo", _("First in, first out, by registration")
        LOTTERY = "lottery", _("Lottery")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    external_id = models.CharField(max_length=80, blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="openings")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    title_es = models.CharField(_("title in Spanish"), max_length=200, blank=True)
    description = models.TextField(_("what the work is"), blank=True)
    description_es = models.TextField(_("what the work is, in Spanish"), blank=True)
    occupation = models.ForeignKey(
        Occupation, models.PROTECT, related_name="openings", verbose_name=_("trade"), null=True, blank=True
    )
    zip = models.CharField(_("ZIP code of the work"), max_length=5, blank=True, validators=[zip_validator])
    place = models.CharField(_("place"), max_length=200, blank=True)  # as a sheet wrote it, when there is no ZIP code
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    seats = models.PositiveSmallIntegerField(_("how many people"), default=1, validators=[MinValueValidator(1)])
    # Hourly, in cents; the origin says how an annual or daily figure became hourly.
    wage_min_cents = models.PositiveIntegerField(_("hourly pay from"), null=True, blank=True)
    wage_max_cents = models.PositiveIntegerField(_("hourly pay to"), null=True, blank=True)
    wage_origin = models.CharField(max_length=120, blank=True)  # "51907.68-54580.32 a year / 2080 h"
    benefits = models.CharField(_("benefits"), max_length=300, blank=True)
    shifts = ArrayField(
        models.CharField(max_length=10, choices=Shift.choices), verbose_name=_("shifts"), default=list, blank=True
    )
    license = models.CharField(_("driver's license"), max_length=1, choices=License.choices, default="", blank=True)
    languages = ArrayField(
        models.CharField(max_length=5, choices=Language.choices),
        verbose_name=_("languages needed"),
        default=list,
        blank=True,
    )
    opens_on = models.DateField(_("open from"), null=True, blank=True)
    closes_on = models.DateField(_("open until"), null=True, blank=True)
    starts_on = models.DateField(_("work starts"), null=True, blank=True)
    # An intake's own days: when papers are handed in, the test, the interviews; and where.
    documents_by = models.DateField(_("documents until"), null=True, blank=True)
    documents_place = models.CharField(_("where to hand in"), max_length=200, blank=True, default="", db_default="")
    test_on = models.DateField(_("test"), null=True, blank=True)
    test_place = models.CharField(_("where the test is"), max_length=200, blank=True, default="", db_default="")
    interview_on = models.DateField(_("interviews from"), null=True, blank=True)
    interview_place = models.CharField(
        _("where the interviews are"), max_length=200, blank=True, default="", db_default=""
    )
    # A dispatch call's own: when and where to report on the first day.
    report_at = models.TimeField(_("time to report"), null=True, blank=True)
    report_place = models.CharField(_("where to report"), max_length=200, blank=True, default="", db_default="")
    order_rule = models.CharField(
        _("order of people"), max_length=10, choices=OrderRule.choices, default=OrderRule.WAITING
    )
    lottery_seed = models.CharField(max_length=64, blank=True)
    # Words that only a law or a contract lets stand (wording/), the words it was said about, one a line. On the page.
    needed_by = models.CharField(
        _("the law, contract or rule that asks for it"), max_length=300, blank=True, default="", db_default=""
    )
    answered = models.TextField(blank=True, default="", db_default="")
    contact = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)
    source = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = OpeningQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=~Q(external_id=""),
                name="opening_once_per_organization",
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(wage_min_cents__gt=0, published_at__isnull=False, occupation__isnull=False) & ~Q(zip=""),
                name="opening_published_is_complete",
                violation_error_message=_(
                    "An opening needs its wage, its trade and its ZIP code before it is published."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="opening_closed_has_a_time",
                violation_error_message=_("A closed opening needs the time it was closed."),
            ),
            models.CheckConstraint(
                condition=Q(wage_max_cents__isnull=True) | Q(wage_max_cents__gte=models.F("wage_min_cents")),
                name="opening_wage_to_is_not_below_from",
                violation_error_message=_("The higher pay is below the lower one."),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(opens_on__isnull=True) | Q(closes_on__gte=models.F("opens_on")),
                name="opening_closes_after_it_opens",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(order_rule="lottery") | ~Q(state="published") | ~Q(lottery_seed=""),
                name="opening_lottery_has_a_seed",
                violation_error_message=_("A lottery needs its seed before it is published."),
            ),
        ]
        indexes = [
            GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="opening_title_trgm"),
            models.Index(fields=["state", "occupation"]),
        ]

    def __str__(self):
        return self.title

    @property
    def name(self):
        return spoken(self.title, self.title_es)

    @property
    def name_language(self):
        return "es" if get_language() == "es" and self.title_es else "en"

    @property
    def text(self):
        return spoken(self.description, self.description_es)


class Requirement(models.Model):
    """A credential an opening asks for: required, one of a group, or preferred."""

    class Kind(models.TextChoices):
        REQUIRED = "required", _("required")
        ANY_OF = "any_of", _("one of these")
        PREFERRED = "preferred", _("preferred")

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="requirements")
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.REQUIRED)
    group = models.PositiveSmallIntegerField(default=0)  # any-of requirements of one number are one group

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["opening", "credential", "kind", "group"], name="requirement_once"),
            models.CheckConstraint(
                condition=Q(kind="any_of", group__gt=0) | (~Q(kind="any_of") & Q(group=0)),
                name="requirement_group_only_for_any_of",
                violation_error_message=_("Only 'one of these' requirements belong to a group."),
            ),
        ]

    def __str__(self):
        return f"{self.opening_id}: {self.kind} {self.credential_id}"


class ListPlace(models.Model):
    """A person's place on an institution's own list: when they registered, and their rank where the list is ranked."""

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="places")
    trainee = models.ForeignKey(TraineeProfile, models.CASCADE, related_name="places")
    registered_at = models.DateTimeField(default=timezone.now)
    rank = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["opening", "trainee"], name="place_once")]

    def __str__(self):
        return f"{self.opening_id}: {self.trainee_id}"
