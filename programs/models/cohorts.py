import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Language, zip_validator

from .catalogue import Program


class CohortQuerySet(models.QuerySet):
    def coming(self, on):
        """Not cancelled, and starting on the day or later."""
        return self.filter(starts_on__gte=on).exclude(state=Cohort.State.CANCELLED)

    def past(self, on):
        """Began before the day."""
        return self.filter(starts_on__lt=on)


class Cohort(models.Model):
    """One class of a program: when it starts, where, at what hours, in which languages, and whether it has places."""

    class State(models.TextChoices):
        PLANNED = "planned", _("takes people later")
        OPEN = "open", _("takes people now")
        FULL = "full", _("full")
        CANCELLED = "cancelled", _("cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="cohorts", verbose_name=_("program"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    apply_by = models.DateField(_("apply by"), null=True, blank=True)
    seats = models.PositiveSmallIntegerField(_("places"), null=True, blank=True)
    # Where it is held when that is not where the program is; its point comes with it.
    zip = models.CharField(_("ZIP code"), max_length=5, blank=True, validators=[zip_validator])
    city = models.CharField(_("city"), max_length=60, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    schedule = models.CharField(_("days and hours"), max_length=120, blank=True)  # "Mon-Thu 5:30-9 pm"
    languages = ArrayField(  # empty: not said
        models.CharField(max_length=5, choices=Language.choices),
        verbose_name=_("taught in"),
        default=list,
        blank=True,
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    is_example = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="cohort_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(apply_by__isnull=True) | Q(apply_by__lte=F("starts_on")),
                name="cohort_apply_by_before_it_starts",
                violation_error_message=_("The last day to apply is after the class starts."),
            ),
            models.CheckConstraint(
                condition=Q(seats__isnull=True) | Q(seats__gt=0),
                name="cohort_seats_at_least_one",
                violation_error_message=_("A class has at least one place. Leave it empty when you do not know yet."),
            ),
            models.CheckConstraint(
                condition=Q(zip="", latitude__isnull=True, longitude__isnull=True)
                | (~Q(zip="") & Q(latitude__isnull=False, longitude__isnull=False)),
                name="cohort_zip_has_its_point",
                violation_error_message=_("A class with its own ZIP code needs the place of that ZIP code."),
            ),
        ]
        indexes = [models.Index(fields=["starts_on", "program"])]

    def __str__(self):
        return f"{self.program}: {self.starts_on}"

    @property
    def place(self) -> tuple[str, str]:
        """(city, ZIP code) of where it is held: its own, else the program's; a ZIP guessed from a city is not told."""
        if self.zip:
            return self.city, self.zip
        return self.program.city, "" if self.program.zip_is_city else self.program.zip

    @property
    def taught_in(self) -> list[str]:
        """The names of the languages it is taught in."""
        return [Language(code).label for code in self.languages]
