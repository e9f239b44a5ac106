import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .consent import Consent
from .organizations import Organization
from .people import User


class Assistance(models.Model):
    """Somebody of the staff acts for a person who agreed, for the time they sit or speak together."""

    class How(models.TextChoices):
        """How the person agreed to it."""

        TAP = "tap", _("by their own tap")
        HERE = "here", _("aloud, sitting together")
        PHONE = "phone", _("aloud, on the phone")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, models.CASCADE, related_name="assisted")
    helper = models.ForeignKey(User, models.CASCADE, related_name="assists")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    consent = models.ForeignKey(Consent, models.CASCADE, related_name="+")  # taken back, it ends this at once
    how = models.CharField(max_length=5, choices=How.choices)
    language = models.CharField(max_length=5)  # in which the words were read
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()  # by itself
    ended_at = models.DateTimeField(null=True, blank=True)  # by a tap

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("helper")),
                name="assistance_is_for_somebody_else",
                violation_error_message=_("Nobody acts for themselves."),
            ),
            models.UniqueConstraint(
                fields=["helper"], condition=Q(ended_at__isnull=True), name="assistance_of_one_at_a_time"
            ),
        ]

    def __str__(self):
        return f"{self.helper_id} for {self.person_id}"
