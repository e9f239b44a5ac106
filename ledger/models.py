"""Who did what, when: the append-only ledger, and the handoffs by which one room's fact wakes another."""

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing that happened. Rows are only ever added: the database refuses UPDATE, DELETE and TRUNCATE, by a trigger
    that no session can switch off and by privileges that even the table's owner has given up (docs/ledger.md).

    There are no foreign keys, so that erasing a person or a record never has to touch history.
    """

    kind = models.CharField(max_length=60)  # "certification.verified"
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, blank=True)  # None: the system itself
    organization_id = models.BigIntegerField(null=True, blank=True)  # for whom the actor acted
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"]),
            models.Index(fields=["kind", "at"], name="event_of_kind"),  # what happened in a time: the measures, today
            models.Index(models.F("facts__trainee"), name="event_of_trainee"),  # what happened to one person
        ]

    def __str__(self):
        return f"{self.kind} {self.subject_type} {self.subject_id}"


class Handoff(models.Model):
    """An event that a room asked to hear of, until that room has dealt with it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        PARKED = "parked", _("parked")

    event_id = models.BigIntegerField()
    room = models.CharField(max_length=30)
    kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["event_id", "room"], name="handoff_once_per_room"),
            models.CheckConstraint(
                condition=models.Q(state="done", done_at__isnull=False) | ~models.Q(state="done"),
                name="handoff_done_has_a_date",
                violation_error_message=_("A finished handoff needs the time it was finished."),
            ),
        ]
        indexes = [
            models.Index(fields=["room", "due_at"], condition=models.Q(state="waiting"), name="handoff_waiting"),
            models.Index(fields=["id"], condition=models.Q(state="parked"), name="handoff_parked"),
        ]

    def __str__(self):
        return f"{self.kind} -> {self.room} ({self.state})"

    @cached_property
    def event(self) -> Event:
        return Event.objects.get(pk=self.event_id)


class Heartbeat(models.Model):
    """When each background process was last seen alive, by what it does: one row per process and work."""

    kind = models.CharField(max_length=20)  # what it does: "worker", "sender", "beat", "watch"
    process = models.CharField(max_length=120)  # who does it: "worker@host"
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "process"]
        constraints = [models.UniqueConstraint(fields=["kind", "process"], name="heartbeat_once_per_process")]

    def __str__(self):
        return f"{self.kind}: {self.process}"


class Turn(models.Model):
    """When each periodic job was last begun and ended, so that a bell rung twice, or never, does no harm."""

    job = models.CharField(max_length=40, unique=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # of the last that went well
    leased_until = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=120, blank=True)  # the process that took it
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["job"]

    def __str__(self):
        return self.job
