"""The post office: what a person was told (Notice), how it left (Delivery), how often they want to hear."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One thing one person was told: the in-app inbox. The words are made at reading, in the reader's language."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)  # names the templates notices/<kind>.*
    topic = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    path = models.CharField(max_length=300, blank=True)  # where the notice leads, on this site
    # (person, event, rung): the same thing is never told twice.
    once_key = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "once_key"], name="notice_told_once")]
        indexes = [models.Index(fields=["user", "-created_at"])]

    def __str__(self):
        return f"{self.kind} to {self.user_id}"


class Delivery(models.Model):
    """One message on its way to one address. Claimed, committed, sent, recorded, in that order."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        WAITING = "waiting", _("waiting for the digest")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        WITHHELD = "withheld", _("withheld")

    notice = models.ForeignKey(Notice, models.CASCADE, null=True, blank=True, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="deliveries")
    address = models.CharField(max_length=254)
    # Letters that are not notices (a sign-in code) carry their own words.
    letter = models.JSONField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=120, unique=True)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=["queued", "waiting", "sending"]), name="delivery_open"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="delivery_sent_has_a_time",
                violation_error_message=_("A sent message needs the time it was sent."),
            ),
            models.CheckConstraint(
                condition=Q(notice__isnull=False) | Q(letter__isnull=False),
                name="delivery_has_something_to_say",
                violation_error_message=_("A message needs a notice or a text."),
            ),
        ]

    def __str__(self):
        return f"{self.state} to {self.address}"


class Preference(models.Model):
    """How often a person wants mail about a topic. The inbox always has everything."""

    class Frequency(models.TextChoices):
        NOW = "now", _("at once")
        DAILY = "daily", _("once a day")
        WEEKLY = "weekly", _("once a week")
        OFF = "off", _("not by email")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    topic = models.CharField(max_length=20)
    frequency = models.CharField(max_length=10, choices=Frequency.choices, default=Frequency.NOW)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="preference_once_per_topic")]

    def __str__(self):
        return f"{self.user_id} {self.topic}: {self.frequency}"
