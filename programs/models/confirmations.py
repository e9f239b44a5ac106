from django.db import models

from accounts.models import Organization

from .people import Certification


class Confirmation(models.Model):
    """Whose word a declared certificate waits for: the person named who gave it, and agreed that these see it.

    It stands beside the certificate, for of millions few are declared.
    """

    certification = models.OneToOneField(Certification, models.CASCADE, related_name="confirmation")
    # A provider on this site; or the coalition, whose coordinators ask the school that is not.
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="confirmations")
    school = models.CharField(max_length=200, blank=True)  # its name, where it is not on this site
    wording = models.TextField()
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["asked_at", "pk"]

    def __str__(self):
        return f"{self.certification_id}: {self.organization_id}"
