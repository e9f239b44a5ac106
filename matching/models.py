"""Who was put before whom: one row for each pair that passes every gate, or would once a question is answered."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import TraineeProfile
from openings.models import Opening


class Bit(models.Model):
    """The bit that stands for a credential in the sets matching reads; given by the database, kept for ever."""

    credential_id = models.CharField(max_length=40, primary_key=True)  # also of one that was deleted since
    bit = models.SmallIntegerField(unique=True)

    class Meta:
        managed = False
        db_table = "matching_bit"
        ordering = ["bit"]

    def __str__(self):
        return f"{self.bit}: {self.credential_id}"


class Match(models.Model):
    """A trainee and an opening that were put before each other, with the reasons at the time.

    A row that no longer holds is kept and marked ended: what people were told stays explainable.
    """

    class State(models.TextChoices):
        FITS = "fits", _("passes every gate")
        ASK = "ask", _("fits once a question is answered")
        ENDED = "ended", _("no longer")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Both are found by the constraint and the index below; indexes of their own would only be more to write.
    trainee = models.ForeignKey(TraineeProfile, models.CASCADE, related_name="matches", db_index=False)
    opening = models.ForeignKey(Opening, models.CASCADE, related_name="matches", db_index=False)
    state = models.CharField(max_length=6, choices=State.choices)
    # See matching.rules.Gate; None until matching.why wrote them, and after that as they last stood.
    gates = models.JSONField(null=True)
    points = models.JSONField(default=dict)  # facts shown, never a hidden judge
    certified_on = models.DateField(null=True, blank=True)  # since when the person has all the credentials asked for
    since = models.DateTimeField(default=timezone.now)  # since when the pair fits
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
        indexes = [models.Index(fields=["opening", "state"])]

    def __str__(self):
        return f"{self.trainee_id} x {self.opening_id}: {self.state}"

    @property
    def distance(self):
        """Miles from home to work, or None."""
        tenths = self.points.get("tenths")
        return None if tenths is None else tenths / 10


class Run(models.Model):
    """One full rematch: when, how much it looked at, what it changed and why, or why it failed."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("went wrong")

    started_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    on = models.DateField()  # the day as of which everything was matched
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)
    attempts = models.PositiveSmallIntegerField(default=1)  # cut off, it is taken up again
    people = models.PositiveIntegerField(default=0)
    openings = models.PositiveIntegerField(default=0)
    passing = models.PositiveBigIntegerField(default=0)  # pairs that pass every gate
    near = models.PositiveBigIntegerField(default=0)  # pairs one credential short
    missed = models.JSONField(default=dict)  # wakes that were missed, see matching.nightly.Report
    changes = models.JSONField(default=dict)  # against the former lists, see matching.changes
    seconds = models.JSONField(default=dict)  # by phase
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", finished_at__isnull=True)
                | ~Q(state="running") & Q(finished_at__isnull=False),
                name="run_finished_has_a_time",
                violation_error_message=_("A run that ended needs the time it ended."),
            ),
        ]

    def __str__(self):
        return f"{self.on}: {self.state}"
