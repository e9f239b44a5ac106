import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .referrals import Referral


class Appointment(models.Model):
    """When and where an interview or a trial day is. Changed, it is the same entry in everybody's calendar."""

    class Kind(models.TextChoices):
        INTERVIEW = "interview", _("Interview")
        TRIAL = "trial", _("Trial day")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="appointments")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    zone = models.CharField(max_length=40)  # in whose hours it was said: "America/Los_Angeles"
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)
    # How often it was changed, as calendars count (RFC 5545, SEQUENCE).
    sequence = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "kind"], name="appointment_once_per_kind"),
            models.CheckConstraint(
                condition=~Q(place="", link=""),
                name="appointment_has_a_place",
                violation_error_message=_("Say where: a place, or a link for a call."),
            ),
        ]

    def __str__(self):
        return f"{self.kind} of {self.referral_id}"
