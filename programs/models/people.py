import secrets
import time
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import Membership, Organization, TraineeProfile

from .catalogue import Credential, Occupation, Program


def uuid_in_time() -> uuid.UUID:
    """A UUID that begins with the moment, the rest by chance (RFC 9562, version 7): for rows that come by the million.

    In their index they come one behind the other; ones wholly by chance touch a page of it each.
    """
    by_chance = secrets.randbits(12) << 64 | secrets.randbits(62)
    return uuid.UUID(int=time.time_ns() // 1_000_000 << 80 | 0x7 << 76 | 0b10 << 62 | by_chance)


class TradeWish(models.Model):
    """A trade a trainee wants to work in."""

    # Found by the constraint below, here and in the next two; an index of its own would only be one more to write.
    trainee = models.ForeignKey(TraineeProfile, models.CASCADE, related_name="wishes", db_index=False)
    occupation = models.ForeignKey(Occupation, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["trainee", "occupation"], name="wish_once")]

    def __str__(self):
        return f"{self.trainee_id}: {self.occupation_id}"


class Enrollment(models.Model):
    """A provider's own record of a person in a program, with the contact details as the provider gave them."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(TraineeProfile, models.CASCADE, related_name="enrollments", db_index=False)
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, related_name="enrollments")
    provider = models.ForeignKey(Organization, models.PROTECT, related_name="enrollments", db_index=False)
    provider_ref = models.CharField(_("the provider's own number"), max_length=80, blank=True)
    given_name = models.CharField(max_length=150)
    given_email = models.EmailField(blank=True)
    given_phone = models.CharField(max_length=20, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["trainee", "program", "provider"], nulls_distinct=False, name="enrollment_once_per_program"
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "provider_ref"]),
            models.Index(fields=["provider", "given_email"]),
            models.Index(fields=["provider", "given_phone"]),
        ]

    def __str__(self):
        return f"{self.given_name}: {self.program}"


class CertificationQuerySet(models.QuerySet):
    def valid(self, on):
        """Verified, not revoked, and not expired on the day."""
        return self.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=on), state=Certification.State.VERIFIED)

    def of_providers(self, organizations):
        """What these providers attested, what their own graduates declared, and what they are asked to confirm."""
        from .confirmations import Confirmation

        graduates = Enrollment.objects.filter(provider__in=organizations).values("trainee")
        asked = Confirmation.objects.shared().filter(organization__in=organizations)
        declared = Q(provider=None) & (Q(trainee__in=graduates) | Q(pk__in=asked.values("certification")))
        return self.filter(declared | Q(provider__in=organizations))

    def taught(self):
        """Those a provider wrote down of people it trained; not those it only confirmed because it was asked."""
        return self.filter(provider__isnull=False, confirmation=None)

    def with_writer(self):
        """Adds `written_by`: the coalition whose coordinator wrote it down for the provider, where one did."""
        on = OuterRef("verified_at__date")
        held = Membership.objects.filter(user=OuterRef("verified_by"), starts_on__lte=on)
        held = held.filter(Q(ends_on=None) | Q(ends_on__gte=on)).order_by("pk")
        coalition = held.filter(organization__kind=Organization.Kind.COALITION).values("organization__name")[:1]
        own = Exists(held.filter(organization=OuterRef("provider")))
        return self.annotate(written_by=Case(When(~own, provider__isnull=False, then=Subquery(coalition))))


class Certification(models.Model):
    """One person's credential: who says so, since when, until when."""

    class Level(models.TextChoices):
        SELF = "self", _("self-declared")
        PROVIDER = "provider", _("attested by the provider")
        CALLED = "called", _("confirmed by phone, by the coordinators")
        ISSUER = "issuer", _("verified by the issuer")

    class State(models.TextChoices):
        RECORDED = "recorded", _("not verified yet")
        VERIFIED = "verified", _("verified")
        EXPIRED = "expired", _("expired")
        REVOKED = "revoked", _("revoked")

    public_id = models.UUIDField(default=uuid_in_time, unique=True, editable=False)
    trainee = models.ForeignKey(TraineeProfile, models.CASCADE, related_name="certifications", db_index=False)
    # Nobody asks for all certificates of a credential, of millions.
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="certifications", db_index=False)
    provider = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="certifications")
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="certifications", db_index=False
    )
    level = models.CharField(max_length=10, choices=Level.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECORDED)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    expiry_is_printed = models.BooleanField(default=False)  # read off the certificate, not computed from the term
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CertificationQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["trainee", "credential", "issued_on", "provider"],
                nulls_distinct=False,
                name="certification_once",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=models.F("issued_on")),
                name="certification_expires_after_issue",
                violation_error_message=_("A certificate cannot expire before it was issued."),
            ),
            models.CheckConstraint(
                condition=Q(state="recorded") | Q(verified_at__isnull=False) | Q(state="revoked"),
                name="certification_verified_has_a_time",
                violation_error_message=_("A verified certificate needs the time it was verified."),
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | Q(revoked_at__isnull=False),
                name="certification_revoked_has_a_time",
                violation_error_message=_("A revoked certificate needs the time it was revoked."),
            ),
        ]
        # Each is one more to write for every certificate: only what somebody looks for, and only where it is there.
        indexes = [
            models.Index(
                fields=["expires_on"],
                condition=Q(state="verified", expires_on__isnull=False),
                name="certification_ends",
            ),
            models.Index(fields=["program"], condition=Q(program__isnull=False), name="certification_program"),
            models.Index(fields=["verified_by"], condition=Q(verified_by__isnull=False), name="certification_verifier"),
        ]

    def __str__(self):
        return f"{self.credential_id} of {self.trainee_id}"

    @property
    def state_said(self) -> str:
        """The state as people read it: what nobody ever confirmed was not taken back from them."""
        if self.state == self.State.REVOKED and self.verified_at is None:
            return pgettext("a certificate", "not confirmed")
        return self.get_state_display()
