"""Spreadsheets that came in: the batch, its rows, and what each row made, so that a batch can be taken back."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A coordinator sees every batch but those of another coalition's coordinators, who may bring in what was
        shared with theirs alone; staff see those of the organizations they act for."""
        from accounts import policies
        from accounts.models import Membership

        if not user.is_authenticated:
            return self.none()
        if policies.is_coordinator(user):
            mine = policies.organizations_of(user)
            coordinators = Membership.objects.coordinating()
            others = coordinators.exclude(user__in=coordinators.filter(organization__in=mine).values("user"))
            return self.exclude(by__in=others.values("user"))
        return self.filter(organization__in=policies.organizations_of(user))


class Batch(models.Model):
    """One sheet that was looked at (previewed), brought in, or taken back."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("looked at, not saved")
        IMPORTED = "imported", _("brought in")
        UNDONE = "undone", _("taken back")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20)  # "completers", "programs", "openings"
    organization = models.ForeignKey("accounts.Organization", models.CASCADE, null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    file_name = models.CharField(max_length=200)
    # The sheet as read, kept while it is only previewed so that "save" needs no second upload; emptied afterwards.
    sheet = models.JSONField(null=True, blank=True)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)  # {"people_agreed": true, "publish": false, "helped": 7}
    problems = models.JSONField(default=list)  # of the sheet as a whole; see imports.problems.Problem
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEWED)
    counts = models.JSONField(default=dict)  # {"new": 3, "changed": 1, "same": 8, "question": 1, "refused": 2}
    created_at = models.DateTimeField(default=timezone.now)
    imported_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "batches"

    def __str__(self):
        return f"{self.kind}: {self.file_name}"


class Row(models.Model):
    """One line of a batch and what became of it."""

    class Outcome(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        SAME = "same", _("nothing new")
        QUESTION = "question", _("question for a person")
        REFUSED = "refused", _("refused")

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    # [{"column": "zip", "code": "zip", "value": "9233"}]: turned into a sentence in the reader's language.
    # A question's first problem names those it may be: {"code": "known_person", "params": {"candidates": [4]}}.
    problems = models.JSONField(default=list)
    values = models.JSONField(default=dict)  # the row as mapped; emptied when the question is answered
    # What the row made or changed: [{"model": "programs.certification", "pk": 4, "made": true, "before": {...}}]
    effects = models.JSONField(default=list)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["batch_id", "line"]
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="row_line_once")]

    def __str__(self):
        return f"{self.batch_id}:{self.line}"
