import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User


class EntryLink(models.Model):
    """A link that lets one person in once; only its digest is kept. The command line makes it, nothing else."""

    user = models.ForeignKey(User, models.CASCADE, related_name="entry_links")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"link for {self.user}"


class FactorRestore(models.Model):
    """A person lost their second step: one coordinator asks, another one agrees, and both stay on record."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="factor_restores")
    checked = models.CharField(_("how you made sure who it is"), max_length=300)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    # Refused by a colleague or stopped by the person themselves.
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(agreed_at__isnull=True, ended_at__isnull=True),
                name="factor_restore_open_once",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | Q(asked_by__isnull=True) | ~Q(agreed_by=F("asked_by")),
                name="factor_restore_takes_two_people",
                violation_error_message=_("Somebody else has to agree."),
            ),
        ]

    def __str__(self):
        return f"restore {self.user}"
