"""When a council meets, and what about."""

import uuid

from django.db import models

from accounts.speech import spoken

from .council import Council


class Meeting(models.Model):
    """One meeting of a council: when, where, and what about."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="meetings")
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=200)
    agenda_en = models.TextField(blank=True)
    agenda_es = models.TextField(blank=True)

    class Meta:
        ordering = ["starts_at"]

    def __str__(self):
        return f"{self.council_id} {self.starts_at:%Y-%m-%d}"

    @property
    def agenda(self):
        return spoken(self.agenda_en, self.agenda_es)
