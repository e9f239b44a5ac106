"""The bodies themselves, and their seats by constituency."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.speech import spoken


class Council(models.Model):
    """A standing body of workers, unions or partners."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name_en = models.CharField(max_length=150, unique=True)
    name_es = models.CharField(max_length=150, blank=True)
    purpose_en = models.TextField()
    purpose_es = models.TextField(blank=True)
    is_example = models.BooleanField(default=False)

    class Meta:
        ordering = ["name_en"]

    def __str__(self):
        return self.name

    @property
    def name(self):
        return spoken(self.name_en, self.name_es)

    @property
    def purpose(self):
        return spoken(self.purpose_en, self.purpose_es)


class Seat(models.Model):
    """A seat for one constituency; without a holder it is vacant, and shown so."""

    class Constituency(models.TextChoices):
        WORKER = "worker", _("workers")
        UNION = "union", _("unions")
        EMPLOYER = "employer", _("employers")
        COMMUNITY = "community", _("community organizations")
        EDUCATION = "education", _("schools and training providers")
        BOARD = "board", _("workforce board")

    council = models.ForeignKey(Council, models.CASCADE, related_name="seats")
    constituency = models.CharField(max_length=10, choices=Constituency.choices)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="seats")
    term_ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["council_id", "constituency", "pk"]

    def __str__(self):
        return f"{self.constituency} of {self.council_id}"
