import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .organizations import Membership, Organization
from .people import User


class JoinRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """For coordinators: those that went to their coalition, or to one that has nobody today. While there is no
        coordinator at all, for the operators of the site. Whoever asked reads their own on a page without a number."""
        from .. import policies

        acting = Membership.objects.coordinating().filter(user__is_active=True)
        if policies.is_coordinator(user):
            ours = [body.pk for body in policies.organizations_of(user, Organization.Kind.COALITION)]
            tended = acting.values("organization")
            return self.filter(Q(coalition=None) | Q(coalition__in=ours) | ~Q(coalition__in=tended))
        if user.is_active and user.is_staff and not acting.exists():
            return self
        return self.none()


class JoinRequest(models.Model):
    """Somebody says that they hire or teach for an organization, and asks to act for it here."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an answer")
        GRANTED = "granted", _("granted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("taken back")

    class Reason(models.TextChoices):
        """Why not: read by whoever asked, in their language."""

        UNREACHED = "unreached", _("We could not reach the organization to check.")
        UNKNOWN = "unknown", _("We could not find out that this organization exists.")
        INSIDE = "inside", _("The organization wants to invite you itself. Please ask there.")
        REGION = "region", _("The organization does not hire or teach in our region.")
        OTHER = "other", _("Another reason, in our own words below.")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="join_requests")
    # To which coalition it went; nobody's in particular where there was none.
    coalition = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    # As the person wrote it down.
    kind = models.CharField(_("kind"), max_length=12, choices=Organization.Kind.choices)
    name = models.CharField(_("name"), max_length=250)
    zip = models.CharField(_("ZIP code"), max_length=5, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    county = models.CharField(_("county"), max_length=60, blank=True)
    job = models.CharField(_("their job there"), max_length=120)
    phone = models.CharField(_("phone"), max_length=20)  # E.164
    license_number = models.CharField(_("license or registration number"), max_length=60, blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    note = models.CharField(_("what they want to do here"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    # Granted: for which organization, and how the coordinator made sure. Declined: why.
    organization = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    checked = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True)
    words = models.CharField(max_length=300, blank=True)  # more on the reason, as the coordinator wrote it

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state="waiting"), name="join_request_waits_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at__isnull=True)
                | ~Q(state="waiting") & Q(answered_at__isnull=False),
                name="join_request_answered_has_a_time",
                violation_error_message=_("An answer needs its time, and a request that waits has none."),
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="join_request_declined_has_a_reason",
                violation_error_message=_("A request is declined with a reason."),
            ),
            # Who acts for a coalition is invited by it, never by asking.
            models.CheckConstraint(
                condition=~Q(kind="coalition"),
                name="join_request_is_for_no_coalition",
                violation_error_message=_("Coordinators are invited by their coalition."),
            ),
        ]

    def __str__(self):
        return f"{self.user_id} for {self.name}: {self.state}"

    @property
    def place(self) -> str:
        return f"{self.city} {self.zip}".strip()
