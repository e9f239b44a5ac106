import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .organizations import Organization
from .people import User


class ConsentQuerySet(models.QuerySet):
    def standing(self):
        """Consents given and not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class Consent(models.Model):
    """What a person agreed to, in which words, when and how; withdrawn, the row stays and no longer counts."""

    class Purpose(models.TextChoices):
        MATCH = "match", _("match me with openings")
        CERTIFICATES = "certificates", _("show my certificates to this opening")
        CONTACT = "contact", _("show my name and contact to this opening")
        SMS = "sms", _("send me text messages")
        RECORD = "record", _("share my record with the coordinators")
        ASSIST = "assist", _("act for me while they help me")

    # What is agreed to for one opening only.
    FOR_AN_OPENING = (Purpose.CERTIFICATES, Purpose.CONTACT)

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    # The opening the person said yes to, by its row number (openings are downstream of this room).
    opening_id = models.BigIntegerField(null=True, blank=True)
    # The recipient: the opening's employer or hall, or the coalition whose coordinators see the record.
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, blank=True)
    wording = models.TextField()
    # Which wording it is ("match-2", accounts.consents.VERSIONS); empty for what was agreed before they had numbers.
    version = models.CharField(max_length=20, default="", db_default="", blank=True)
    language = models.CharField(max_length=5)
    source = models.CharField(max_length=60)  # "web", "text", "import 12", "assisted by ..."
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose", "opening_id"],
                condition=Q(withdrawn_at__isnull=True) & ~Q(purpose="assist"),
                nulls_distinct=False,
                name="consent_standing_once",
            ),
            models.UniqueConstraint(
                fields=["user", "organization"],
                condition=Q(withdrawn_at__isnull=True, purpose="assist"),
                name="consent_to_be_helped_once",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="assist") | Q(organization__isnull=False),
                name="consent_to_be_helped_names_by_whom",
                violation_error_message=_("Agreeing to be helped needs the organization that helps."),
            ),
            models.CheckConstraint(
                condition=~Q(purpose__in=["contact", "certificates"]) | Q(opening_id__isnull=False),
                name="consent_for_an_opening_names_it",
                violation_error_message=_("Agreeing to share with an opening needs the opening it is shared with."),
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.purpose}"
