"""Work that goes on for months: phases, and the milestones and deliverables in them."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.speech import spoken

from .council import Council
from .meeting import Meeting
from .resource import Resource


class InitiativeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Published ones of councils the reader sees; all, for those who take part, and coordinators."""
        from .. import policies

        if policies.is_coordinator(user):
            return self
        public = Q(council__is_public=True, is_public=True)
        return self.filter(public | Q(council__in=policies.councils_of(user)))


class Dated(models.Model):
    """A name in two languages, and a first and a last day."""

    name_en = models.CharField(_("name"), max_length=150)
    name_es = models.CharField(_("name in Spanish"), max_length=150, blank=True)
    summary_en = models.TextField(_("in short"), blank=True)
    summary_es = models.TextField(_("in short, in Spanish"), blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    @property
    def name(self):
        return spoken(self.name_en, self.name_es)

    @property
    def summary(self):
        return spoken(self.summary_en, self.summary_es)


class Initiative(Dated):
    """A piece of work of a council, with its phases."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="initiatives")
    is_public = models.BooleanField(_("everybody may read this"), default=False)
    is_example = models.BooleanField(default=False)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="initiative_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            )
        ]


class Phase(Dated):
    """One phase of it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="phases")

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="phase_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            )
        ]


class Milestone(models.Model):
    """Something to be reached or delivered by a day, and the meeting or paper it became."""

    class Kind(models.TextChoices):
        MILESTONE = "milestone", _("milestone")
        DELIVERABLE = "deliverable", _("deliverable")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    phase = models.ForeignKey(Phase, models.CASCADE, related_name="milestones")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.MILESTONE)
    name_en = models.CharField(_("name"), max_length=200)
    name_es = models.CharField(_("name in Spanish"), max_length=200, blank=True)
    due_on = models.DateField(_("due"))
    done_on = models.DateField(_("done"), null=True, blank=True)
    meeting = models.ForeignKey(
        Meeting, models.SET_NULL, null=True, blank=True, related_name="milestones", verbose_name=_("meeting")
    )
    resource = models.ForeignKey(
        Resource, models.SET_NULL, null=True, blank=True, related_name="milestones", verbose_name=_("paper or link")
    )

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self):
        return self.name

    @property
    def name(self):
        return spoken(self.name_en, self.name_es)
