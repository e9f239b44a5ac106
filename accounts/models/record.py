import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from .organizations import Organization
from .people import User


class RecordView(models.Model):
    """Somebody opened a page that shows a person: one row for each viewer, purpose and day."""

    class Purpose(models.TextChoices):
        LIST = "list", _("saw your name in the list of an opening you said yes to")
        REFERRAL = "referral", _("opened your yes: your contact or certificates")
        # Until it was told apart, also of whoever was only asked to confirm.
        CERTIFICATES = "certificates", _("saw a certificate of yours in their list")
        GRADUATE = "graduate", _("saw your certificates as your training provider")
        CONFIRM = "confirm", _("saw a certificate of yours that you asked them to confirm")
        BOARD = "board", _("saw you in the list of people who look for work")
        FOUND = "found", _("found you by your name, email or phone")
        RECORD = "record", _("opened your record")
        MESSAGES = "messages", _("read which messages we sent you")
        EXPORT = "export", _("took a copy of your record")
        ASSISTED = "assisted", _("acted for you, as you agreed")
        TASKS = "tasks", _("saw you in a list of things to do")
        SHEET = "sheet", _("saw you in a spreadsheet they brought in")
        # Both in a list; until it was told apart also opened.
        REQUEST = "request", _("saw your request to act for an organization")
        PLACE = "place", _("saw your request for a place in a class")
        REQUEST_READ = "request_read", _("opened your request to act for an organization")
        PLACE_READ = "place_read", _("opened your request for a place in a class: your name and contact")

    person = models.ForeignKey(User, models.CASCADE, related_name="seen_by")
    viewer = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    organization = models.ForeignKey(Organization, models.SET_NULL, null=True, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    day = models.DateField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        ordering = ["-last_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["viewer", "day", "person", "purpose", "organization"],
                nulls_distinct=False,
                name="record_view_once_a_day",
            )
        ]
        indexes = [models.Index(fields=["person", "-last_at"], name="record_view_of_person")]

    def __str__(self):
        return f"{self.viewer_id} saw {self.person_id}: {self.purpose}"


class Erasure(models.Model):
    """Somebody asked to be erased. The row names them by a number only, and stays when the person is gone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.UUIDField(unique=True)  # the user's public_id, which is in no other system
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()  # until then the person can change their mind
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(done_at__isnull=True), name="erasure_waiting")]

    def __str__(self):
        return str(self.person)


class GuardianQuerySet(models.QuerySet):
    def standing(self):
        """Those whose agreement counts now."""
        return self.filter(agreed_at__isnull=False, withdrawn_at=None)

    def naming_schools(self):
        """Those who agreed, too, to what a school reads of the person."""
        return self.standing().filter(version__in=Guardian.NAMES_SCHOOLS)


class Guardian(models.Model):
    """The parent or guardian of a person under 18: asked by a link, and what they agreed to.

    Where newer words are asked for, what was agreed counts until the newer are agreed to: the question waits beside it.
    """

    # Agreements that say what a school reads. Under others no school is shown anything new.
    NAMES_SCHOOLS = ("guardian-2",)

    user = models.OneToOneField(User, models.CASCADE, related_name="guardian")
    address = models.CharField(max_length=254)  # an email address, or a phone number as +1...
    digest = models.CharField(max_length=64, blank=True)  # of the link's secret; empty once it was used
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    name = models.CharField(max_length=150, blank=True)
    wording = models.TextField(blank=True)
    version = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=5, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # The question for newer words, while it waits.
    again_address = models.CharField(max_length=254, blank=True, default="", db_default="")
    again_digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    again_at = models.DateTimeField(null=True, blank=True)
    again_until = models.DateTimeField(null=True, blank=True)
    # Of the link by which who agreed before, at another address, takes it back.
    earlier_digest = models.CharField(max_length=64, blank=True, default="", db_default="")

    objects = GuardianQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["digest"], condition=~models.Q(digest=""), name="guardian_by_digest")]

    def __str__(self):
        return f"guardian of {self.user_id}"
