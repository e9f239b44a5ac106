"""The post office: what a person was told (Notice), how it left (Delivery), where it may go (Address), how often they
want to hear (Preference), and what somebody has to do about it (Task)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One thing one person was told: the in-app inbox. The words are made at reading, in the reader's language."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(max_length=40)  # names the templates notices/<kind>.*
    topic = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    path = models.CharField(max_length=300, blank=True)  # where the notice leads, on this site
    # (person, event, rung): the same thing is never told twice. The rung is 0 for the news itself, 1 for the first
    # reminder of it, and so on.
    once_key = models.CharField(max_length=120)  # names the event
    rung = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "once_key", "rung"], name="notice_told_once")]
        indexes = [models.Index(fields=["user", "-created_at"])]

    def __str__(self):
        return f"{self.kind} to {self.user_id}"


class Way(models.TextChoices):
    """By which way a message leaves the site."""

    EMAIL = "email", _("email")
    SMS = "sms", _("text message")


class Delivery(models.Model):
    """One message on its way to one address. Claimed, committed, sent, recorded, in that order."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        BOUNCED = "bounced", _("came back")
        WITHHELD = "withheld", _("not sent")

    class Reason(models.TextChoices):
        """Why a message is not sent, or not yet. The words suit the person and the staff alike."""

        # Waiting, and leaves by itself
        QUIET = "quiet", _("It is night. It leaves in the morning.")
        CAP = "cap", _("There were many messages that day. It comes in one message the next morning.")
        LATER = "later", _("The other side asked us to try later. We try again by ourselves.")
        AWAY = "away", _("The other side could not be reached. We try again by ourselves.")
        # Not sent
        CONSENT = "consent", _("The agreement this message needs was taken back.")
        PREFERENCE = "preference", _("Messages about this are turned off.")
        PAST = "past", _("It was no longer so when it was about to leave.")
        CLOSED = "closed", _("The account is closed.")
        ADDRESS = "address", _("The address or number does not take our messages.")
        BUDGET = "budget", _("What may be spent on text messages is used up.")
        COUNTRY = "country", _("We do not send text messages to this country.")
        STOPPED = "stopped", _("The person answered STOP.")
        ABORTED = "aborted", _("Our staff stopped it.")
        # Failed or came back
        REFUSED = "refused", _("The other side refused it for good.")
        EXPIRED = "expired", _("It could not be handed over for two days.")
        COMPLAINT = "complaint", _("It was reported as unwanted.")

    # Found by the constraint below; an index of its own would only be one more to write.
    notice = models.ForeignKey(Notice, models.CASCADE, null=True, blank=True, related_name="deliveries", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="deliveries")
    channel = models.CharField(max_length=5, choices=Way.choices, default=Way.EMAIL)
    address = models.CharField(max_length=254)
    # Letters that are not notices (a sign-in code) carry their own words.
    letter = models.JSONField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    error = models.CharField(max_length=300, blank=True)  # what the other side said, for staff
    message_id = models.CharField(max_length=120)
    # Under which Message-ID it left (a digest leaves under that of its first), and what the provider calls it.
    sent_as = models.CharField(max_length=120, blank=True)
    provider_id = models.CharField(max_length=150, blank=True)
    # Held until the morning: leaves in one message with whatever else was held for the person.
    held = models.BooleanField(default=False)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)  # the provider's receipt, where there is one

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=["queued", "waiting", "sending"]), name="delivery_open"
            ),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="delivery_by_provider_id"),
            models.Index(fields=["channel", "address"], name="delivery_by_address"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["message_id"], name="delivery_message_id_once"),
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
            models.UniqueConstraint(
                fields=["notice", "channel"], condition=Q(notice__isnull=False), name="delivery_once_per_way"
            ),
        ]

    def __str__(self):
        return f"{self.state} to {self.address}"


class Address(models.Model):
    """What we learned of an address or number by writing to it. One that is not here was never refused."""

    class State(models.TextChoices):
        OK = "ok", _("takes our messages")
        REFUSED = "refused", _("refuses our messages")
        STOPPED = "stopped", _("wants no messages")

    channel = models.CharField(max_length=5, choices=Way.choices)
    address = models.CharField(max_length=254)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OK)
    since = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300, blank=True)  # what the other side said

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "addresses"
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="address_once_per_way")]

    def __str__(self):
        return f"{self.address}: {self.state}"


class Task(models.Model):
    """Something a person of the staff has to do. Its words are made at reading, by kind, like a notice's."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    topic = models.CharField(max_length=20)
    # Whose it is: this person's; else this organization's; else the coalition's.
    organization = models.ForeignKey(
        "accounts.Organization", models.CASCADE, null=True, blank=True, related_name="tasks"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="owned_tasks"
    )
    # What it is about, by row number: it may be a record of a room downstream of this one.
    about_type = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict)
    path = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True, blank=True)
    once_key = models.CharField(max_length=160, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    # Nobody, when the reason for it went away by itself.
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="done_tasks"
    )

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(done_at__isnull=True), name="task_open_of_owner"),
            models.Index(
                fields=["organization", "due_on"], condition=Q(done_at__isnull=True), name="task_open_of_organization"
            ),
            models.Index(fields=["about_type", "about_id"], name="task_about"),
        ]

    def __str__(self):
        return f"{self.kind} ({self.once_key})"


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


# The text messages keep their own tables in their own module; Django looks for models here.
from .sms import models as sms_models  # noqa: E402, F401
