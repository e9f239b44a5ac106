import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization

from .referrals import Referral


class Comment(models.Model):
    """What somebody wrote about a referral, for whom they chose; deleted, it is empty."""

    class Audience(models.TextChoices):
        OURS = "ours", _("Only my organization")
        PARTNERS = "partners", _("The employer or hall, and coordinators")
        ALL = "all", _("Everybody on this case, the person included")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    # For whom the author wrote; nobody for the person themselves.
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    text = models.CharField(max_length=1000)
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(audience="ours") | Q(organization__isnull=False),
                name="comment_for_ours_has_an_organization",
                violation_error_message=_("Only somebody of an organization can write to it alone."),
            ),
        ]

    def __str__(self):
        return f"{self.audience} on {self.referral_id}"
