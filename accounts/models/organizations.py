import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User, zip_validator


class Organization(models.Model):
    """A training provider, employer, union local, sponsor, coalition or other body people act for."""

    class Kind(models.TextChoices):
        PROVIDER = "provider", _("training provider")
        EMPLOYER = "employer", _("employer")
        UNION = "union", _("union local")
        SPONSOR = "sponsor", _("apprenticeship sponsor")
        COALITION = "coalition", _("coalition")
        AGENCY = "agency", _("public agency")
        SCHOOL = "school", _("school")
        COMMUNITY = "community", _("community organization")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=250)
    zip = models.CharField(_("ZIP code"), max_length=5, blank=True, validators=[zip_validator])
    city = models.CharField(_("city"), max_length=100, blank=True)
    county = models.CharField(_("county"), max_length=60, blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    license_number = models.CharField(_("license or registration number"), max_length=60, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="organization_kind_and_name_once")]

    def __str__(self):
        return self.name

    # Who trains, and who offers work: one organization may do both.
    TRAINS = {Kind.PROVIDER, Kind.SCHOOL, Kind.SPONSOR, Kind.COMMUNITY}
    HIRES = {Kind.EMPLOYER, Kind.UNION, Kind.SPONSOR}

    @property
    def trains(self):
        return self.kind in self.TRAINS

    @property
    def hires(self):
        return self.kind in self.HIRES


class MembershipQuerySet(models.QuerySet):
    def current(self, on=None):
        """Memberships in force on the day (today when none is given)."""
        on = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class Membership(models.Model):
    """A person acts for an organization from a day, until a day. Rights are computed from it on every request."""

    class Role(models.TextChoices):
        ADMIN = "admin", _("administrator")
        STAFF = "staff", _("staff")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.STAFF)
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="membership_ends_after_it_starts",
                violation_error_message=_("A membership cannot end before it starts."),
            ),
            models.UniqueConstraint(
                fields=["user", "organization"], condition=Q(ends_on__isnull=True), name="membership_open_once"
            ),
        ]

    def __str__(self):
        return f"{self.user} @ {self.organization}"
