"""The minutes of a meeting as a paper: drafted on the agenda's items, approved at a later meeting, then frozen."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .meeting import Meeting


class Minutes(models.Model):
    """From the approval on the text is kept whole, with its hash; the database refuses any change of it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        READY = "ready", _("ready to be approved")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", pgettext_lazy("of minutes", "published")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="paper")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    ready_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_in = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="approves")
    published_at = models.DateTimeField(null=True, blank=True)
    content = models.JSONField(null=True, blank=True)  # what was approved: items with their texts, decisions, who sat
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["meeting_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "ready"])
                | Q(approved_at__isnull=False, approved_in__isnull=False, content__isnull=False) & ~Q(content_hash=""),
                name="minutes_approved_are_whole",
                violation_error_message=_("Approved minutes need the meeting that approved them."),
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="minutes_published_have_a_time",
                violation_error_message=_("Published minutes need the time of their publication."),
            ),
        ]

    def __str__(self):
        return f"minutes of {self.meeting_id}: {self.state}"

    @property
    def is_frozen(self) -> bool:
        return self.state in (self.State.APPROVED, self.State.PUBLISHED)
