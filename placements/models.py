"""From a yes onward: one shared record with one owner and one due date."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import consents, policies
from accounts.models import Consent, TraineeProfile
from openings.models import Opening


class ReferralQuerySet(models.QuerySet):
    def with_consents(self):
        """Adds what the person shares with the opening today: `shares_contact` and `shares_certificates`."""
        theirs = Consent.objects.standing().filter(user=OuterRef("trainee__user"), opening_id=OuterRef("opening"))
        return self.annotate(
            shares_contact=Exists(theirs.filter(purpose=Consent.Purpose.CONTACT)),
            shares_certificates=Exists(theirs.filter(purpose=Consent.Purpose.CERTIFICATES)),
        )

    def open(self):
        """Referrals on which somebody still has to do something."""
        return self.filter(state__in=Referral.OPEN)

    def visible_to(self, user):
        """One's own; those with the organizations one acts for, once the trainee said yes.

        For coordinators those of trainees who share their record with them, and those they own.
        """
        if not user.is_authenticated:
            return self.none()
        seen = Q(opening__organization__in=policies.organizations_of(user), state__in=Referral.SHOWN)
        seen |= Q(trainee__user=user)
        if policies.is_coordinator(user):
            seen |= Q(trainee__user__in=consents.sharing_record()) | Q(owner=user)
        return self.filter(seen)


class Referral(models.Model):
    """A trainee's answer to an opening and what followed. While it is open it has an owner and a due date."""

    class State(models.TextChoices):
        YES = "yes", _("said yes, waiting for an answer")
        INTERVIEW = "interview", _("interview")
        HIRED = "hired", _("hired")
        NOT_NOW = "not_now", _("not now")
        NO = "no", _("no")
        PUT_OFF = "put_off", _("put off by the employer")
        DECLINED = "declined", _("declined by the employer")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OPEN = (State.YES, State.INTERVIEW, State.PUT_OFF)
    # What the employer or hall sees: from a yes on, and no longer once the person stepped back.
    SHOWN = (State.YES, State.INTERVIEW, State.PUT_OFF, State.HIRED, State.DECLINED)
    # In which of them the contact is shown, while the person's consent stands.
    CONTACT = (State.YES, State.INTERVIEW, State.PUT_OFF, State.HIRED)

    class Reason(models.TextChoices):
        """Why a trainee says no."""

        FAR = "far", _("It is too far")
        PAY = "pay", _("The pay is too low")
        HOURS = "hours", _("The hours do not fit")
        CARE = "care", _("I need childcare or take care of someone")
        WORKING = "working", _("I already have work")
        TRADE = "trade", _("I want other work")
        OTHER = "other", _("Another reason")

    class DeclineReason(models.TextChoices):
        """Why an employer or hall declines."""

        SKILL = "skill", _("A skill is missing")
        PAPERS = "papers", _("A paper or license is missing")
        REACH = "reach", _("We could not reach the person")
        SHOW = "show", _("The person did not come")
        FILLED = "filled", _("The places are filled")
        OTHER = "other", _("Another reason")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(TraineeProfile, models.CASCADE, related_name="referrals")
    opening = models.ForeignKey(Opening, models.CASCADE, related_name="referrals")
    state = models.CharField(max_length=10, choices=State.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="owned_referrals"
    )
    due_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=10, blank=True)
    note = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)  # when the trainee last answered
    hirer_answered_at = models.DateTimeField(null=True, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-answered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["trainee", "opening"], name="referral_once_per_pair"),
            models.CheckConstraint(
                condition=~Q(state__in=["yes", "interview", "put_off"]) | Q(owner__isnull=False, due_on__isnull=False),
                name="referral_open_has_owner_and_due_date",
                violation_error_message=_("An open referral needs an owner and a due date."),
            ),
        ]

    def __str__(self):
        return f"{self.trainee_id} x {self.opening_id}: {self.state}"

    @property
    def decline_reason(self):
        """The employer's or hall's reason in plain words, shown back to the person."""
        return self.DeclineReason(self.reason).label if self.state == self.State.DECLINED and self.reason else ""
