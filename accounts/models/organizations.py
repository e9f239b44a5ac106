import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import region
from .people import User, zip_validator


class OrganizationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and for coordinators all; whoever was put together with another keeps its address."""
        from .. import policies

        if policies.is_coordinator(user):
            return self
        ours = [organization.pk for organization in policies.organizations_of(user)]
        return self.filter(Q(pk__in=ours) | Q(merged_into__in=ours))

    def standing(self):
        """Those that were not put together with another."""
        return self.filter(merged_into=None)


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
    address = models.CharField(_("street address"), max_length=200, blank=True, default="", db_default="")
    phone = models.CharField(_("phone"), max_length=20, blank=True, default="", db_default="")  # E.164
    # As those who act for it wrote it, or asked to, and no coordinator has looked yet: nobody else reads it as a fact.
    website_is_said = models.BooleanField(default=False, db_default=False)
    license_is_said = models.BooleanField(default=False, db_default=False)
    # The person others can reach; while it is nobody who acts for it today, reach.py finds another.
    contact = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("the person others can reach")
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    # When its administrators last looked through who acts for it.
    reviewed_at = models.DateTimeField(null=True, blank=True)
    # A second row of the same organization, as sheets make them: what was its own belongs to the other now.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    is_example = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="organization_kind_and_name_once"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
                name="organization_not_merged_into_itself",
                violation_error_message=_("An organization cannot be put together with itself."),
            ),
        ]

    def __str__(self):
        return self.name

    # Who trains, and who offers work: one organization may do both.
    TRAINS = {Kind.PROVIDER, Kind.SCHOOL, Kind.SPONSOR, Kind.COMMUNITY}
    HIRES = {Kind.EMPLOYER, Kind.UNION, Kind.SPONSOR}

    # What may be only said, and how that is kept.
    SAID = {"website": "website_is_said", "license_number": "license_is_said"}

    @property
    def only_said(self) -> list[str]:
        """What stands here and waits for a coordinator to check it."""
        return [name for name, mark in self.SAID.items() if getattr(self, mark) and getattr(self, name)]

    @property
    def public_website(self):
        """The website as everybody may read it."""
        return "" if self.website_is_said else self.website

    @property
    def trains(self):
        return self.kind in self.TRAINS

    @property
    def hires(self):
        return self.kind in self.HIRES


class MembershipQuerySet(models.QuerySet):
    def current(self, on=None):
        """Memberships in force on the region's day (today when none is given). One that was ended counts no more at
        once."""
        on = on or region.day()
        standing = Q(ended_at__isnull=True) | Q(ended_at__gte=region.end_of(on))
        return self.filter(standing, Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def coordinating(self, on=None):
        """The coordinators: who acts for the coalition, facilitators of councils apart."""
        staff = self.current(on).filter(organization__kind=Organization.Kind.COALITION)
        return staff.exclude(role=Membership.Role.FACILITATOR)


class Membership(models.Model):
    """A person acts for an organization from a day, until a day. Rights are computed from it on every request."""

    class Role(models.TextChoices):
        ADMIN = "admin", _("administrator")
        STAFF = "staff", _("staff")
        FACILITATOR = "facilitator", _("facilitator")

    # What the staff of a kind of organization are called.
    CALLED = {Organization.Kind.COALITION: _("coordinator"), Organization.Kind.UNION: _("dispatcher")}

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.STAFF)
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # by hand, and from that moment on
    # Of several organizations, the person acts for the one they chose last.
    chosen_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="membership_ends_after_it_starts",
                violation_error_message=_("A membership cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ends_on__isnull=False),
                name="membership_ended_has_a_last_day",
                violation_error_message=_("A membership that was ended needs its last day."),
            ),
            models.UniqueConstraint(
                fields=["user", "organization"], condition=Q(ends_on__isnull=True), name="membership_open_once"
            ),
        ]

    def __str__(self):
        return f"{self.user} @ {self.organization}"

    @classmethod
    def roles_of(cls, kind) -> list[tuple[str, str]]:
        """The roles an organization of this kind knows, each with its name there."""
        roles = [(cls.Role.ADMIN, cls.Role.ADMIN.label), (cls.Role.STAFF, cls.CALLED.get(kind, cls.Role.STAFF.label))]
        if kind == Organization.Kind.COALITION:
            roles.append((cls.Role.FACILITATOR, cls.Role.FACILITATOR.label))
        return roles

    @property
    def is_admin(self):
        return self.role == self.Role.ADMIN

    @property
    def role_name(self):
        """What the person is called there: "dispatcher" of a union local, "coordinator" of the coalition."""
        return dict(self.roles_of(self.organization.kind)).get(self.role, self.get_role_display())


class Invitation(models.Model):
    """One person, known by their address, is asked to act for one organization in one role: once, for a week.

    The link is the row's number with our signature, so who reads the table can redeem nothing.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("email"))
    role = models.CharField(max_length=12, choices=Membership.Role.choices, default=Membership.Role.STAFF)
    language = models.CharField(max_length=5, choices=[("en", _("English")), ("es", _("Spanish"))], default="en")
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_open_once",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_accepted_or_revoked",
                violation_error_message=_("An invitation cannot be both accepted and taken back."),
            ),
        ]

    def __str__(self):
        return f"{self.email} -> {self.organization}"

    @property
    def role_name(self):
        return dict(Membership.roles_of(self.organization.kind)).get(self.role, self.get_role_display())

    def is_open(self, at) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > at


class Verification(models.Model):
    """A coordinator looked whether an organization is what it says: what they checked, and whom they called back."""

    class Check(models.TextChoices):
        LICENSE = "license", _("The license or registration number stands in the public register, or none is needed")
        WEBSITE = "website", _("The website is theirs, or they gave none")
        ADDRESS = "address", _("The address is theirs")
        PHONE = "phone", _("I called a number that I found elsewhere, not one they gave us")
        PERSON = "person", _("The person who speaks for them works there and may do so")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="verifications")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    checks = ArrayField(models.CharField(max_length=10, choices=Check.choices))
    note = models.TextField()  # whom they called, at which number, and what was said

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.organization} {self.at:%Y-%m-%d}"
