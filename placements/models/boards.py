import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, TraineeProfile


class Waiting(models.Model):
    """One person who is certified and not placed, as the board lists them. Derived, and rebuilt at any time.

    What the rules say of a person takes a moment to ask, so it is asked when something about them changes
    (placements/boards/waiting.py) and not of thousands for every page. Who is shown is looked at again at reading.
    """

    trainee = models.OneToOneField(TraineeProfile, models.CASCADE, primary_key=True, related_name="waiting")
    since = models.DateField()  # the day of the first certificate that counts
    block = models.CharField(max_length=8)  # a key of placements.queries.BLOCKS
    county = models.CharField(max_length=60, blank=True)
    # For whom one certificate is missing: the keys of those, any one of which would open something.
    missing = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["since", "pk"]
        indexes = [
            models.Index(fields=["since", "trainee"], name="waiting_longest_first"),
            models.Index(fields=["block", "since", "trainee"], name="waiting_by_block"),
            models.Index(fields=["checked_at"], name="waiting_checked"),
        ]

    def __str__(self):
        return f"{self.trainee_id}: {self.block} since {self.since}"


class SavedView(models.Model):
    """The filters of a board under a name: one's own, or one's organization's as well."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    board = models.CharField(max_length=20)  # the name of its address
    name = models.CharField(_("name of the view"), max_length=60)
    query = models.CharField(max_length=500, blank=True)  # as it stands in the address
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "board", "name"],
                name="view_name_once",
                violation_error_message=_("You have a view of this name already."),
            ),
        ]

    def __str__(self):
        return f"{self.board}: {self.name}"


class BulkChange(models.Model):
    """One thing done to many rows of a board at once, with what was there before, so that it can be undone."""

    class What(models.TextChoices):
        OWNER = "owner", _("gave the next step to somebody")
        LATER = "later", _("put the due date off")
        REMIND = "remind", _("sent a reminder")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    what = models.CharField(max_length=8, choices=What.choices)
    # [{"type": "referral", "id": 7, "before": 3, "after": 9}]: row numbers, and days as texts.
    rows = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    # Reminders leave a minute later, so that an undo comes before them.
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["by", "-at"], name="bulk_change_latest"),
            models.Index(
                fields=["at"],
                condition=models.Q(what="remind", sent_at__isnull=True, undone_at__isnull=True),
                name="bulk_change_to_send",
            ),
        ]

    def __str__(self):
        return f"{self.what}: {len(self.rows)}"
