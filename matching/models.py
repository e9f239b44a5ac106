"""Who fits what: one row for each pair that passes every gate or is one credential away, with its reasons."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import TraineeProfile
from openings.models import Opening
from programs.models import Credential


class Bit(models.Model):
    """The bit that stands for a credential in the sets matching reads; made by matching/sql/project.sql, kept for ever."""

    credential = models.OneToOneField(Credential, models.DO_NOTHING, primary_key=True, related_name="+")
    bit = models.SmallIntegerField(unique=True)

    class Meta:
        managed = False
        db_table = "matching_bit"
        ordering = ["bit"]

    def __str__(self):
        return f"{self.bit}: {self.credential_id}"


class Match(models.Model):
    """A trainee and an opening that belong together, derived from facts and rebuilt at any time.

    A row that no longer holds is kept and marked ended: what people were told stays explainable.
    """

    class State(models.TextChoices):
        FITS = "fits", _("passes every gate")
        ASK = "ask", _("fits once a question is answered")
        NEAR = "near", _("one step away")
        ENDED = "ended", _("no longer")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(TraineeProfile, models.CASCADE, related_name="matches")
    opening = models.ForeignKey(Opening, models.CASCADE, related_name="matches")
    state = models.CharField(max_length=6, choices=State.choices)
    # The credentials any one of which would complete a near match: one, or the members of one any-of group.
    missing = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    gates = models.JSONField(default=list)  # see matching.rules.Gate
    points = models.JSONField(default=dict)  # facts shown, never a hidden judge
    certified_on = models.DateField(null=True, blank=True)  # since when the person has all the credentials asked for
    since = models.DateTimeField(default=timezone.now)  # since when the pair fits, or is near
    ended_at = models.DateTimeField(null=True, blank=True)
    trainee_told_at = models.DateTimeField(null=True, blank=True)
    hirer_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "matches"
        constraints = [
            models.UniqueConstraint(fields=["trainee", "opening"], name="match_once_per_pair"),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_at__isnull=False),
                name="match_ended_has_a_time",
                violation_error_message=_("A match that ended needs the time it ended."),
            ),
        ]
        indexes = [models.Index(fields=["opening", "state"]), models.Index(fields=["trainee", "state"])]

    def __str__(self):
        return f"{self.trainee_id} x {self.opening_id}: {self.state}"

    @property
    def distance(self):
        """Miles from home to work, or None."""
        tenths = self.points.get("tenths")
        return None if tenths is None else tenths / 10
