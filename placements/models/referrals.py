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
from programs.models import Credential

from ..lifecycle import OPEN


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

    def shown(self):
        """Those the employer or hall sees; who waited in order and never came before it is no name there."""
        return self.filter(state__in=Referral.SHOWN).exclude(state=Referral.State.CLOSED, sent_at=None)

    def named(self):
        """Of those, whom it sees by name: their contact is shared with the opening today."""
        return self.shown().with_consents().filter(shares_contact=True)

    def visible_to(self, user):
        """One's own; those with the organizations one acts for, once the trainee said yes.

        For coordinators those of trainees who share their record with them, and those they own.
        """
        if not user.is_authenticated:
            return self.none()
        seen = Q(opening__organization__in=policies.organizations_of(user), state__in=Referral.SHOWN)
        seen &= ~Q(state="closed", sent_at=None)
        seen |= Q(trainee__user=user)
        if policies.is_coordinator(user):
            seen |= Q(trainee__user__in=consents.sharing_record(user)) | Q(owner=user)
        return self.filter(seen)


class Referral(models.Model):
    """A trainee's answer to an opening and what followed. While it is open it has an owner and a due date."""

    class State(models.TextChoices):
        QUEUED = "queued", _("said yes, waiting in order")
        YES = "yes", _("said yes, waiting for an answer")
        SEEN = "seen", _("seen, waiting for an answer")
        INTERVIEW = "interview", _("interview")
        TRIAL = "trial", _("trial day")
        OFFER = "offer", _("offer made")
        HIRED = "hired", _("hired")
        NOT_NOW = "not_now", _("not now")
        NO = "no", _("no")
        PUT_OFF = "put_off", _("put off by the employer or hall")
        DECLINED = "declined", _("declined by the employer or hall")
        WITHDRAWN = "withdrawn", _("withdrawn")
        CLOSED = "closed", _("ended")

    OPEN = (State.QUEUED, State.YES, State.SEEN, State.INTERVIEW, State.TRIAL, State.OFFER, State.PUT_OFF)
    # The employer or hall has the person before it and has not answered.
    WAITING = (State.YES, State.SEEN)
    # In which of them the contact is shown, while the consent stands: not before their turn, not after the end.
    CONTACT = (*OPEN[1:], State.HIRED)
    # What the employer or hall sees: from their turn on, and no longer once the person stepped back.
    SHOWN = (*CONTACT, State.DECLINED, State.CLOSED)
    # Whose yes stood, whatever came of it: they keep their place on the list, as do those whose turn has not come.
    SAID_YES = (State.QUEUED, *SHOWN)

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

    class CloseReason(models.TextChoices):
        """What else ended a referral."""

        FILLED = "filled", _("The places are filled")
        SHUT = "shut", _("The opening was closed")
        ELSEWHERE = "elsewhere", _("Hired somewhere else")
        HERE = "here", _("Hired here for another opening")
        MISTAKE = "mistake", _("The hire was written down by mistake")

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
    # When the person was put before the employer or hall: at the yes, or when their turn came.
    sent_at = models.DateTimeField(null=True, blank=True)
    # From when the days of the next step count, and how many reminders of it were sent (placements/ladder.py).
    clock_at = models.DateTimeField(default=timezone.now)
    rung = models.PositiveSmallIntegerField(default=0)
    # No reminders until after this day, and why.
    muted_until = models.DateField(null=True, blank=True)
    muted_reason = models.CharField(max_length=200, blank=True)
    # Declined for a skill: the credential that would show it, or the skill in their words.
    skill = models.ForeignKey(Credential, models.PROTECT, null=True, blank=True, related_name="+")
    skill_said = models.CharField(max_length=120, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-answered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["trainee", "opening"], name="referral_once_per_pair"),
            models.CheckConstraint(
                condition=~Q(state__in=OPEN) | Q(owner__isnull=False, due_on__isnull=False),
                name="referral_open_has_owner_and_due_date",
                violation_error_message=_("An open referral needs an owner and a due date."),
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(reason__in=["filled", "shut", "elsewhere", "here", "mistake"]),
                name="referral_closed_has_a_reason",
                violation_error_message=_("Say what ended it."),
            ),
            models.CheckConstraint(
                condition=Q(muted_until__isnull=True) | ~Q(muted_reason=""),
                name="referral_muted_has_a_reason",
                violation_error_message=_("Reminders rest only with a reason and a last day."),
            ),
        ]
        # What is due, on the boards and for the reminders: of everything that ever was only what is open.
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(state__in=OPEN), name="referral_open_by_day"),
            models.Index(fields=["owner", "due_on", "id"], condition=Q(state__in=OPEN), name="referral_open_by_owner"),
        ]

    def __str__(self):
        return f"{self.trainee_id} x {self.opening_id}: {self.state}"

    @property
    def is_shown(self):
        """Whether the employer or hall sees it, as `shown` says of rows."""
        return self.state in self.SHOWN and (self.state != self.State.CLOSED or self.sent_at is not None)

    @property
    def is_named(self):
        """The same for `named`; of rows read `with_consents`."""
        return self.is_shown and self.shares_contact

    @property
    def decline_reason(self):
        """The employer's or hall's reason in plain words, shown back to the person."""
        return self.DeclineReason(self.reason).label if self.state == self.State.DECLINED and self.reason else ""

    @property
    def close_reason(self):
        """What else ended it, in plain words."""
        return self.CloseReason(self.reason).label if self.state == self.State.CLOSED else ""
