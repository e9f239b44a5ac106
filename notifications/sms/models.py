"""What the channel remembers: texts that left and came in, open questions, codes, and what people want by text."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Text(models.Model):
    """One text that left, or was about to: what budgets count, and what the carrier said of it. Holds no words."""

    class Status(models.TextChoices):
        """The carrier's words, and our first one."""

        BEGUN = "begun", _("being handed over")
        QUEUED = "queued", _("with the carrier")
        SENT = "sent", _("on its way")
        DELIVERED = "delivered", _("arrived")
        UNDELIVERED = "undelivered", _("did not arrive")
        FAILED = "failed", _("not sent")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # in the carrier's callback
    # An answer to what a person wrote has none: it leaves in the answer to the carrier.
    delivery = models.OneToOneField("notifications.Delivery", models.CASCADE, null=True, blank=True, related_name="sms")
    number = models.CharField(max_length=20)
    sid = models.CharField(max_length=64, null=True, blank=True, unique=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.BEGUN)
    error = models.CharField(max_length=10, blank=True)
    segments = models.PositiveSmallIntegerField(default=1)
    begun_at = models.DateTimeField(default=timezone.now)
    # A try ended without an answer: the carrier may have it. Since when, until that is known.
    unsure_since = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # when the carrier last told of it

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["number", "begun_at"]), models.Index(fields=["begun_at"])]

    def __str__(self):
        return f"{self.status} to {self.number}"

    def begin_again(self, at) -> "Text":
        """The same words once more, as a new text: what the carrier still tells of the former one counts no longer."""
        self.public_id, self.sid, self.status, self.error = uuid.uuid4(), None, self.Status.BEGUN, ""
        self.begun_at, self.unsure_since, self.told_at = at, None, None
        self.save()
        return self


class Incoming(models.Model):
    """One text that came in: what it meant and what we answered. What else it said is not kept."""

    sid = models.CharField(max_length=64, unique=True)
    number = models.CharField(max_length=20, db_index=True)
    meaning = models.CharField(max_length=10, blank=True)
    reply = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.meaning or '?'} from {self.number}"


class Question(models.Model):
    """Something a text asked of a person, until they answer or it is too late."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="text_questions")
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=40)  # the notice's; who registered it knows what to do with an answer
    about = models.CharField(max_length=60)  # of what, in that room's words
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    answer = models.CharField(max_length=10, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "about"],
                condition=models.Q(answered_at__isnull=True),
                name="question_open_once",
            )
        ]
        indexes = [models.Index(fields=["number", "expires_at"])]

    def __str__(self):
        return f"{self.kind} {self.about}"


class Unsettled(models.Model):
    """An answer that fits several questions, while we wait to hear which one was meant."""

    number = models.CharField(max_length=20, unique=True)
    answer = models.CharField(max_length=10, blank=True)
    questions = ArrayField(models.BigIntegerField())  # in the order of their letters
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "unsettled answers"

    def __str__(self):
        return f"{self.number}: {self.answer}?"


class PhoneCode(models.Model):
    """A code sent to a number to see whose it is. Only its digest is kept; every one counts against pumping."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="phone_codes")
    number = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["number", "sent_at"]), models.Index(fields=["sent_at"])]

    def __str__(self):
        return f"code to {self.number}"


class TextTopics(models.Model):
    """What a person wants to hear of by text. Without a row, what TOPICS_BY_TEXT says."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="text_topics")
    topics = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "text topics"

    def __str__(self):
        return f"{self.user_id}: {', '.join(self.topics)}"


class ConsoleText(models.Model):
    """What the pretended phones of the demo show. Only the console gateway writes it."""

    number = models.CharField(max_length=20)
    from_phone = models.BooleanField(default=False)
    body = models.TextField()
    sid = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["number", "at"])]

    def __str__(self):
        return f"{self.number}: {self.body[:30]}"
