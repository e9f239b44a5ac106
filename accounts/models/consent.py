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
        CONTACT = "contact", _("show my name, contact and certificates to this opening")
        SMS = "sms", _("send me text messages")

    user = models.ForeignKey(User, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    # For CONTACT: the opening the person said yes to, by its row number (openings are downstream of this room).
    opening_id = models.BigIntegerField(null=True, blank=True)
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, blank=True)
    wording = models.TextField()
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
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="consent_standing_once",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="contact") | Q(opening_id__isnull=False),
                name="consent_contact_names_the_opening",
                violation_error_message=_("Agreeing to share contact details needs the opening they are shared with."),
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.purpose}"
