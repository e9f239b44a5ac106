from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization


class Pace(models.Model):
    """How an employer or hall answers: how many people it can review a week, and when it is reminded."""

    organization = models.OneToOneField(Organization, models.CASCADE, related_name="pace")
    weekly = models.PositiveSmallIntegerField(_("people a week"), null=True, blank=True)  # None: as many as come
    # Days after which it is reminded; with the last, a coordinator takes over. Empty: the usual ones.
    days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekly__isnull=True) | Q(weekly__gt=0),
                name="pace_lets_somebody_through",
                violation_error_message=_("At least one person a week. To take nobody, close the opening."),
            ),
        ]

    def __str__(self):
        return f"{self.organization_id}: {self.weekly} a week"
