from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Erasure, Guardian, Organization

from .people import Certification


class ConfirmationQuerySet(models.QuerySet):
    def shared(self):
        """Those by which whoever was asked may read the name at this moment: while the answer is open.

        Not while the person asks to be erased; of somebody under 18 only while a parent or guardian agrees to words
        that name schools.
        """
        leaving = Erasure.objects.filter(person=OuterRef("certification__trainee__user__public_id"), done_at=None)
        parent = Guardian.objects.naming_schools().filter(user=OuterRef("certification__trainee__user"))
        return self.filter(
            ~Exists(leaving),
            Q(certification__trainee__is_minor=False) | Exists(parent),
            certification__state=Certification.State.RECORDED,
            certification__trainee__user__is_active=True,
        )


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
    rung = models.PositiveSmallIntegerField(default=0, db_default=0)  # reminders of a word that is late

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]

    def __str__(self):
        return f"{self.certification_id}: {self.organization_id}"
